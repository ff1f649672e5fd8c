package io.keyferry.verifier.verify;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads slices of one type on both sides into a {@link TypeReading}: the source first, through the upgrade rules, then
 * the target. Not thread-safe: one object a worker.
 */
final class SliceReading {
    /** Hears of every row that is digested. */
    interface Watcher {
        /** An entity that the target should hold. */
        default void expected(int bucket, Entity entity, Mark mark, StoredRow origin) {}

        /** An entity that the target holds. */
        default void target(int bucket, Entity entity, Mark mark) {}
    }

    /** What must be known of a source's row when its other self is met. */
    private record Note(long touched, long expiresAt) {}

    private final Sides sides;
    private final RowOrder order;
    private final TypeReading reading;
    private final Buckets buckets;
    private final RawColumns columns;
    private final EntityDigest sourceDigest;
    private final EntityDigest targetDigest;
    private final RawDigest rawDigest;
    private final TransferListener listener;
    private final Map<String, Note> notes = new HashMap<>();
    private long sourceRows;

    SliceReading(Sides sides, TypeReading reading, RawColumns columns, Digests digests, TransferListener listener) {
        this.sides = sides;
        this.reading = reading;
        this.columns = columns;
        this.listener = listener;
        order = sides.order();
        buckets = reading.buckets();
        sourceDigest = digests.ofSource();
        targetDigest = digests.ofTarget();
        rawDigest = digests.raw(columns.names());
    }

    /**
     * Reads one slice on both sides.
     *
     * @param upgrade counts what its rules do
     * @return how many rows were read
     */
    long read(Slice slice, Upgrade upgrade, Watcher watcher) {
        notes.clear();
        long before = sourceRows;
        long[] rows = {0};
        sides.source()
                .ifPresent(scan -> scan.readRows(slice, Step.VERIFY, listener, row -> {
                    sourceRows++;
                    source(sides.seen(row), upgrade, watcher);
                }));
        sides.target()
                .ifPresent(scan -> scan.readRows(slice, Step.VERIFY, listener, row -> {
                    rows[0]++;
                    target(sides.seen(row), watcher);
                }));
        return sourceRows - before + rows[0];
    }

    /** How many rows of the source were read so far. */
    long sourceRows() {
        return sourceRows;
    }

    private void source(StoredRow row, Upgrade upgrade, Watcher watcher) {
        Entity entity = row.entity();
        String id = entity.key().id();
        int bucket = buckets.of(order.position(entity.type(), id));
        byte[] origin = sourceDigest.of(entity);
        reading.source().add(bucket, origin);
        Outcome outcome = upgrade.apply(entity);
        if (outcome instanceof Outcome.Excluded excluded) {
            reading.exclude(bucket, excluded.reason());
        } else if (outcome instanceof Outcome.Kept kept) {
            Entity wanted = kept.entity();
            byte[] canonical = wanted.equals(entity) ? origin : sourceDigest.of(wanted);
            boolean changed = !Arrays.equals(canonical, origin);
            if (changed) {
                reading.changed(bucket);
            }
            long touched = columns.touched(row, wanted);
            Mark mark =
                    new Mark(canonical, rawDigest.of(id, columns.ofSource(row), touched), Expiry.of(wanted), changed);
            if (touched != 0 || mark.expiresAt() != Long.MAX_VALUE) {
                notes.put(id, new Note(touched, mark.expiresAt()));
            }
            reading.expected().add(bucket, canonical);
            reading.rawExpected().add(bucket, mark.raw());
            watcher.expected(bucket, wanted, mark, row);
        }
    }

    private void target(StoredRow row, Watcher watcher) {
        Entity entity = row.entity();
        String id = entity.key().id();
        int bucket = buckets.of(order.position(entity.type(), id));
        @Nullable Note note = notes.get(id);
        long touched = note == null ? 0 : note.touched();
        Mark mark = new Mark(
                targetDigest.of(entity), rawDigest.of(id, columns.ofTarget(row), touched), Expiry.of(entity), false);
        if (note != null && !Expiry.agree(note.expiresAt(), mark.expiresAt())) {
            reading.ttlApart(bucket);
        }
        reading.target().add(bucket, mark.canonical());
        reading.rawTarget().add(bucket, mark.raw());
        watcher.target(bucket, entity, mark);
    }
}
