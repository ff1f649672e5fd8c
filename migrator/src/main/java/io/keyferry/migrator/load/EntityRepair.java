package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.load.TargetRows.Kept;
import io.keyferry.migrator.load.TargetRows.RowKey;
import io.keyferry.migrator.schema.TargetSession;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes single entities of a target that may be live, with the rows of {@code tags} that follow from them, after what
 * was there is kept in an undo file. Not thread-safe.
 */
public final class EntityRepair {
    private final TargetSession target;
    private final LiveSchema schema;
    private final TargetRows rows;
    private final UndoFile undo;
    private final Clock clock;
    private final TransferListener listener;

    /** Prepares to change rows of a keyspace with this schema. */
    public EntityRepair(
            TargetSession target, LiveSchema schema, UndoFile undo, Clock clock, TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.undo = requireNonNull(undo, "undo is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
        rows = new TargetRows(target, schema, clock, listener);
    }

    /**
     * Writes an entity over what is there.
     *
     * @param time the write time, in microseconds
     * @return whether it was written: one that has expired is not
     * @throws KeyferryException (TARGET) when a row cannot be written
     */
    public boolean write(Entity entity, Optional<Entity> found, long time) {
        int ttl = 0;
        if (entity.expiresAt().isPresent()) {
            long left = entity.expiresAt().getAsLong() - clock.instant().getEpochSecond();
            if (left <= 0) {
                return false;
            }
            ttl = Math.toIntExact(left);
        }
        EntityType type = entity.type();
        String id = entity.key().id();
        Set<RowKey> stale = new HashSet<>(rows.tagsOf(type, id, found.stream().toList()));
        Set<RowKey> tags = rows.tagsOf(type, id, List.of(entity));
        stale.removeAll(tags);
        List<RowKey> touched = new ArrayList<>(List.of(rows.keyOf(type, id)));
        touched.addAll(stale);
        touched.addAll(tags);
        keep(touched, time);
        stale.forEach(key -> rows.delete(key, time));
        try (RowWriter writer = new RowWriter(target, schema, Nulls.WRITTEN, time, 1, listener)) {
            writer.write(entity, ttl);
            writer.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
        return true;
    }

    /**
     * Deletes an entity.
     *
     * @param time the write time, in microseconds
     * @throws KeyferryException (TARGET) when a row cannot be deleted
     */
    public void delete(Entity entity, long time) {
        EntityType type = entity.type();
        String id = entity.key().id();
        List<RowKey> touched = new ArrayList<>(List.of(rows.keyOf(type, id)));
        touched.addAll(rows.tagsOf(type, id, List.of(entity)));
        keep(touched, time);
        touched.forEach(key -> rows.delete(key, time));
    }

    private void keep(List<RowKey> keys, long time) {
        for (RowKey key : keys) {
            Kept before = rows.read(key);
            undo.add(before, time);
        }
        undo.sync();
    }
}
