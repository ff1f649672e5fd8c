package io.keyferry.verifier.digest;

import java.security.SecureRandom;

/**
 * The key of one run's row digests. Sums of plain hashes would let whoever reads a report try out short secrets; with a
 * key that never leaves the work directory they say nothing. Digests of different keys cannot be compared. Immutable.
 */
public final class RunKey {
    /** How many bytes a key has. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private RunKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A new key. */
    public static RunKey random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new RunKey(bytes);
    }

    /**
     * A key that was kept.
     *
     * @throws IllegalArgumentException when it is not of {@value #BYTES} bytes
     */
    public static RunKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key of " + bytes.length + " bytes");
        }
        return new RunKey(bytes);
    }

    /** The key's bytes, to be kept where only the owner can read. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** HMAC-SHA256 with this key; not thread-safe. */
    RowMac mac() {
        return new RowMac(bytes);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "RunKey ***";
    }
}
