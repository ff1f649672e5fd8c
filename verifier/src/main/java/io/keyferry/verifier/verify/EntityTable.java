package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.StoredRow;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The entities of one type on one side of a comparison: of a table, or of a file. Thread-safe; each range is read by one
 * thread.
 */
public interface EntityTable {
    /** Takes one row. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(StoredRow row) throws Exception;
    }

    EntityType type();

    /** How many rows there are, by estimate. */
    long estimatedRows();

    /** The columns whose bytes the rows hold, with their CQL types; empty where there are no bytes. */
    Map<String, String> columnTypes();

    /** A column's place in {@link StoredRow#bytes}; empty when it is not read. */
    OptionalInt columnIndex(String column);

    /**
     * Gives all rows of a range to the consumer.
     *
     * @throws io.keyferry.keyspace.problem.KeyferryException when they cannot be read
     */
    void read(Positions positions, TransferListener listener, RowConsumer consumer);

    /** The row with this primary key, read now. */
    Optional<StoredRow> find(String id);

    /** When the row was last written, in microseconds since the epoch; empty for no such row, or where nobody knows. */
    OptionalLong lastWrite(String id);

    /** The same entities read in another manner: backwards where that can be, and in pages of at most so many. */
    EntityTable otherwise(int pageRows);
}
