package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;
import io.keyferry.verifier.verify.Proof.SecondReading;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads both sides anew and compares them, in both directions. The source's entities go through the upgrade rules first;
 * what comes out is what the target should hold. Both tables of a type are cut into the same slices, which works because
 * Kong keeps the same partition keys in all versions. Rows are summed in buckets by their place in the table; only
 * buckets whose sums differ are read again. Use once.
 */
public final class Verification {
    private static final int ROWS_PER_SLICE = 10_000;
    /** What a second reading does otherwise. */
    private static final int OTHER_ROWS_PER_SLICE = 3_700;

    private static final int OTHER_PAGE = 311;

    /**
     * How to verify.
     *
     * @param parallelism how many slices are compared at once
     * @param runStartMillis when the target began to be filled; what the source changed later is drift. Empty when
     *     nobody knows, then nothing is drift.
     * @param key of the row digests
     * @param paranoid whether both sides are read a second time, in another manner
     * @param checks how the target's invariants are checked; empty for not at all
     * @param rideAlong what was taken of the source while it was exported, instead of reading it now
     */
    public record Settings(
            int parallelism,
            OptionalLong runStartMillis,
            RunKey key,
            Clock clock,
            TransferListener listener,
            boolean paranoid,
            Optional<TargetChecks> checks,
            Optional<RideAlong> rideAlong) {
        /** Both sides are read once, and compared. */
        public Settings(
                int parallelism, OptionalLong runStartMillis, RunKey key, Clock clock, TransferListener listener) {
            this(parallelism, runStartMillis, key, clock, listener, false, Optional.empty(), Optional.empty());
        }

        /** The same with a second reading, or without one. */
        public Settings paranoid(boolean twice) {
            return new Settings(parallelism, runStartMillis, key, clock, listener, twice, checks, rideAlong);
        }

        /** The same with a look at the target's invariants. */
        public Settings checking(TargetChecks how) {
            return new Settings(
                    parallelism, runStartMillis, key, clock, listener, paranoid, Optional.of(how), rideAlong);
        }

        /** The same with the source's digests taken from an export. */
        public Settings after(RideAlong ride) {
            return new Settings(parallelism, runStartMillis, key, clock, listener, paranoid, checks, Optional.of(ride));
        }
    }

    /** A part of a type that one worker reads on both sides, or on the target alone. */
    private record Part(
            TypeVerification result,
            TypeReading reading,
            Sides sides,
            Positions slice,
            Optional<RideAlong.Ride> ride) {}

    /** A bucket that differs. */
    private record Suspect(TypeVerification result, Sides sides, int bucket) {}

    private final ComparedSide source;
    private final ComparedSide target;
    private final Upgrade upgrade;
    private final Selection selection;
    private final Settings settings;
    private final Digests digests;
    private final UnaryOperator<Entity> lens;
    private final SelfTest selfTest;
    private final Map<TypeVerification, Sides> types = new LinkedHashMap<>();
    private final Map<TypeVerification, Set<Integer>> apart = new HashMap<>();
    private @Nullable TargetInvariants invariants;

    /** Compares two keyspaces. */
    public Verification(
            KongKeyspace source, KongKeyspace target, Upgrade upgrade, Selection selection, Settings settings) {
        this(KeyspaceSide.source(source), KeyspaceSide.target(target), upgrade, selection, settings);
    }

    /** Compares two sides. */
    public Verification(
            ComparedSide source, ComparedSide target, Upgrade upgrade, Selection selection, Settings settings) {
        this(source, target, upgrade, selection, settings, UnaryOperator.identity());
    }

    /** With a self-test that a test has made. */
    Verification(
            ComparedSide source,
            ComparedSide target,
            Upgrade upgrade,
            Selection selection,
            Settings settings,
            SelfTest selfTest) {
        this(source, target, upgrade, selection, settings, UnaryOperator.identity(), selfTest);
    }

    /** As if a codec had a defect on both sides alike, which a test wants found. */
    Verification(
            ComparedSide source,
            ComparedSide target,
            Upgrade upgrade,
            Selection selection,
            Settings settings,
            UnaryOperator<Entity> lens) {
        this(
                source,
                target,
                upgrade,
                selection,
                settings,
                lens,
                settings.rideAlong().map(RideAlong::selfTest).orElseGet(SelfTest::new));
    }

    private Verification(
            ComparedSide source,
            ComparedSide target,
            Upgrade upgrade,
            Selection selection,
            Settings settings,
            UnaryOperator<Entity> lens,
            SelfTest selfTest) {
        this.selfTest = requireNonNull(selfTest, "selfTest is null");
        this.lens = requireNonNull(lens, "lens is null");
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.settings = requireNonNull(settings, "settings is null");
        digests = new Digests(settings.key(), naming(source), naming(target));
    }

    private static WorkspaceNaming naming(ComparedSide side) {
        return side.adoptsWhatHasNoWorkspace()
                ? WorkspaceNaming.ofSource(side.defaultWorkspace())
                : WorkspaceNaming.ofTarget(side.defaultWorkspace());
    }

    /**
     * Compares all selected types.
     *
     * @param sink takes every difference, and every violation of an invariant
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     * @throws IllegalStateException when the books do not balance, or the self-test fails: a defect of ours
     */
    public VerificationResult run(DifferenceSink sink) {
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-verify");
                @Nullable
                        TargetInvariants checking = settings.checks()
                                .map(checks -> new TargetInvariants(target, upgrade, checks, sink))
                                .orElse(null)) {
            invariants = checking;
            List<Part> parts = plan(workers);
            prepareHistory();
            workers.forEach(parts, this::read);
            int tried = selfTest.run(digests, upgrade.to());
            Optional<SecondReading> second =
                    settings.paranoid() ? Optional.of(readOtherwise(workers)) : Optional.empty();
            workers.forEach(suspects(), suspect -> compare(suspect, sink));
            List<InvariantCheck> checked = checking == null
                    ? List.of()
                    : checking.finish(
                            workers,
                            readOfTarget(),
                            sum(TypeVerification::expiring),
                            sum(TypeVerification::expiringApart));
            settings.listener().finished(Step.VERIFY);
            types.keySet().forEach(TypeVerification::requireBalance);
            return new VerificationResult(List.copyOf(types.keySet()), proof(tried, second, checked));
        }
    }

    private long sum(ToLongFunction<TypeVerification> count) {
        return types.keySet().stream().mapToLong(count).sum();
    }

    private Proof proof(int selfTested, Optional<SecondReading> second, List<InvariantCheck> checked) {
        Map<String, TypeVerification.Thoroughness> thoroughness = new LinkedHashMap<>();
        types.keySet().forEach(type -> thoroughness.put(type.type(), type.thoroughness()));
        return new Proof(selfTested, settings.rideAlong().isEmpty(), second, checked, thoroughness);
    }

    private List<Part> plan(Workers workers) {
        Map<String, Long> expected = new LinkedHashMap<>();
        List<Part> parts = new ArrayList<>();
        Map<EntityType, Optional<EntityType>> ofBoth = typesOfBoth();
        Map<EntityType, Sides> sidesOf = new HashMap<>();
        ofBoth.forEach((type, sourceType) -> sidesOf.put(type, sides(type, sourceType)));
        Map<EntityType, Long> rowsOf = new ConcurrentHashMap<>();
        workers.forEach(
                List.copyOf(ofBoth.keySet()),
                type -> rowsOf.put(type, requireNonNull(sidesOf.get(type)).estimatedRows()));
        ofBoth.forEach((type, sourceType) -> {
            Sides sides = requireNonNull(sidesOf.get(type));
            long rows = requireNonNull(rowsOf.get(type));
            RawColumns columns = RawColumns.of(sides);
            Optional<RideAlong.Ride> ride = settings.rideAlong()
                    .flatMap(along -> sourceType.flatMap(along::of))
                    .filter(taken -> sides.target().isEmpty() || taken.columns().sameAs(columns));
            expected.put(type.name(), rows);
            TypeReading reading =
                    ride.map(RideAlong.Ride::reading).orElseGet(() -> new TypeReading(buckets(sides.order(), rows)));
            Coverage coverage = Coverage.of(reading.buckets(), together(reading.buckets(), rows, ROWS_PER_SLICE));
            TypeVerification result = new TypeVerification(type, reading, columns, sides.untold(), coverage);
            types.put(result, sides);
            if (sides.source().isPresent() || sides.target().isPresent()) {
                coverage.slices().forEach(slice -> parts.add(new Part(result, reading, sides, slice, ride)));
            }
        });
        settings.listener().started(Step.VERIFY, expected);
        return parts;
    }

    private Set<String> readOfTarget() {
        return types.entrySet().stream()
                .filter(type -> type.getValue().target().isPresent())
                .map(type -> type.getKey().type())
                .collect(Collectors.toSet());
    }

    private Sides sides(EntityType type, Optional<EntityType> sourceType) {
        Set<String> untold = new TreeSet<>(source.untold(type.name()));
        sourceType.ifPresent(there -> untold.addAll(source.untold(there.name())));
        untold.addAll(target.untold(type.name()));
        return new Sides(
                sourceType.flatMap(source::table),
                target.catalog().entityType(type.name()).flatMap(target::table),
                lens,
                upgrade.scopeOnTarget(target.defaultWorkspace()),
                untold);
    }

    /**
     * The types that either version has, in the target's order, each with what it is in the source; a type that the
     * target lacks counts as excluded. A type that was renamed is left out under either name.
     */
    private Map<EntityType, Optional<EntityType>> typesOfBoth() {
        Map<EntityType, Optional<EntityType>> both = new LinkedHashMap<>();
        selection.types(target.catalog()).forEach(type -> both.put(type, Optional.empty()));
        for (EntityType type : source.catalog().entityTypes()) {
            Optional<EntityType> there = upgrade.typeInTarget(type);
            if (selection.types(source.catalog()).contains(type)) {
                both.computeIfPresent(there.orElse(type), (same, none) -> Optional.of(type));
                if (there.isEmpty()) {
                    both.put(type, Optional.of(type));
                }
            } else {
                there.ifPresent(both::remove);
            }
        }
        return both;
    }

    /** Of ids the first digit is the version, which tells hardly anything. */
    static Buckets buckets(RowOrder order, long rows) {
        Buckets buckets = Buckets.forRows(rows);
        return order == RowOrder.ID && buckets.depth() > 0 ? buckets.deeper() : buckets;
    }

    /** How many neighbouring buckets have enough rows for a slice. */
    private static int together(Buckets buckets, long rows, int rowsPerSlice) {
        return (int) Math.max(1, Math.min(buckets.count(), (long) buckets.count() * rowsPerSlice / (rows + 1)));
    }

    private void prepareHistory() {
        if (upgrade.needsHistory()) {
            source.catalog()
                    .entityType("targets")
                    .flatMap(source::table)
                    .ifPresent(table -> table.read(
                            Positions.ALL,
                            settings.listener(),
                            row -> upgrade.history().add(row.entity())));
        }
    }

    private void read(Part part) {
        TypeVerification result = part.result();
        SliceReading slices =
                new SliceReading(part.sides(), part.reading(), result.columns(), digests, settings.listener());
        SliceReading.Watcher watcher = watcher(result);
        if (part.ride().isPresent()) {
            slices.readTarget(part.slice(), part.ride().get(), watcher);
            settings.listener().done(Step.VERIFY, result.type(), slices.targetRows(), 0);
        } else {
            slices.read(part.slice(), upgrade, watcher);
            settings.listener().done(Step.VERIFY, result.type(), slices.sourceRows(), 0);
        }
        watcher.end();
    }

    private SliceReading.Watcher watcher(TypeVerification result) {
        SliceReading.Watcher sampling = selfTest.watch(result.reading(), result.columns());
        SliceReading.Watcher checking = invariants == null ? SliceReading.Watcher.NONE : invariants.watch();
        return new SliceReading.Watcher() {
            @Override
            public void expected(int bucket, Entity entity, Mark mark, StoredRow origin) {
                sampling.expected(bucket, entity, mark, origin);
            }

            @Override
            public void target(long position, StoredRow row, Mark mark) {
                checking.target(position, row, mark);
            }

            @Override
            public void outOfScope(long position, StoredRow row) {
                checking.outOfScope(position, row);
            }

            @Override
            public void end() {
                checking.end();
            }
        };
    }

    /** Reads both sides once more: from the end, in other slices, in small pages, tables backwards where that can be. */
    private SecondReading readOtherwise(Workers workers) {
        Upgrade again = upgrade.again();
        LongAdder rows = new LongAdder();
        Map<TypeVerification, TypeReading> readings = new LinkedHashMap<>();
        List<Part> parts = new ArrayList<>();
        types.forEach((result, sides) -> {
            TypeReading reading = new TypeReading(result.reading().buckets());
            readings.put(result, reading);
            if (sides.source().isPresent() || sides.target().isPresent()) {
                Sides otherwise = sides.otherwise(OTHER_PAGE);
                long expected = result.read() + result.targetCount();
                Coverage.of(reading.buckets(), together(reading.buckets(), expected, OTHER_ROWS_PER_SLICE))
                        .slices()
                        .forEach(slice -> parts.add(new Part(result, reading, otherwise, slice, Optional.empty())));
            }
        });
        Collections.reverse(parts);
        workers.forEach(
                parts,
                part -> rows.add(new SliceReading(
                                part.sides(), part.reading(), part.result().columns(), digests, settings.listener())
                        .read(part.slice(), again, SliceReading.Watcher.NONE)));
        long buckets = 0;
        for (Map.Entry<TypeVerification, TypeReading> second : readings.entrySet()) {
            List<Integer> disagreeing = second.getKey().reading().disagreeing(second.getValue());
            apart.put(second.getKey(), new TreeSet<>(disagreeing));
            buckets += disagreeing.size();
        }
        return new SecondReading(rows.sum(), buckets);
    }

    private List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        types.forEach((result, sides) -> {
            Set<Integer> differing = new TreeSet<>(result.reading().differing());
            differing.addAll(apart.getOrDefault(result, Set.of()));
            for (int bucket = 0; bucket < result.reading().buckets().count(); bucket++) {
                if (differing.contains(bucket)) {
                    suspects.add(new Suspect(result, sides, bucket));
                } else {
                    result.agreed(bucket);
                }
            }
        });
        return suspects;
    }

    private void compare(Suspect suspect, DifferenceSink sink) {
        TypeVerification result = suspect.result();
        result.compared(
                new BucketComparison(suspect.sides(), result.reading(), result.columns(), upgrade, digests, settings)
                        .compare(suspect.bucket(), (difference, ofSource) -> {
                            result.add(difference, ofSource);
                            sink.accept(difference);
                        }));
    }
}
