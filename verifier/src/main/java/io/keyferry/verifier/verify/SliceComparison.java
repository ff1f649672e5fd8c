package io.keyferry.verifier.verify;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.TableScan;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.WorkspaceNaming;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares slices of one type. First by digest only, which nearly always is enough. A slice whose digests differ is
 * read again with a digest for each id, and what still differs then is read once more by its key, so that a row that
 * changes while we look is seen as it is in the end. Not thread-safe: one object a worker and type.
 */
final class SliceComparison {
    /** Two clocks and a reading apart: an entity that ends this soon may be gone on one side only. */
    private static final long EXPIRY_SLACK_SECONDS = 5;

    private static final long MICROS_PER_MILLI = 1_000;

    /** The two sides of one type; either may lack the table. */
    record Sides(Optional<TableScan> source, Optional<TableScan> target) {}

    private final Sides sides;
    private final Upgrade upgrade;
    private final Upgrade again;
    private final EntityDigest sourceDigest;
    private final EntityDigest targetDigest;
    private final FieldComparison fields;
    private final OptionalLong runStartMillis;
    private final Clock clock;
    private final TransferListener listener;

    SliceComparison(
            Sides sides,
            Upgrade upgrade,
            WorkspaceNaming sourceWorkspaces,
            WorkspaceNaming targetWorkspaces,
            Verification.Settings settings) {
        this.sides = sides;
        this.upgrade = upgrade;
        again = upgrade.again();
        sourceDigest = new EntityDigest(sourceWorkspaces);
        targetDigest = new EntityDigest(targetWorkspaces);
        fields = new FieldComparison(targetDigest, upgrade.to());
        runStartMillis = settings.runStartMillis();
        clock = settings.clock();
        listener = settings.listener();
    }

    /** Compares a slice, and gives every difference to the sink. */
    SliceDigests compare(Slice slice, DifferenceSink sink) {
        SliceDigests first = new SliceDigests();
        readSource(slice, upgrade, first, null);
        readTarget(slice, first, null);
        if (first.agree()) {
            first.matched(first.expected().count());
            return first;
        }
        return compareById(slice, sink);
    }

    private void readSource(Slice slice, Upgrade applied, SliceDigests digests, @Nullable Map<String, byte[]> byId) {
        sides.source()
                .ifPresent(scan -> scan.read(slice, Step.VERIFY, listener, entity -> {
                    digests.source().add(sourceDigest.of(entity));
                    Outcome outcome = applied.apply(entity);
                    if (outcome instanceof Outcome.Kept kept) {
                        byte[] digest = sourceDigest.of(kept.entity());
                        digests.expected().add(digest);
                        if (byId != null) {
                            byId.put(kept.entity().key().id(), digest);
                        }
                    } else if (outcome instanceof Outcome.Excluded excluded) {
                        digests.exclude(excluded.reason());
                    }
                }));
    }

    private void readTarget(Slice slice, SliceDigests digests, @Nullable Map<String, byte[]> byId) {
        sides.target()
                .ifPresent(scan -> scan.read(slice, Step.VERIFY, listener, entity -> {
                    byte[] digest = targetDigest.of(entity);
                    digests.target().add(digest);
                    if (byId != null) {
                        byId.put(entity.key().id(), digest);
                    }
                }));
    }

    private SliceDigests compareById(Slice slice, DifferenceSink sink) {
        SliceDigests digests = new SliceDigests();
        Map<String, byte[]> expected = new HashMap<>();
        Map<String, byte[]> target = new HashMap<>();
        readSource(slice, again, digests, expected);
        readTarget(slice, digests, target);
        List<String> suspects = new ArrayList<>();
        long matched = 0;
        for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
            byte[] other = target.remove(entry.getKey());
            if (other != null && Arrays.equals(other, entry.getValue())) {
                matched++;
            } else {
                suspects.add(entry.getKey());
            }
        }
        long judged = 0;
        for (String id : suspects) {
            Optional<Difference> difference = judge(id, true);
            if (difference.isPresent()) {
                judged++;
                sink.accept(difference.get());
            } else {
                matched++;
            }
        }
        for (String extra : target.keySet()) {
            judge(extra, false).ifPresent(sink::accept);
        }
        digests.matched(matched);
        digests.judged(judged);
        return digests;
    }

    /**
     * Looks at one entity again by its key.
     *
     * @param expected whether the slice's source held it, so that it must be accounted for
     */
    private Optional<Difference> judge(String id, boolean expected) {
        Optional<Entity> origin = sides.source().flatMap(scan -> scan.find(id));
        Optional<Entity> wanted = origin.map(again::apply)
                .filter(Outcome.Kept.class::isInstance)
                .map(kept -> ((Outcome.Kept) kept).entity());
        Optional<Entity> found = sides.target().flatMap(scan -> scan.find(id));
        if (wanted.isPresent() && found.isPresent()) {
            Map<String, FieldDifference> differing = fields.between(wanted.get(), found.get());
            boolean sameWorkspace =
                    sourceDigest.workspaceOf(wanted.get()).equals(targetDigest.workspaceOf(found.get()));
            if (differing.isEmpty() && sameWorkspace) {
                return Optional.empty();
            }
            if (!sameWorkspace) {
                differing.put(
                        "workspace",
                        new FieldDifference(
                                Value.text(sourceDigest.workspaceOf(wanted.get())),
                                Value.text(targetDigest.workspaceOf(found.get()))));
            }
            return Optional.of(difference(
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
            return Optional.of(difference(found.get(), targetDigest, verdictOfExtra(found.get(), expected), Map.of()));
        }
        return expected ? Optional.of(gone(id)) : Optional.empty();
    }

    /** The source had it when the slice was read, or when the target was filled, and has it no more. */
    private Verdict verdictOfExtra(Entity found, boolean expected) {
        if (expiresSoon(found)) {
            return Verdict.EXPIRED;
        }
        return expected ? Verdict.DRIFTED : Verdict.EXTRA;
    }

    /** Read from the source once, and now on neither side. */
    private Difference gone(String id) {
        String type = sides.source().map(scan -> scan.type().name()).orElse("");
        boolean canExpire =
                sides.source().map(scan -> scan.type().ttlColumn().isPresent()).orElse(false);
        return new Difference(type, id, Optional.empty(), "", canExpire ? Verdict.EXPIRED : Verdict.DRIFTED, Map.of());
    }

    private boolean changedSinceStart(String id) {
        if (runStartMillis.isEmpty()) {
            return false;
        }
        OptionalLong written = sides.source().map(scan -> scan.lastWrite(id)).orElse(OptionalLong.empty());
        return written.isPresent() && written.getAsLong() > runStartMillis.getAsLong() * MICROS_PER_MILLI;
    }

    private boolean expiresSoon(Entity entity) {
        return entity.expiresAt().isPresent()
                && entity.expiresAt().getAsLong() <= clock.instant().getEpochSecond() + EXPIRY_SLACK_SECONDS;
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
