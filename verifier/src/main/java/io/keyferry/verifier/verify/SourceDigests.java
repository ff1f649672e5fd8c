package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Digests rows of the source, and what the upgrade rules made of them, into a reading. Not thread-safe: one a worker. */
final class SourceDigests {
    private final TypeReading reading;
    private final RawColumns columns;
    private final EntityDigest digest;
    private final RawDigest rawDigest;
    private final UnaryOperator<Entity> compared;

    /**
     * Prepares for rows of one type.
     *
     * @param compared leaves out of an entity what cannot be compared
     */
    SourceDigests(TypeReading reading, RawColumns columns, Digests digests, UnaryOperator<Entity> compared) {
        this.reading = reading;
        this.columns = columns;
        this.compared = compared;
        digest = digests.ofSource();
        rawDigest = digests.raw();
    }

    /**
     * Takes a row.
     *
     * @param outcome what the rules made of it
     * @param rules those that were applied
     * @param notes takes what must be known of the row when its other self is met, if anything
     */
    void take(StoredRow row, Outcome outcome, List<String> rules, SliceReading.Watcher watcher, Notes notes) {
        Entity entity = row.entity();
        EntityType type = entity.type();
        String id = entity.key().id();
        long position = RowOrder.of(type).position(type, id);
        int bucket = reading.buckets().of(position);
        byte[] origin = digest.of(entity);
        if (outcome instanceof Outcome.Excluded excluded) {
            reading.excluded(bucket, origin, excluded.reason());
        } else if (outcome instanceof Outcome.Kept kept) {
            Entity wanted = compared.apply(kept.entity());
            byte[] canonical = wanted.equals(entity) ? origin : digest.of(wanted);
            boolean changed = !Arrays.equals(canonical, origin);
            long touched = columns.touched(row, wanted);
            byte[] raw = rawDigest.of(id, columns.ofSource(row), touched);
            Mark mark = new Mark(canonical, raw, Expiry.of(wanted), changed, List.copyOf(rules));
            if (touched != 0 || mark.expiresAt() != Long.MAX_VALUE) {
                notes.add(position, id, touched, mark.expiresAt());
            }
            reading.expect(bucket, origin, mark);
            watcher.expected(bucket, wanted, mark, row);
        }
    }

    /** Takes what must be known of a source's row when its other self is met. */
    interface Notes {
        /**
         * Notes a row.
         *
         * @param touched the columns that a rule changed, as {@link RawColumns#touched} says it
         * @param expiresAt in seconds since the epoch, {@link Long#MAX_VALUE} for never
         */
        void add(long position, String id, long touched, long expiresAt);
    }
}
