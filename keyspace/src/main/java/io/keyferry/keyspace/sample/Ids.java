package io.keyferry.keyspace.sample;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ids and other random-looking values, each computed from the seed and what it is for, so that a child can name its
 * parent without anyone keeping it. Most ids are of version 4 as Kong draws them; one in four is of version 5, which
 * Kong's import derives from names. Thread-safe.
 */
final class Ids {
    private static final UUID NAMESPACE = UUID.fromString("6fa3d1b0-58f8-5d0c-9f4e-0d7b9c2a51e4");
    private static final int NAMED_OF = 4;
    private static final int VERSION_4 = 0x4000;

    private final long seed;
    private final NameBasedGenerator names = Generators.nameBasedGenerator(NAMESPACE);

    Ids(long seed) {
        this.seed = seed;
    }

    /** The id of an entity that has a name. */
    String named(String type, String name) {
        UUID named = names.generate(type + ":" + name);
        return Math.floorMod(named.getLeastSignificantBits(), NAMED_OF) == 0
                ? named.toString()
                : random(named.getMostSignificantBits(), named.getLeastSignificantBits());
    }

    /** The id of the entity with this number. */
    String numbered(String type, long number) {
        return number % NAMED_OF == NAMED_OF - 1
                ? names.generate(type + "#" + number).toString()
                : random(type.hashCode(), number);
    }

    /** A whole number that looks random, at least 0 and less than the bound. */
    long below(long bound, String purpose, long number) {
        return Math.floorMod(mixed(purpose.hashCode(), number), bound);
    }

    /** 32 hexadecimal digits; no two numbers have the same. */
    String hex(String purpose, long number) {
        long first = mixed(purpose.hashCode(), number);
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(first)
                .putLong(mix(first ^ seed))
                .array();
        return HexFormat.of().formatHex(bytes);
    }

    /** What Kong stores of a basic-auth password: the SHA-1 of the password and the consumer's id. */
    static String hashed(String password, String consumer) {
        try {
            byte[] salted = (password + consumer).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(salted));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String random(long what, long number) {
        long most = mixed(what, number);
        long least = mix(most + seed);
        return new UUID((most & ~0xf000L) | VERSION_4, (least & ~(3L << 62)) | (2L << 62)).toString();
    }

    private long mixed(long what, long number) {
        return mix(mix(mix(seed) ^ what) + number);
    }

    /** The finalizer of SplittableRandom's generator; different inputs have different outputs. */
    private static long mix(long input) {
        long mixed = (input ^ (input >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
