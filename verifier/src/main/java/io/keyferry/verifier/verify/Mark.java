package io.keyferry.verifier.verify;

import java.util.Arrays;
import java.util.List;

/**
 * What is kept of one row to compare it with its other self: both digests, and when it expires.
 *
 * @param raw the digest of the raw bytes
 * @param expiresAt in seconds since the epoch, {@link Long#MAX_VALUE} for never
 * @param changed whether an upgrade rule made it what it is
 * @param rules the names of the rules that were applied to it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by agrees alone
record Mark(byte[] canonical, byte[] raw, long expiresAt, boolean changed, List<String> rules) {
    /** The same with another canonical digest. */
    Mark withCanonical(byte[] other) {
        return new Mark(other, raw, expiresAt, changed, rules);
    }

    /** The same with another raw digest. */
    Mark withRaw(byte[] other) {
        return new Mark(canonical, other, expiresAt, changed, rules);
    }

    boolean agrees(Mark other) {
        return Arrays.equals(canonical, other.canonical)
                && Arrays.equals(raw, other.raw)
                && Expiry.agree(expiresAt, other.expiresAt);
    }
}
