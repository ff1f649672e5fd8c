package io.keyferry.verifier.verify;

import io.keyferry.keyspace.model.Entity;

/** When entities expire, and how far apart two readings of it may be. */
final class Expiry {
    /**
     * Cassandra tells the seconds that are left, rounded, and a page of rows waits to be worked on: a row's expiry is
     * known so well, no better.
     */
    static final long TOLERANCE_SECONDS = 10;

    /** Two clocks and a reading apart: an entity that ends this soon may be gone on one side only. */
    static final long SOON_SECONDS = 5;

    private Expiry() {}

    static long of(Entity entity) {
        return entity.expiresAt().orElse(Long.MAX_VALUE);
    }

    static boolean agree(long left, long right) {
        return (left == Long.MAX_VALUE || right == Long.MAX_VALUE)
                ? left == right
                : Math.abs(left - right) <= TOLERANCE_SECONDS;
    }
}
