package io.keyferry.verifier.digest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The sum modulo 2^256 of row digests, with their count. It does not depend on the order of rows or on how they were
 * sliced; sums of slices merge to the sum of the table. Unlike XOR, equal errors do not cancel out. Mutable, not
 * thread-safe: one a worker, then {@link #merge}.
 */
public final class TableDigest {
    private static final int WORDS = 4;

    private final long[] sum = new long[WORDS];
    private long count;

    /** Adds one row's digest (32 bytes, big-endian). */
    public void add(byte[] rowDigest) {
        ByteBuffer words = ByteBuffer.wrap(rowDigest);
        add(words.getLong(0), words.getLong(8), words.getLong(16), words.getLong(24));
        count++;
    }

    /** Adds all rows of another digest. */
    public void merge(TableDigest other) {
        add(other.sum[0], other.sum[1], other.sum[2], other.sum[3]);
        count += other.count;
    }

    private void add(long first, long second, long third, long fourth) {
        add(0, first, add(1, second, add(2, third, add(3, fourth, 0))));
    }

    /** Adds to one word, and returns what is carried over to the one before it. */
    private long add(int word, long value, long carry) {
        long added = sum[word] + value;
        long total = added + carry;
        boolean overflows = Long.compareUnsigned(added, value) < 0 || Long.compareUnsigned(total, carry) < 0;
        sum[word] = total;
        return overflows ? 1 : 0;
    }

    /** Puts another row's digest in the place of one that was added. */
    public void replace(byte[] rowDigest, byte[] other) {
        ByteBuffer words = ByteBuffer.wrap(rowDigest);
        // -x is ~x + 1 in two's complement, of 256 bits too.
        add(~words.getLong(0), ~words.getLong(8), ~words.getLong(16), ~words.getLong(24));
        add(0, 0, 0, 1);
        add(other);
        count--;
    }

    /** A copy that goes its own way. */
    public TableDigest copy() {
        TableDigest copy = new TableDigest();
        copy.merge(this);
        return copy;
    }

    /** How many rows were added. */
    public long count() {
        return count;
    }

    /** The sum as 64 lower-case hexadecimal digits. */
    public String hex() {
        ByteBuffer bytes = ByteBuffer.allocate(WORDS * Long.BYTES);
        for (long word : sum) {
            bytes.putLong(word);
        }
        return HexFormat.of().formatHex(bytes.array());
    }

    /** Two digests are equal when sum and count are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TableDigest that && count == that.count && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sum[0] ^ count);
    }

    @Override
    public String toString() {
        return count + " rows " + hex();
    }
}
