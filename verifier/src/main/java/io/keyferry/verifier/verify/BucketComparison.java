package io.keyferry.verifier.verify;

import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Upgrade;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one bucket that differs once more, with a mark for each row, and has what still differs judged. What it reads
 * takes the place of what was read before. Not thread-safe: one object a worker.
 */
final class BucketComparison {
    /**
     * What was found.
     *
     * @param matched entities that are equal
     * @param matchedByRule those of them that a rule changed
     * @param rules to how many of them each rule was applied
     * @param judged entities of the source that are not, each with one verdict
     * @param ofTarget rows of the target with a fate
     */
    record Result(
            long matched, long matchedByRule, Map<String, Long> rules, long judged, long ofTarget, long rowsRead) {}

    /** Takes what was found of an entity. */
    @FunctionalInterface
    interface Judged {
        /**
         * Takes a verdict.
         *
         * @param ofSource whether the entity was read from the source, and must be accounted for there
         */
        void accept(Difference difference, boolean ofSource);
    }

    private final TypeReading reading;
    private final SliceReading slices;
    private final Upgrade upgrade;
    private final Judge judge;

    BucketComparison(
            Sides sides,
            TypeReading reading,
            RawColumns columns,
            Upgrade upgrade,
            Digests digests,
            Verification.Settings settings) {
        this.reading = reading;
        this.upgrade = upgrade.again();
        slices = new SliceReading(sides, reading, columns, digests, TransferListener.NONE);
        judge = new Judge(sides, upgrade, columns, digests, settings);
    }

    /** Compares a bucket, and gives every difference to the sink. */
    Result compare(int bucket, Judged sink) {
        Map<String, Mark> expected = new HashMap<>();
        Map<String, Mark> target = new HashMap<>();
        reading.forget(bucket);
        Positions slice =
                new Positions(reading.buckets().from(bucket), reading.buckets().before(bucket));
        long rows = slices.read(slice, upgrade, new SliceReading.Watcher() {
            @Override
            public void expected(int within, Entity entity, Mark mark, StoredRow origin) {
                expected.put(entity.key().id(), mark);
            }

            @Override
            public void target(long position, StoredRow row, Mark mark) {
                target.put(row.entity().key().id(), mark);
            }
        });
        long before = judge.rowsRead();
        long matched = 0;
        long byRule = 0;
        Map<String, Long> rules = new HashMap<>();
        long judged = 0;
        long ofTarget = 0;
        for (String id : List.copyOf(expected.keySet())) {
            Mark wanted = expected.get(id);
            Mark found = target.remove(id);
            ofTarget += found == null ? 0 : 1;
            boolean agree = found != null && wanted != null && wanted.agrees(found);
            Optional<Difference> difference = agree ? Optional.empty() : judge.judge(id, true);
            if (difference.isPresent()) {
                sink.accept(difference.get(), true);
                judged++;
            } else {
                matched++;
                if (wanted != null) {
                    byRule += wanted.changed() ? 1 : 0;
                    wanted.rules().forEach(rule -> rules.merge(rule, 1L, Long::sum));
                }
            }
        }
        for (String extra : new ArrayList<>(target.keySet())) {
            ofTarget++;
            judge.judge(extra, false).ifPresent(difference -> sink.accept(difference, false));
        }
        return new Result(matched, byRule, rules, judged, ofTarget, rows + judge.rowsRead() - before);
    }
}
