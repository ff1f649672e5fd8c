package io.keyferry.keyspace.read;

import io.keyferry.keyspace.read.Slice.Ids;
import io.keyferry.keyspace.read.Slice.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The slices of one table in its own order (ring order, or clustering order of a one-partition table). That they cover
 * the table exactly once is checked when a plan is made: the first is open at the start, the last at the end, and each
 * begins where the one before it ends. Bounds need not be values that exist.
 *
 * @param estimatedRows how many rows the table has by the sample that the plan was made from
 */
public record SlicePlan(List<Slice> slices, long estimatedRows) {
    public SlicePlan {
        slices = List.copyOf(slices);
        requireCoverage(slices);
    }

    /** Whether the slices are ranges of {@code id} within one partition, and not of tokens. */
    public boolean ofOnePartition() {
        return slices.get(0) instanceof Ids;
    }

    /** Where one slice ends and the next begins, as texts; {@link #of} makes the same plan of them again. */
    public List<String> bounds() {
        List<String> bounds = new ArrayList<>(slices.size() - 1);
        for (Slice slice : slices.subList(1, slices.size())) {
            bounds.add(
                    slice instanceof Tokens tokens
                            ? Long.toString(tokens.after().orElseThrow())
                            : String.valueOf(((Ids) slice).from()));
        }
        return bounds;
    }

    /**
     * A plan that was made before.
     *
     * @param bounds as {@link #bounds} gave them
     * @throws IllegalArgumentException when a bound is no number or no UUID
     */
    public static SlicePlan of(boolean onePartition, List<String> bounds, long estimatedRows) {
        return onePartition
                ? ofIds(bounds.stream().map(UUID::fromString).toList(), estimatedRows)
                : ofTokens(bounds.stream().map(Long::valueOf).toList(), estimatedRows);
    }

    /** Slices of the token ring with these inner bounds, ascending. */
    static SlicePlan ofTokens(List<Long> bounds, long estimatedRows) {
        List<Slice> slices = new ArrayList<>(bounds.size() + 1);
        OptionalLong after = OptionalLong.empty();
        for (long bound : bounds) {
            slices.add(new Slice.Tokens(after, OptionalLong.of(bound)));
            after = OptionalLong.of(bound);
        }
        slices.add(new Slice.Tokens(after, OptionalLong.empty()));
        return new SlicePlan(slices, estimatedRows);
    }

    /** Slices of a one-partition table with these inner bounds, ascending in Cassandra's order. */
    static SlicePlan ofIds(List<UUID> bounds, long estimatedRows) {
        List<Slice> slices = new ArrayList<>(bounds.size() + 1);
        UUID from = null;
        for (UUID bound : bounds) {
            slices.add(new Slice.Ids(from, bound));
            from = bound;
        }
        slices.add(new Slice.Ids(from, null));
        return new SlicePlan(slices, estimatedRows);
    }

    private static void requireCoverage(List<Slice> slices) {
        @Nullable Slice before = null;
        for (Slice slice : slices) {
            if (!begins(slice, before)) {
                throw new IllegalStateException("slices leave a gap or overlap between " + before + " and " + slice);
            }
            before = slice;
        }
        if (before == null || !isOpenAtEnd(before)) {
            throw new IllegalStateException("slices do not reach the end of the table");
        }
    }

    private static boolean begins(Slice slice, @Nullable Slice before) {
        if (slice instanceof Slice.Tokens tokens) {
            if (before == null) {
                return tokens.after().isEmpty();
            }
            return before instanceof Slice.Tokens previous
                    && previous.upTo().isPresent()
                    && previous.upTo().equals(tokens.after())
                    && (previous.after().isEmpty()
                            || previous.after().getAsLong() < previous.upTo().getAsLong());
        }
        Slice.Ids ids = (Slice.Ids) slice;
        if (before == null) {
            return ids.from() == null;
        }
        return before instanceof Slice.Ids previous
                && previous.before() != null
                && previous.before().equals(ids.from())
                && (previous.from() == null || UuidOrder.INSTANCE.compare(previous.from(), previous.before()) < 0);
    }

    private static boolean isOpenAtEnd(Slice slice) {
        return slice instanceof Slice.Tokens tokens ? tokens.upTo().isEmpty() : ((Slice.Ids) slice).before() == null;
    }
}
