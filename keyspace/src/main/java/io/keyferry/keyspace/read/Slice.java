package io.keyferry.keyspace.read;

import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A part of a table that is read on its own: by token, or by {@code id} where the whole table is one partition.
 * Slices of a {@link SlicePlan} do not overlap and leave no gap. Immutable.
 */
public sealed interface Slice {
    /**
     * Rows with {@code after < token(partition key) <= upTo}; an empty bound is open.
     */
    record Tokens(OptionalLong after, OptionalLong upTo) implements Slice {
        @Override
        public String toString() {
            return "tokens after " + (after.isPresent() ? after.getAsLong() : "the start") + " up to "
                    + (upTo.isPresent() ? upTo.getAsLong() : "the end");
        }
    }

    /**
     * Rows of a one-partition table with {@code from <= id < before} in Cassandra's order of {@code uuid}, which is by
     * version first; a null bound is open.
     */
    record Ids(@Nullable UUID from, @Nullable UUID before) implements Slice {
        @Override
        public String toString() {
            return "ids from " + (from == null ? "the start" : from) + " to before "
                    + (before == null ? "the end" : before);
        }
    }
}
