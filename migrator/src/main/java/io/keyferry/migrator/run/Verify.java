package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.plan.Ledger;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.VerificationResult;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Compares two keyspaces, a keyspace and a file, or two files, and reports. Writes to neither. Use once. */
public final class Verify {
    private final Place from;
    private final Place to;
    private final RunSettings settings;
    private final Optional<Catalog> targetVersion;
    private final Run run;

    /** Prepares to compare two keyspaces. */
    public Verify(
            KeyspaceAddress from,
            KeyspaceAddress to,
            Optional<Catalog> targetVersion,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this(new Place.Keyspace(from), new Place.Keyspace(to), targetVersion, settings, work, context);
    }

    /**
     * Prepares to compare.
     *
     * @param targetVersion the target's version where the user says it; empty to recognise it
     */
    public Verify(
            Place from,
            Place to,
            Optional<Catalog> targetVersion,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this.from = settings.patiently(from);
        this.to = settings.patiently(to);
        this.targetVersion = requireNonNull(targetVersion, "targetVersion is null");
        this.settings = requireNonNull(settings, "settings is null");
        run = new Run(work, context, from.describe(), to.describe(), settings.facts());
    }

    /** Compares. Every end, a failure too, is told in the result and in the work directory's report. */
    public RunResult run() {
        return run.tell(this::verify);
    }

    private Outcome verify() {
        try (ComparedSides sides = ComparedSides.open(from, to, targetVersion, settings, run)) {
            run.book().sides(sides.from().told(), sides.to().told());
            Optional<Run.Custom> custom = custom(sides);
            VerificationResult verified = run.steps().run(Step.VERIFY, () -> compare(sides, custom));
            verified.types().forEach(type -> run.book().entities(type.type(), Report.Entities.of(type, 0)));
            custom.ifPresent(tables -> {
                tables.data().note(Map.of());
                run.book().warn(tables.data().found().warnings());
            });
            return Run.verdict(
                    verified, custom.map(tables -> tables.data().verified()).orElse(CustomData.NOTHING));
        }
    }

    /** Tables that no Kong knows are in keyspaces only. */
    private Optional<Run.Custom> custom(ComparedSides sides) {
        return sides.from()
                .side()
                .keyspace()
                .flatMap(old -> sides.to()
                        .side()
                        .keyspace()
                        .map(moved -> new Run.Custom(CustomData.of(old, moved.schema(), settings, run), moved)));
    }

    private Done<VerificationResult> compare(ComparedSides sides, Optional<Run.Custom> custom) {
        Upgrade rules =
                new Upgrade(sides.from().side().catalog(), sides.to().side().catalog(), settings.customPlugins());
        Upgrade upgrade = sides.from()
                .side()
                .keyspace()
                .map(old -> rules.after(Run.mending(old, settings, run)))
                .orElse(rules);
        custom.ifPresent(tables -> ledgers(sides, upgrade, tables.data().found()));
        VerificationResult verified = run.verify(
                sides.from().side(),
                sides.to().side(),
                upgrade,
                settings,
                OptionalLong.empty(),
                true,
                Optional.empty(),
                custom);
        run.book().rules(upgrade.log().counts());
        return new Done<>(
                verified,
                new Moved(
                        Run.read(verified)
                                + custom.map(tables -> tables.data().verified().read())
                                        .orElse(0L),
                        0));
    }

    /** Of keyspaces; a file has no tables that could be told of. */
    private void ledgers(ComparedSides sides, Upgrade upgrade, CustomTables.Found custom) {
        sides.from().side().keyspace().ifPresent(old -> {
            run.book().ledger(Ledger.of(old, upgrade, settings.selection(), custom));
            sides.to()
                    .side()
                    .keyspace()
                    .ifPresent(moved -> run.book()
                            .origins(Ledger.ofTarget(old, moved.schema(), upgrade, settings.selection(), custom)));
        });
    }
}
