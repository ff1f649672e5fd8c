package io.keyferry.verifier.verify;

import io.keyferry.keyspace.read.Slice;
import io.keyferry.verifier.digest.Buckets;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Neighbouring buckets of a table joined to slices. That they are the whole table, each position once, is proved twice
 * when it is made: by their widths, which add up to all positions, and by their bounds, of which each is the next one's,
 * the first open at the start and the last at the end. Immutable.
 *
 * @param width the sum of the slices' widths, each by its own bounds
 */
record Coverage(List<Positions> slices, BigInteger width) {
    /** How many positions there are. */
    static final BigInteger ALL = BigInteger.ONE.shiftLeft(Long.SIZE);

    Coverage {
        slices = List.copyOf(slices);
    }

    /**
     * Slices of so many buckets each.
     *
     * @throws IllegalStateException when they are not the whole table, which is a defect of ours
     */
    static Coverage of(Buckets buckets, int together) {
        List<Positions> slices = new ArrayList<>();
        for (int first = 0; first < buckets.count(); first += together) {
            int last = Math.min(buckets.count(), first + together) - 1;
            slices.add(new Positions(buckets.from(first), buckets.before(last)));
        }
        return proved(slices);
    }

    /**
     * Slices of the ring, as Cassandra's tokens bound them.
     *
     * @throws IllegalStateException when they are not the whole ring, which is a defect of ours
     */
    static Coverage ofTokens(List<Slice> slices) {
        List<Positions> positions = new ArrayList<>();
        for (Slice slice : slices) {
            Slice.Tokens tokens = (Slice.Tokens) slice;
            positions.add(new Positions(
                    tokens.after().isPresent() ? next(tokens.after().getAsLong()) : 0,
                    tokens.upTo().isPresent()
                            ? OptionalLong.of(next(tokens.upTo().getAsLong()))
                            : OptionalLong.empty()));
        }
        return proved(positions);
    }

    /** The position after a token, in unsigned order. */
    private static long next(long token) {
        return (token ^ Long.MIN_VALUE) + 1;
    }

    /** Checks slices, in their order. */
    static Coverage proved(List<Positions> slices) {
        BigInteger width = BigInteger.ZERO;
        OptionalLong next = OptionalLong.of(0);
        for (Positions slice : slices) {
            if (next.isEmpty() || slice.from() != next.getAsLong()) {
                throw new IllegalStateException("slices leave a gap or overlap before " + slice);
            }
            width = width.add(width(slice));
            next = slice.before();
        }
        if (next.isPresent() || !width.equals(ALL)) {
            throw new IllegalStateException("slices are " + width + " positions wide and not all");
        }
        return new Coverage(slices, width);
    }

    private static BigInteger width(Positions slice) {
        BigInteger end = slice.before().isPresent() ? unsigned(slice.before().getAsLong()) : ALL;
        BigInteger width = end.subtract(unsigned(slice.from()));
        if (width.signum() <= 0) {
            throw new IllegalStateException("a slice without a position: " + slice);
        }
        return width;
    }

    private static BigInteger unsigned(long position) {
        return new BigInteger(Long.toUnsignedString(position));
    }
}
