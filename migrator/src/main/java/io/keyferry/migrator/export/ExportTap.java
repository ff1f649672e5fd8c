package io.keyferry.migrator.export;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import java.util.List;

/** Sees every row of the source that an export counts, once. Thread-safe. */
@FunctionalInterface
public interface ExportTap {
    /** Sees nothing. */
    ExportTap NONE = (type, estimatedRows) -> (row, outcome, rules) -> {};

    /**
     * What sees the rows of one slice of a type of the source.
     *
     * @param estimatedRows how many rows all slices of the type have, by the sample that the export has taken
     */
    Rows slice(EntityType type, long estimatedRows);

    /** Sees rows, from one thread. */
    @FunctionalInterface
    interface Rows {
        /**
         * Sees a row.
         *
         * @param outcome what the upgrade rules made of it
         * @param rules the names of those that were applied; to be copied, not kept
         */
        void take(StoredRow row, Outcome outcome, List<String> rules);
    }
}
