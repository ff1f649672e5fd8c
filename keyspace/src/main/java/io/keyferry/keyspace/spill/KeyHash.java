package io.keyferry.keyspace.spill;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes 128-bit hashes of keys: the first half of the SHA-256 of their texts. Not thread-safe: one object a worker. */
public final class KeyHash {
    /** A key's hash. */
    public record Hash(long high, long low) {}

    private static final byte APART = (byte) 0xff;

    private final MessageDigest sha256;
    /** What is gathered, since each call of a digest costs more than a few bytes of it. */
    private final byte[] gathered = new byte[512];

    public KeyHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The hash of a key made of several texts; they are kept apart by a byte that UTF-8 does not have. */
    public Hash of(String... texts) {
        int length = 0;
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (length + bytes.length >= gathered.length) {
                sha256.update(gathered, 0, length);
                length = 0;
            }
            if (bytes.length >= gathered.length) {
                sha256.update(bytes);
            } else {
                System.arraycopy(bytes, 0, gathered, length, bytes.length);
                length += bytes.length;
            }
            gathered[length++] = APART;
        }
        sha256.update(gathered, 0, length);
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        return new Hash(hash.getLong(), hash.getLong());
    }
}
