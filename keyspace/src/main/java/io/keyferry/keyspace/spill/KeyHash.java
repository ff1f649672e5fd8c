package io.keyferry.keyspace.spill;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes 128-bit hashes of keys: the first half of the SHA-256 of their texts. Not thread-safe: one object a worker. */
public final class KeyHash {
    /** A key's hash. */
    public record Hash(long high, long low) {}

    private final MessageDigest sha256;

    public KeyHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The hash of a key made of several texts; they are kept apart by a byte that UTF-8 does not have. */
    public Hash of(String... texts) {
        for (String text : texts) {
            sha256.update(text.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0xff);
        }
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        return new Hash(hash.getLong(), hash.getLong());
    }
}
