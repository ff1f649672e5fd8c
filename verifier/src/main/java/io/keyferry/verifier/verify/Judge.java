package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at single entities once more, by their keys on both sides, and gives the verdict. A difference that was only a
 * row caught in the middle of a change is none any more. Not thread-safe: one object a worker.
 */
final class Judge {
    private static final long MICROS_PER_MILLI = 1_000;
    /** All that a run writes bears its start as write time, and some microseconds for each attempt. */
    private static final long WRITE_TIMES_OF_A_RUN = 1_000_000;

    private final Sides sides;
    private final Upgrade upgrade;
    private final RawColumns columns;
    private final EntityDigest sourceDigest;
    private final EntityDigest targetDigest;
    private final FieldComparison fields;
    private final OptionalLong runStartMicros;
    private final Clock clock;
    private long rowsRead;

    Judge(Sides sides, Upgrade upgrade, RawColumns columns, Digests digests, Verification.Settings settings) {
        this.sides = sides;
        this.upgrade = upgrade.again();
        this.columns = columns;
        sourceDigest = digests.ofSource();
        targetDigest = digests.ofTarget();
        fields = new FieldComparison(targetDigest, upgrade.to());
        runStartMicros = settings.runStartMillis().isPresent()
                ? OptionalLong.of(settings.runStartMillis().getAsLong() * MICROS_PER_MILLI)
                : OptionalLong.empty();
        clock = settings.clock();
    }

    /** How many rows were read so far. */
    long rowsRead() {
        return rowsRead;
    }

    /**
     * What is to be said of an entity now; empty when both sides agree on it.
     *
     * @param expected whether the source held it a moment ago, so that it must be accounted for
     */
    Optional<Difference> judge(String id, boolean expected) {
        Optional<StoredRow> origin = sides.source().flatMap(scan -> find(scan, id));
        Optional<Entity> wanted = origin.map(row -> upgrade.apply(row.entity()))
                .filter(Outcome.Kept.class::isInstance)
                .map(kept -> sides.compared(((Outcome.Kept) kept).entity()));
        Optional<StoredRow> found = sides.target().flatMap(scan -> find(scan, id));
        if (wanted.isPresent() && found.isPresent()) {
            Map<String, FieldDifference> differing = differing(origin.orElseThrow(), wanted.get(), found.get());
            return differing.isEmpty()
                    ? Optional.empty()
                    : Optional.of(difference(
                            wanted.get(),
                            sourceDigest,
                            changedSinceStart(id) ? Verdict.DRIFTED : Verdict.DIFFERENT,
                            differing));
        }
        if (wanted.isPresent()) {
            Verdict verdict = expiresSoon(wanted.get())
                    ? Verdict.EXPIRED
                    : changedSinceStart(id) ? Verdict.DRIFTED : Verdict.MISSING;
            return Optional.of(difference(wanted.get(), sourceDigest, verdict, Map.of()));
        }
        if (found.isPresent()) {
            Entity extra = found.get().entity();
            return Optional.of(
                    difference(extra, targetDigest, verdictOfExtra(extra, expected, origin.isPresent()), Map.of()));
        }
        return expected ? Optional.of(gone(id)) : Optional.empty();
    }

    private Optional<StoredRow> find(EntityTable scan, String id) {
        rowsRead++;
        return scan.find(id).map(sides::seen);
    }

    private Map<String, FieldDifference> differing(StoredRow origin, Entity wanted, StoredRow found) {
        Map<String, FieldDifference> differing =
                new LinkedHashMap<>(fields.between(wanted, sides.compared(found.entity())));
        String expectedIn = sourceDigest.workspaceOf(wanted);
        String foundIn = targetDigest.workspaceOf(found.entity());
        if (!expectedIn.equals(foundIn)) {
            differing.put("workspace", new FieldDifference(Value.text(expectedIn), Value.text(foundIn)));
        }
        if (differing.isEmpty()) {
            for (Field field : columns.differing(origin, found, columns.touched(origin, wanted))) {
                differing.put(field.column() + " (raw)", rawDifference(field, origin, found));
            }
        }
        return differing;
    }

    /** Both sides' bytes; the codec sees no difference, so they are all there is to show. */
    private FieldDifference rawDifference(Field field, StoredRow origin, StoredRow found) {
        if (field.schema().secret()) {
            return new FieldDifference(FieldComparison.MASK, FieldComparison.MASK);
        }
        return new FieldDifference(hex(bytes(sides.source(), origin, field)), hex(bytes(sides.target(), found, field)));
    }

    private static @Nullable ByteBuffer bytes(Optional<EntityTable> scan, StoredRow row, Field field) {
        return row.bytes(scan.orElseThrow().columnIndex(field.column()).orElseThrow());
    }

    private static Value hex(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return Value.NULL;
        }
        StringBuilder hex = new StringBuilder("0x");
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            hex.append(Character.forDigit((bytes.get(i) >> 4) & 0xf, 16))
                    .append(Character.forDigit(bytes.get(i) & 0xf, 16));
        }
        return Value.text(hex.toString());
    }

    /**
     * The source had it when the slice was read, or when the target was filled, and has it no more: what this run wrote
     * was in the source when it began.
     */
    private Verdict verdictOfExtra(Entity found, boolean expected, boolean excludedNow) {
        if (expiresSoon(found)) {
            return Verdict.EXPIRED;
        }
        if (expected) {
            return Verdict.DRIFTED;
        }
        return !excludedNow && writtenByThisRun(found.key().id()) ? Verdict.DRIFTED : Verdict.EXTRA;
    }

    /** Read from the source once, and now on neither side. */
    private Difference gone(String id) {
        String type = sides.source().map(scan -> scan.type().name()).orElse("");
        boolean canExpire =
                sides.source().map(scan -> scan.type().ttlColumn().isPresent()).orElse(false);
        return new Difference(type, id, Optional.empty(), "", canExpire ? Verdict.EXPIRED : Verdict.DRIFTED, Map.of());
    }

    private boolean changedSinceStart(String id) {
        if (runStartMicros.isEmpty()) {
            return false;
        }
        OptionalLong written = sides.source().map(scan -> scan.lastWrite(id)).orElse(OptionalLong.empty());
        return written.isPresent() && written.getAsLong() > runStartMicros.getAsLong();
    }

    private boolean writtenByThisRun(String id) {
        if (runStartMicros.isEmpty()) {
            return false;
        }
        OptionalLong written = sides.target().map(scan -> scan.lastWrite(id)).orElse(OptionalLong.empty());
        return written.isPresent()
                && written.getAsLong() >= runStartMicros.getAsLong()
                && written.getAsLong() < runStartMicros.getAsLong() + WRITE_TIMES_OF_A_RUN;
    }

    private boolean expiresSoon(Entity entity) {
        return entity.expiresAt().isPresent()
                && entity.expiresAt().getAsLong() <= clock.instant().getEpochSecond() + Expiry.SOON_SECONDS;
    }

    private static Difference difference(
            Entity entity, EntityDigest side, Verdict verdict, Map<String, FieldDifference> differing) {
        return new Difference(
                entity.type().name(),
                entity.key().id(),
                entity.type()
                        .endpointKey()
                        .flatMap(entity.type()::field)
                        .filter(field -> !field.schema().secret())
                        .flatMap(field -> entity.text(field.name())),
                side.workspaceOf(entity),
                verdict,
                differing);
    }
}
