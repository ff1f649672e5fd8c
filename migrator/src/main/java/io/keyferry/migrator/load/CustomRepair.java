package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.migrator.load.TargetRows.RowKey;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Changes single rows of a target's tables that no Kong knows, after what was there is kept in an undo file. That keeps
 * rows whose values all expire at the same time, or never, and no static values; {@link #hindrance} tells of others. Not
 * thread-safe.
 */
public final class CustomRepair {
    private final TargetSession target;
    private final ReadSession reader;
    private final TargetRows rows;
    private final UndoFile undo;
    private final CustomLoad.Settings settings;

    /** Prepares to change rows of a keyspace with this schema. */
    public CustomRepair(
            TargetSession target,
            ReadSession reader,
            LiveSchema schema,
            UndoFile undo,
            Clock clock,
            TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.reader = requireNonNull(reader, "reader is null");
        this.undo = requireNonNull(undo, "undo is null");
        rows = new TargetRows(target, schema, clock, listener);
        settings = new CustomLoad.Settings(1, 1, clock, listener);
    }

    /**
     * Why a row cannot be repaired so that it could be put back; empty when it can.
     *
     * @param wanted what the target should hold; empty for nothing
     * @param found what it holds; empty for nothing
     */
    public static Optional<String> hindrance(
            CustomTransfer transfer, Optional<CustomRow> wanted, Optional<CustomRow> found) {
        if (transfer.manner() == CustomTransfer.Manner.COUNTS) {
            return Optional.of("its table holds counters, which can be counted up and down but not put back");
        }
        if (transfer.targetTable().columns().stream().anyMatch(column -> column.kind() == LiveSchema.Kind.STATIC)) {
            return Optional.of("its table has static columns, which belong to more than one row");
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (transfer.manner() == CustomTransfer.Manner.VALUES && empties(wanted, found.get())) {
            return Optional.of("it would empty a column that somebody added to a table of Kong's");
        }
        return expiresInParts(found.get())
                ? Optional.of("its values expire at different times, with which they could not be put back")
                : Optional.empty();
    }

    private static boolean empties(Optional<CustomRow> wanted, CustomRow found) {
        for (int i = 0; i < found.values().size(); i++) {
            int column = i;
            if (found.values().get(i) != null
                    && wanted.filter(row -> row.values().get(column) != null).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean expiresInParts(CustomRow row) {
        long first = 0;
        for (int i = 0; i < row.values().size(); i++) {
            if (row.values().get(i) != null) {
                if (first != 0 && first != row.expiry(i)) {
                    return true;
                }
                first = row.expiry(i);
            }
        }
        return false;
    }

    /**
     * Writes a row over what is there.
     *
     * @param time the write time, in microseconds
     * @return whether it was written: one that has expired is not
     * @throws KeyferryException (TARGET) when it cannot be written
     */
    public boolean write(CustomTransfer transfer, CustomRow wanted, long time) {
        CustomScan scan = transfer.target(reader);
        keep(key(scan, wanted), time);
        try (CustomWriter writer = new CustomWriter(transfer, target, scan, true, time, settings)) {
            boolean written = writer.write(wanted, false);
            writer.flush();
            return written;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    /**
     * Deletes a row.
     *
     * @param time the write time, in microseconds
     * @throws KeyferryException (TARGET) when it cannot be deleted
     */
    public void delete(CustomTransfer transfer, CustomRow found, long time) {
        RowKey key = key(transfer.target(reader), found);
        keep(key, time);
        rows.delete(key, time);
    }

    private void keep(RowKey key, long time) {
        undo.add(rows.read(key), time);
        undo.sync();
    }

    private static RowKey key(CustomScan scan, CustomRow row) {
        Map<String, ByteBuffer> columns = new LinkedHashMap<>();
        for (int i = 0; i < row.keys(); i++) {
            columns.put(scan.keyColumns().get(i), requireNonNull(row.key(i), "a row has a whole key"));
        }
        return new RowKey(scan.table().name(), columns);
    }
}
