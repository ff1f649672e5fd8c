package io.keyferry.verifier.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) of many short messages with one key. Java's own hashes the two padded keys anew for each
 * message, which is a fifth of the work for a row; here both are hashed once, and copied. Not thread-safe: one object a
 * worker.
 */
final class RowMac {
    private static final String SHA_256 = "SHA-256";
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private final MessageDigest inner;
    private final MessageDigest outer;

    /** @param key of at most a block of SHA-256, 64 bytes */
    RowMac(byte[] key) {
        if (key.length > BLOCK_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        inner = padded(key, INNER);
        outer = padded(key, OUTER);
    }

    private static MessageDigest padded(byte[] key, byte pad) {
        byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < block.length; i++) {
            block[i] ^= pad;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(SHA_256);
            digest.update(block);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The 32 bytes of a message's code. */
    byte[] of(Bytes message) {
        MessageDigest first = copy(inner);
        first.update(message.array(), 0, message.length());
        return copy(outer).digest(first.digest());
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's SHA-256 can be copied", e);
        }
    }
}
