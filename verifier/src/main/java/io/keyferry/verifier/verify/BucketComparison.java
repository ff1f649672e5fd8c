package io.keyferry.verifier.verify;

import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.Slice;
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
     * @param judged entities of the source that are not, each with one verdict
     * @param ofTarget rows of the target with a fate
     */
    record Result(long matched, long matchedByRule, long judged, long ofTarget, long rowsRead) {}

    private final Sides sides;
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
        this.sides = sides;
        this.reading = reading;
        this.upgrade = upgrade.again();
        slices = new SliceReading(sides, reading, columns, digests, TransferListener.NONE);
        judge = new Judge(sides, upgrade, columns, digests, settings);
    }

    /** Compares a bucket, and gives every difference to the sink. */
    Result compare(int bucket, DifferenceSink sink) {
        Map<String, Mark> expected = new HashMap<>();
        Map<String, Mark> target = new HashMap<>();
        reading.forget(bucket);
        Slice slice = sides.order()
                .slice(reading.buckets().from(bucket), reading.buckets().before(bucket));
        long rows = slices.read(slice, upgrade, new SliceReading.Watcher() {
            @Override
            public void expected(int within, Entity entity, Mark mark, StoredRow origin) {
                expected.put(entity.key().id(), mark);
            }

            @Override
            public void target(int within, Entity entity, Mark mark) {
                target.put(entity.key().id(), mark);
            }
        });
        long before = judge.rowsRead();
        long matched = 0;
        long byRule = 0;
        long judged = 0;
        long ofTarget = 0;
        for (String id : List.copyOf(expected.keySet())) {
            Mark wanted = expected.get(id);
            Mark found = target.remove(id);
            ofTarget += found == null ? 0 : 1;
            if (found != null && wanted != null && wanted.agrees(found)) {
                matched++;
                byRule += wanted.changed() ? 1 : 0;
                continue;
            }
            Optional<Difference> difference = judge.judge(id, true);
            difference.ifPresent(sink::accept);
            if (difference.isPresent()) {
                judged++;
            } else {
                matched++;
                byRule += wanted != null && wanted.changed() ? 1 : 0;
            }
        }
        for (String extra : new ArrayList<>(target.keySet())) {
            ofTarget++;
            judge.judge(extra, false).ifPresent(sink::accept);
        }
        return new Result(matched, byRule, judged, ofTarget, rows + judge.rowsRead() - before);
    }
}
