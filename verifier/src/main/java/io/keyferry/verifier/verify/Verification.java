package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Reads both keyspaces anew and compares them, in both directions. The source's entities go through the upgrade rules
 * first; what comes out is what the target should hold. Both tables of a type are cut into the same slices, which works
 * because Kong keeps the same partition keys in all versions. Rows are summed in buckets by their place in the table;
 * only buckets whose sums differ are read again. Use once.
 */
public final class Verification {
    private static final int ROWS_PER_SLICE = 10_000;
    private static final BigInteger ALL_POSITIONS = BigInteger.ONE.shiftLeft(Long.SIZE);

    /**
     * How to verify.
     *
     * @param parallelism how many slices are compared at once
     * @param runStartMillis when the target began to be filled; what the source changed later is drift. Empty when
     *     nobody knows, then nothing is drift.
     * @param key of the row digests
     */
    public record Settings(
            int parallelism, OptionalLong runStartMillis, RunKey key, Clock clock, TransferListener listener) {}

    /** A part of a type that one worker reads on both sides. */
    private record Part(TypeVerification result, Sides sides, Slice slice) {}

    /** A bucket that differs. */
    private record Suspect(TypeVerification result, Sides sides, int bucket) {}

    private final KongKeyspace source;
    private final KongKeyspace target;
    private final Upgrade upgrade;
    private final Selection selection;
    private final Settings settings;
    private final Digests digests;
    private final UnaryOperator<Entity> lens;
    private final SelfTest selfTest = new SelfTest();
    private final Map<TypeVerification, Sides> types = new LinkedHashMap<>();

    public Verification(
            KongKeyspace source, KongKeyspace target, Upgrade upgrade, Selection selection, Settings settings) {
        this(source, target, upgrade, selection, settings, UnaryOperator.identity());
    }

    /** As if a codec had a defect on both sides alike, which a test wants found. */
    Verification(
            KongKeyspace source,
            KongKeyspace target,
            Upgrade upgrade,
            Selection selection,
            Settings settings,
            UnaryOperator<Entity> lens) {
        this.lens = requireNonNull(lens, "lens is null");
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.settings = requireNonNull(settings, "settings is null");
        digests = new Digests(
                settings.key(),
                WorkspaceNaming.ofSource(source.defaultWorkspace()),
                WorkspaceNaming.ofTarget(target.defaultWorkspace()));
    }

    /**
     * Compares all selected types.
     *
     * @param sink takes every difference
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     * @throws IllegalStateException when the books do not balance, or the self-test fails: a defect of ours
     */
    public VerificationResult run(DifferenceSink sink) {
        List<Part> parts = plan();
        prepareHistory();
        int tried;
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-verify")) {
            workers.forEach(parts, this::read);
            tried = selfTest.run(digests, upgrade.to());
            workers.forEach(suspects(), suspect -> compare(suspect, sink));
        }
        settings.listener().finished(Step.VERIFY);
        types.keySet().forEach(TypeVerification::requireBalance);
        return new VerificationResult(List.copyOf(types.keySet()), proof(tried));
    }

    private Proof proof(int selfTested) {
        Map<String, TypeVerification.Thoroughness> thoroughness = new LinkedHashMap<>();
        types.keySet().forEach(type -> thoroughness.put(type.type(), type.thoroughness()));
        return new Proof(selfTested, thoroughness);
    }

    private List<Part> plan() {
        Map<String, Long> expected = new LinkedHashMap<>();
        List<Part> parts = new ArrayList<>();
        typesOfBoth().forEach((type, sourceType) -> {
            Sides sides = new Sides(
                    sourceType.flatMap(source::scan),
                    target.catalog().entityType(type.name()).flatMap(target::scan),
                    lens);
            long rows = sides.source()
                    .or(sides::target)
                    .map(scan -> scan.plan(ROWS_PER_SLICE).estimatedRows())
                    .orElse(0L);
            expected.put(type.name(), rows);
            Buckets buckets = buckets(sides, rows);
            SlicePlan plan = slices(sides.order(), buckets, rows);
            TypeVerification result = new TypeVerification(
                    type.name(),
                    type.table().fate().kind() != TableFate.Kind.COPIED,
                    new TypeReading(buckets),
                    RawColumns.of(sides),
                    plan.slices().size());
            types.put(result, sides);
            if (sides.source().isPresent() || sides.target().isPresent()) {
                plan.slices().forEach(slice -> parts.add(new Part(result, sides, slice)));
            }
        });
        settings.listener().started(Step.VERIFY, expected);
        return parts;
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
    private static Buckets buckets(Sides sides, long rows) {
        Buckets buckets = Buckets.forRows(rows);
        return sides.order() == RowOrder.ID && buckets.depth() > 0 ? buckets.deeper() : buckets;
    }

    /**
     * Neighbouring buckets together, so that a slice has enough rows. That they are all, each once, is proved twice: by
     * their widths, which add up to all positions, and by their bounds, of which each is the next one's.
     */
    private static SlicePlan slices(RowOrder order, Buckets buckets, long rows) {
        int together =
                (int) Math.max(1, Math.min(buckets.count(), (long) buckets.count() * ROWS_PER_SLICE / (rows + 1)));
        List<Slice> slices = new ArrayList<>();
        BigInteger width = BigInteger.ZERO;
        for (int first = 0; first < buckets.count(); first += together) {
            int last = Math.min(buckets.count(), first + together) - 1;
            slices.add(order.slice(buckets.from(first), buckets.before(last)));
            width = width.add(buckets.width(first, last + 1));
        }
        if (!width.equals(ALL_POSITIONS)) {
            throw new IllegalStateException("slices are " + width + " positions wide and not all");
        }
        return new SlicePlan(slices, rows);
    }

    private void prepareHistory() {
        if (upgrade.needsHistory()) {
            source.catalog()
                    .entityType("targets")
                    .flatMap(source::scan)
                    .ifPresent(scan -> scan.readAll(Step.VERIFY, settings.listener(), upgrade.history()::add));
        }
    }

    private void read(Part part) {
        TypeVerification result = part.result();
        SliceReading slices =
                new SliceReading(part.sides(), result.reading(), result.columns(), digests, settings.listener());
        slices.read(part.slice(), upgrade, selfTest.watch(result.reading(), result.columns()));
        settings.listener().done(Step.VERIFY, result.type(), slices.sourceRows(), 0);
    }

    private List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        types.forEach((result, sides) -> {
            Set<Integer> differing = new TreeSet<>(result.reading().differing());
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
                        .compare(suspect.bucket(), difference -> {
                            result.add(difference);
                            sink.accept(difference);
                        }));
    }
}
