package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.spill.EntityBytes;
import io.keyferry.keyspace.spill.RecordSpill;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** The entities of a file, laid out on disk by the positions that their rows would have. */
record SpilledTable(EntityType type, RecordSpill records) implements EntityTable {
    @Override
    public long estimatedRows() {
        return records.count();
    }

    @Override
    public Map<String, String> columnTypes() {
        return Map.of();
    }

    @Override
    public OptionalInt columnIndex(String column) {
        return OptionalInt.empty();
    }

    @Override
    public void read(Positions positions, TransferListener listener, RowConsumer consumer) {
        try {
            records.read(
                    positions.from(),
                    positions.before(),
                    bytes -> consumer.accept(StoredRow.withoutBytes(EntityBytes.of(type, bytes))));
        } catch (KeyferryException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        } catch (Exception e) {
            throw new KeyferryException(Kind.INTERNAL, "what was put aside of " + type + ": " + e, e);
        }
    }

    @Override
    public Optional<StoredRow> find(String id) {
        AtomicReference<StoredRow> found = new AtomicReference<>();
        read(Positions.at(RowOrder.of(type).position(type, id)), TransferListener.NONE, row -> {
            if (row.entity().key().id().equals(id)) {
                found.set(row);
            }
        });
        return Optional.ofNullable(found.get());
    }

    /** A file has no write times. */
    @Override
    public OptionalLong lastWrite(String id) {
        return OptionalLong.empty();
    }

    @Override
    public EntityTable otherwise(int pageRows) {
        return this;
    }
}
