package io.keyferry.verifier.digest;

import java.util.OptionalLong;

/**
 * Cuts the unsigned 64-bit positions of rows into 16^depth buckets of one width: the leaves of a 16-ary tree. A row's
 * bucket is the first hexadecimal digits of its position, whoever computes it. Immutable.
 *
 * @param depth digits, 0 to {@value #DEEPEST}; 0 is one bucket
 */
public record Buckets(int depth) {
    /** 65,536 buckets: of a thousand million rows one is read again with 15,000. */
    public static final int DEEPEST = 4;

    /** Children of a node. */
    static final int FAN = 16;

    private static final int BITS = 4;
    private static final long ROWS = 4_096;

    public Buckets {
        if (depth < 0 || depth > DEEPEST) {
            throw new IllegalArgumentException("depth " + depth);
        }
    }

    /** As many that one holds no more than {@value #ROWS} of these rows, if they are spread evenly. */
    public static Buckets forRows(long rows) {
        int depth = 0;
        for (long left = rows; left > ROWS && depth < DEEPEST; left /= FAN) {
            depth++;
        }
        return new Buckets(depth);
    }

    /** The same one digit deeper, where it can be. */
    public Buckets deeper() {
        return depth == DEEPEST ? this : new Buckets(depth + 1);
    }

    /** How many there are. */
    public int count() {
        return 1 << (BITS * depth);
    }

    /** The bucket of a position. */
    public int of(long position) {
        return depth == 0 ? 0 : (int) (position >>> (Long.SIZE - BITS * depth));
    }

    /** The lowest position of a bucket. */
    public long from(int bucket) {
        return depth == 0 ? 0 : (long) bucket << (Long.SIZE - BITS * depth);
    }

    /** The lowest position behind a bucket; empty behind the last. */
    public OptionalLong before(int bucket) {
        return bucket == count() - 1 ? OptionalLong.empty() : OptionalLong.of(from(bucket + 1));
    }
}
