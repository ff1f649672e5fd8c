package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.WorkspaceNaming;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Looks once more at entities that an earlier verification named, each by its key on both sides, and at the buckets that
 * they are in. Nothing counts as drifted here: what the source holds now is what the target should hold. Not
 * thread-safe.
 */
public final class Review {
    /** A few thousand rows a bucket; what the earlier verification had, where it is known. */
    private static final int ROWS_PER_SLICE = 10_000;

    private static final int FAN = 16;

    /**
     * One entity as it is now.
     *
     * @param wanted what the target should hold, in the target's version, with the workspace's id that it has in the
     *     source; empty where the source has none, or none that is moved
     * @param found what the target holds
     * @param difference between the two; empty where they agree
     */
    public record Looked(Optional<Entity> wanted, Optional<Entity> found, Optional<Difference> difference) {}

    /** The two tables of a type, and how their rows are judged. */
    private record Seat(EntityType type, Sides sides, RawColumns columns, Judge judge) {}

    private final KongKeyspace source;
    private final KongKeyspace target;
    private final Upgrade upgrade;
    private final Verification.Settings settings;
    private final Digests digests;
    private final Map<String, Seat> seats = new HashMap<>();

    /**
     * Prepares to look.
     *
     * @param settings without a start of the run, which would make drift of what changed since
     */
    public Review(KongKeyspace source, KongKeyspace target, Upgrade upgrade, Verification.Settings settings) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.settings = requireNonNull(settings, "settings is null");
        digests = new Digests(
                settings.key(),
                WorkspaceNaming.ofSource(source.defaultWorkspace()),
                WorkspaceNaming.ofTarget(KeyspaceSide.target(target).defaultWorkspace()));
        if (upgrade.needsHistory()) {
            source.catalog()
                    .entityType("targets")
                    .flatMap(source::scan)
                    .ifPresent(scan -> scan.readAll(Step.PLAN, settings.listener(), upgrade.history()::add));
        }
    }

    /** Whether both versions' entities of this name can be looked at: the target has the type and its table. */
    public boolean knows(String type) {
        return target.catalog().entityType(type).flatMap(target::scan).isPresent();
    }

    /**
     * Reads an entity on both sides.
     *
     * @param type a type that is known
     * @throws KeyferryException (SOURCE, TARGET) when a side cannot be read, (REFUSED) when the id is none
     */
    public Looked look(String type, String id) {
        Seat seat = seat(type);
        try {
            Optional<Difference> difference = seat.judge().judge(id, false);
            return new Looked(
                    seat.sides()
                            .source()
                            .flatMap(table -> table.find(id))
                            .map(StoredRow::entity)
                            .flatMap(this::wanted),
                    seat.sides().target().flatMap(table -> table.find(id)).map(StoredRow::entity),
                    difference);
        } catch (IllegalArgumentException e) {
            throw KeyferryException.refused(type + " have no id such as '" + id + "': " + e.getMessage());
        }
    }

    private Optional<Entity> wanted(Entity origin) {
        return upgrade.again().apply(origin) instanceof Outcome.Kept kept
                ? Optional.of(kept.entity())
                : Optional.empty();
    }

    /** When the latest of the target's cells of an entity was written, in microseconds; empty for no such row. */
    public OptionalLong lastWriteOnTarget(String type, String id) {
        return seat(type).sides().target().map(scan -> scan.lastWrite(id)).orElse(OptionalLong.empty());
    }

    /**
     * Reads the buckets that entities are in on both sides, and compares them as a verification does.
     *
     * @param ids by type
     * @param bucketCounts in how many buckets the tables were cut, by type; a type that is not there is cut anew
     * @param sink takes every difference
     * @return counts and digests of these buckets alone
     */
    public VerificationResult verify(
            Map<String, Set<String>> ids, Map<String, Integer> bucketCounts, DifferenceSink sink) {
        List<TypeVerification> results = new ArrayList<>();
        Map<String, TypeVerification.Thoroughness> thoroughness = new LinkedHashMap<>();
        for (EntityType type : target.catalog().entityTypes()) {
            Set<String> named = ids.getOrDefault(type.name(), Set.of());
            if (!named.isEmpty()) {
                TypeVerification result = verify(seat(type.name()), named, buckets(type, bucketCounts), sink);
                results.add(result);
                thoroughness.put(type.name(), result.thoroughness());
            }
        }
        settings.listener().finished(Step.VERIFY);
        return new VerificationResult(results, new Proof(0, thoroughness));
    }

    private TypeVerification verify(Seat seat, Set<String> ids, Buckets buckets, DifferenceSink sink) {
        Set<Integer> touched = new TreeSet<>();
        for (String id : ids) {
            touched.add(buckets.of(seat.sides().order().position(seat.type(), id)));
        }
        TypeReading reading = new TypeReading(buckets);
        TypeVerification result =
                new TypeVerification(seat.type(), reading, seat.columns(), Set.of(), part(buckets, touched));
        for (int bucket : touched) {
            result.compared(new BucketComparison(seat.sides(), reading, seat.columns(), upgrade, digests, settings)
                    .compare(bucket, (difference, ofSource) -> {
                        result.add(difference, ofSource);
                        sink.accept(difference);
                    }));
            settings.listener()
                    .done(
                            Step.VERIFY,
                            seat.type().name(),
                            reading.source().leaf(bucket).count(),
                            0);
        }
        result.requireBalance();
        return result;
    }

    /** The buckets that are read, which are no whole table. */
    private static Coverage part(Buckets buckets, Set<Integer> touched) {
        List<Positions> slices = touched.stream()
                .map(bucket -> new Positions(buckets.from(bucket), buckets.before(bucket)))
                .toList();
        return new Coverage(
                slices,
                Coverage.ALL.divide(BigInteger.valueOf(buckets.count())).multiply(BigInteger.valueOf(touched.size())));
    }

    private Buckets buckets(EntityType type, Map<String, Integer> counts) {
        int count = counts.getOrDefault(type.name(), 0);
        int depth = 0;
        for (int left = count; left > 1; left /= FAN) {
            depth++;
        }
        return count >= 1 && depth <= Buckets.DEEPEST
                ? new Buckets(depth)
                : Buckets.forRows(target.scan(type)
                        .map(scan -> scan.plan(ROWS_PER_SLICE).estimatedRows())
                        .orElse(0L));
    }

    private Seat seat(String type) {
        return seats.computeIfAbsent(type, name -> {
            EntityType there = target.catalog().entityType(name).orElseThrow();
            Sides sides = new Sides(
                    source.catalog().entityTypes().stream()
                            .filter(candidate -> upgrade.typeInTarget(candidate)
                                    .filter(there::equals)
                                    .isPresent())
                            .findFirst()
                            .flatMap(KeyspaceSide.source(source)::table),
                    KeyspaceSide.target(target).table(there),
                    UnaryOperator.identity(),
                    upgrade.scopeOnTarget(KeyspaceSide.target(target).defaultWorkspace()),
                    Set.of());
            RawColumns columns = RawColumns.of(sides);
            return new Seat(there, sides, columns, new Judge(sides, upgrade, columns, digests, settings));
        });
    }
}
