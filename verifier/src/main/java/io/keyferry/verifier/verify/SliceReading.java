package io.keyferry.verifier.verify;

import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads slices of one type on both sides into a {@link TypeReading}: the source first, through the upgrade rules, then
 * the target. Not thread-safe: one object a worker.
 */
final class SliceReading {
    /** Hears of every row that is digested. */
    interface Watcher {
        /** Hears nothing. */
        Watcher NONE = new Watcher() {};

        /** An entity that the target should hold. */
        default void expected(int bucket, Entity entity, Mark mark, StoredRow origin) {}

        /** A row that the target holds, at this place in the order of its table. */
        default void target(long position, StoredRow row, Mark mark) {}

        /** A row that the target holds, at this place, and that is not asked for. */
        default void outOfScope(long position, StoredRow row) {}

        /** The slice has ended. */
        default void end() {}
    }

    /** What must be known of a source's row when its other self is met. */
    private record Note(long touched, long expiresAt) {}

    private final Sides sides;
    private final RowOrder order;
    private final TypeReading reading;
    private final Buckets buckets;
    private final RawColumns columns;
    private final SourceDigests source;
    private final EntityDigest targetDigest;
    private final RawDigest rawDigest;
    private final TransferListener listener;
    private final Map<String, Note> notes = new HashMap<>();
    /** What the source has of the slice, where not all of the target is asked for. */
    private final Set<String> asked = new HashSet<>();

    private long sourceRows;
    private long targetRows;

    SliceReading(Sides sides, TypeReading reading, RawColumns columns, Digests digests, TransferListener listener) {
        this.sides = sides;
        this.reading = reading;
        this.columns = columns;
        this.listener = listener;
        order = sides.order();
        buckets = reading.buckets();
        source = new SourceDigests(reading, columns, digests, sides::compared);
        targetDigest = digests.ofTarget();
        rawDigest = digests.raw();
    }

    /**
     * Reads one slice on both sides.
     *
     * @param upgrade counts what its rules do
     * @return how many rows were read
     */
    long read(Positions slice, Upgrade upgrade, Watcher watcher) {
        notes.clear();
        asked.clear();
        long before = sourceRows + targetRows;
        List<String> rules = new ArrayList<>();
        Upgrade heard = upgrade.heardBy(rules);
        SourceDigests.Notes noting = this::note;
        sides.source()
                .ifPresent(table -> table.read(slice, listener, row -> {
                    sourceRows++;
                    rules.clear();
                    StoredRow seen = sides.seen(row);
                    Outcome outcome = heard.apply(seen.entity());
                    if (sides.scope().isPresent() && outcome instanceof Outcome.Kept kept) {
                        asked.add(kept.entity().key().id());
                    }
                    source.take(seen, outcome, rules, watcher, noting);
                }));
        readTarget(slice, watcher);
        return sourceRows + targetRows - before;
    }

    /** Reads one slice of the target alone, when the source was read before and left these notes. */
    void readTarget(Positions slice, RideAlong.Ride ride, Watcher watcher) {
        notes.clear();
        asked.clear();
        ride.notes(slice, this::note);
        readTarget(slice, watcher);
    }

    private void readTarget(Positions slice, Watcher watcher) {
        sides.target()
                .ifPresent(table -> table.read(slice, listener, row -> {
                    targetRows++;
                    target(sides.seen(row), watcher);
                }));
    }

    private void note(long position, String id, long touched, long expiresAt) {
        notes.put(id, new Note(touched, expiresAt));
    }

    /** How many rows of the source were read so far. */
    long sourceRows() {
        return sourceRows;
    }

    /** How many rows of the target were read so far. */
    long targetRows() {
        return targetRows;
    }

    private void target(StoredRow row, Watcher watcher) {
        Entity entity = sides.compared(row.entity());
        String id = entity.key().id();
        long position = order.position(entity.type(), id);
        int bucket = buckets.of(position);
        // What the source has must be met here, whichever workspace it has got into.
        if (sides.scope().isPresent()
                && !asked.contains(id)
                && !sides.scope().get().test(entity)) {
            reading.outOfScope(bucket);
            watcher.outOfScope(position, row);
            return;
        }
        @Nullable Note note = notes.get(id);
        long touched = note == null ? 0 : note.touched();
        Mark mark = new Mark(
                targetDigest.of(entity),
                rawDigest.of(id, columns.ofTarget(row), touched),
                Expiry.of(entity),
                false,
                List.of());
        boolean ttlApart = note != null && !Expiry.agree(note.expiresAt(), mark.expiresAt());
        reading.found(bucket, mark, ttlApart);
        watcher.target(position, row, mark);
    }
}
