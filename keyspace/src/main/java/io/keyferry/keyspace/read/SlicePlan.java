package io.keyferry.keyspace.read;

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
