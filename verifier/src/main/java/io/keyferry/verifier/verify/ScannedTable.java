package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.read.TableScan;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A table of a keyspace.
 *
 * @param withScars whether what is odd about rows is looked at, too
 */
record ScannedTable(TableScan scan, boolean withScars) implements EntityTable {
    private static final int ROWS_PER_SLICE = 10_000;

    @Override
    public EntityType type() {
        return scan.type();
    }

    @Override
    public long estimatedRows() {
        return scan.plan(ROWS_PER_SLICE).estimatedRows();
    }

    @Override
    public Map<String, String> columnTypes() {
        return scan.columnTypes();
    }

    @Override
    public OptionalInt columnIndex(String column) {
        return scan.columnIndex(column);
    }

    @Override
    public void read(Positions positions, TransferListener listener, RowConsumer consumer) {
        Slice slice = scan.order().slice(positions.from(), positions.before());
        if (withScars) {
            scan.readRowsWithScars(slice, Step.VERIFY, listener, consumer::accept);
        } else {
            scan.readRows(slice, Step.VERIFY, listener, consumer::accept);
        }
    }

    @Override
    public Optional<StoredRow> find(String id) {
        return scan.findRow(id);
    }

    @Override
    public OptionalLong lastWrite(String id) {
        return scan.lastWrite(id);
    }

    @Override
    public EntityTable otherwise(int pageRows) {
        return new ScannedTable(scan.inPagesOf(pageRows).reversed(), withScars);
    }
}
