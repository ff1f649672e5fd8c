package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.WorkspaceNaming;
import io.keyferry.verifier.verify.SliceComparison.Sides;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads both keyspaces anew and compares them, in both directions. The source's entities go through the upgrade rules
 * first; what comes out is what the target should hold. Both tables of a type are cut into the same slices, which works
 * because Kong keeps the same partition keys in all versions. Use once.
 */
public final class Verification {
    private static final int ROWS_PER_SLICE = 10_000;

    /**
     * How to verify.
     *
     * @param parallelism how many slices are compared at once
     * @param runStartMillis when the target began to be filled; what the source changed later is drift. Empty when
     *     nobody knows, then nothing is drift.
     */
    public record Settings(int parallelism, OptionalLong runStartMillis, Clock clock, TransferListener listener) {}

    private record Part(EntityType type, Sides sides, Slice slice) {}

    private final KongKeyspace source;
    private final KongKeyspace target;
    private final Upgrade upgrade;
    private final Selection selection;
    private final Settings settings;

    public Verification(
            KongKeyspace source, KongKeyspace target, Upgrade upgrade, Selection selection, Settings settings) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.settings = requireNonNull(settings, "settings is null");
    }

    /**
     * Compares all selected types.
     *
     * @param sink takes every difference
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     * @throws IllegalStateException when the books do not balance: a defect of ours
     */
    public VerificationResult run(DifferenceSink sink) {
        Map<String, TypeVerification> results = new LinkedHashMap<>();
        Map<String, Long> expected = new LinkedHashMap<>();
        List<Part> parts = new ArrayList<>();
        typesOfBoth().forEach((type, sourceType) -> {
            Sides sides = new Sides(
                    sourceType.flatMap(source::scan),
                    target.catalog().entityType(type.name()).flatMap(target::scan));
            results.put(type.name(), new TypeVerification(type.name()));
            Optional<SlicePlan> plan = sides.source().or(sides::target).map(scan -> scan.plan(ROWS_PER_SLICE));
            plan.ifPresent(slices -> {
                expected.put(type.name(), slices.estimatedRows());
                slices.slices().forEach(slice -> parts.add(new Part(type, sides, slice)));
            });
        });
        settings.listener().started(Step.VERIFY, expected);
        prepareHistory();
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-verify")) {
            workers.forEach(
                    parts,
                    part -> compare(part, requireNonNull(results.get(part.type().name())), sink));
        }
        settings.listener().finished(Step.VERIFY);
        results.values().forEach(TypeVerification::requireBalance);
        return new VerificationResult(List.copyOf(results.values()));
    }

    /**
     * The types that either version has, in the target's order, each with what it is in the source; a type that the
     * target lacks counts as excluded. A type that was renamed is left out under either name.
     */
    private Map<EntityType, Optional<EntityType>> typesOfBoth() {
        Map<EntityType, Optional<EntityType>> types = new LinkedHashMap<>();
        selection.types(target.catalog()).forEach(type -> types.put(type, Optional.empty()));
        for (EntityType type : source.catalog().entityTypes()) {
            Optional<EntityType> there = upgrade.typeInTarget(type);
            if (selection.types(source.catalog()).contains(type)) {
                types.computeIfPresent(there.orElse(type), (same, none) -> Optional.of(type));
                if (there.isEmpty()) {
                    types.put(type, Optional.of(type));
                }
            } else {
                there.ifPresent(types::remove);
            }
        }
        return types;
    }

    private void prepareHistory() {
        if (upgrade.needsHistory()) {
            source.catalog()
                    .entityType("targets")
                    .flatMap(source::scan)
                    .ifPresent(scan -> scan.readAll(Step.VERIFY, settings.listener(), upgrade.history()::add));
        }
    }

    private void compare(Part part, TypeVerification result, DifferenceSink sink) {
        SliceComparison comparison = new SliceComparison(
                part.sides(),
                upgrade,
                WorkspaceNaming.ofSource(source.defaultWorkspace()),
                WorkspaceNaming.ofTarget(target.defaultWorkspace()),
                settings);
        SliceDigests digests = comparison.compare(part.slice(), difference -> {
            result.add(difference);
            sink.accept(difference);
        });
        result.add(digests);
        settings.listener()
                .done(Step.VERIFY, part.type().name(), digests.source().count(), 0);
    }
}
