package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.NodeStatus;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.keyspace.upgrade.Topology;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.export.Export;
import io.keyferry.migrator.export.ExportTap;
import io.keyferry.migrator.export.TypeCount;
import io.keyferry.migrator.load.CustomLoad;
import io.keyferry.migrator.load.ExistingKeys;
import io.keyferry.migrator.load.Import;
import io.keyferry.migrator.plan.DiskSpace;
import io.keyferry.migrator.plan.Expectation;
import io.keyferry.migrator.plan.Inspection;
import io.keyferry.migrator.plan.Ledger;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.migrator.plan.Planner;
import io.keyferry.migrator.plan.SideCheck;
import io.keyferry.migrator.plan.Surroundings;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.KeyspaceSide;
import io.keyferry.verifier.verify.RideAlong;
import io.keyferry.verifier.verify.SchemaMeta;
import io.keyferry.verifier.verify.TypeVerification;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.VerificationResult;
import io.keyferry.verifier.verify.Violation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole job: plan, export, validate, bootstrap, import, verify, release. Nothing is written to the target before
 * kong.yml is whole and valid, and the rows that let a Kong start there are written last, after the verdict. Use once.
 */
public final class Migration {
    private static final String PLAN = "plan";

    private final KeyspaceAddress from;
    private final KeyspaceAddress to;
    private final Catalog catalog;
    private final RunSettings settings;
    private final Run run;
    private final RunContext context;
    private final RunBook book;
    private final StepClock steps;
    private boolean thrownAway;
    private @Nullable Mending mending;
    /** What was taken of the source while it was exported, where that was asked for. */
    private Optional<RideAlong> ride = Optional.empty();
    /** How the target's keyspace is made; empty where it stood before. */
    private Optional<Replication> replication = Optional.empty();

    private @Nullable CustomData custom;
    private Surroundings about;

    /** Prepares to migrate to the keyspace of a Kong version. */
    public Migration(
            KeyspaceAddress from,
            KeyspaceAddress to,
            KongVersion kong,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this.from = settings.patiently(from);
        this.to = settings.patiently(to);
        this.settings = requireNonNull(settings, "settings is null");
        catalog = Catalog.forVersion(kong);
        about = new Surroundings(Topology.TRADITIONAL, Optional.empty(), settings.plugins());
        run = new Run(
                work, requireNonNull(context, "context is null"), from.describe(), to.describe(), facts(settings));
        this.context = run.context();
        book = run.book();
        steps = run.steps();
    }

    /** Says of the gateways what lints look at; to be called before anything else. */
    public Migration among(Topology topology, Optional<Path> nginxTemplate) {
        about = new Surroundings(topology, nginxTemplate, settings.plugins());
        return this;
    }

    private Map<String, String> facts(RunSettings settings) {
        Map<String, String> facts = new TreeMap<>(settings.facts());
        facts.put("kong", catalog.version().line());
        return facts;
    }

    /** Migrates. Every end, a failure too, is told in the result and in the work directory's report. */
    public RunResult run() {
        return run.tell(() -> migrate(true));
    }

    /** As {@link #run}, with a target that is thrown away afterwards: nothing is said of what is left there. */
    public RunResult rehearse() {
        book.targetIsThrownAway();
        thrownAway = true;
        return run();
    }

    /**
     * Does what comes before the first write to the target: plan, export, validate. Told as {@link #run} is; the outcome
     * is {@code planned} when nothing stands against the migration.
     */
    public RunResult check() {
        return run.tell(() -> migrate(false));
    }

    private Outcome migrate(boolean writing) {
        try (Connections connections = Connections.open(context.connector(), from, to, settings);
                Paces paces = new Paces(settings, context.listener())) {
            requireAccess(connections);
            paces.hold(connections.source());
            KongKeyspace source = connections.openSource(settings);
            run.bind(Optional.of(source.session()), Optional.of(connections.targetReader()));
            if (!plan(source, connections)) {
                return Outcome.PLANNED;
            }
            Path file = run.work().file("kong.yml");
            Export.Result exported = steps.run(Step.EXPORT, () -> export(source, file));
            Import loading = new Import(
                    file,
                    catalog,
                    Optional.empty(),
                    new Import.Settings(
                            settings.customPlugins(),
                            settings.requests(),
                            run.work().path(),
                            context.clock(),
                            context.listener()));
            loading.limitTo(new RowLimits(connections.targetReader().largestMutation()));
            Import.Checked checked = steps.run(Step.VALIDATE, () -> validate(loading, exported));
            if (replication.isEmpty() && settings.intoExisting()) {
                loading.requireNoConflict(
                        new ExistingKeys(connections.targetReader()),
                        connections.openTarget(catalog).defaultWorkspace());
            }
            if (!writing) {
                return Outcome.PLANNED;
            }
            return fill(connections, paces, exported, loading, checked, source);
        } finally {
            ride.ifPresent(RideAlong::close);
        }
    }

    /** Makes the plan and has it agreed to, or takes the one that was. */
    private boolean plan(KongKeyspace source, Connections connections) {
        Optional<JsonNode> noted = run.work().past().fact(Past.PLANNED);
        if (noted.isPresent()) {
            Past past = run.work().past();
            mending = past.fact(Past.PLANNED, note -> PlanNote.mending(note, settings.choices(), source))
                    .orElseThrow();
            replication = past.fact(Past.PLANNED, PlanNote::bootstrap).orElseThrow();
            LiveSchema target = connections.targetReader().schema();
            // What the target was when the plan was made: a keyspace that is made had no tables.
            custom = CustomData.of(source, replication.isPresent() ? target.withoutTables() : target, settings, run);
            book.sides(PlanNote.from(noted.get()), PlanNote.to(noted.get()));
            book.ledger(past.fact(Past.PLANNED, PlanNote::ledger).orElseThrow());
            book.warn(PlanNote.warnings(noted.get()));
            PlanNote.forecast(noted.get()).ifPresent(book::forecast);
            steps.passOver(Step.PLAN);
            return true;
        }
        Plan plan = steps.run(Step.PLAN, () -> makePlan(source, connections));
        Problems problems = new Problems();
        plan.problems().forEach(problems::add);
        problems.throwIfAny(Kind.REFUSED, "this cannot be migrated yet, and nothing was written:");
        if (!context.consent().test(plan)) {
            return false;
        }
        replication = plan.bootstrap();
        run.work().journal(Past.PLANNED, PlanNote.of(plan, requireNonNull(mending, "the source is inspected")));
        return true;
    }

    private Done<Plan> makePlan(KongKeyspace source, Connections connections) {
        RowLimits limits = new RowLimits(connections.targetReader().largestMutation());
        Inspection.Result inspected = Run.inspect(source, settings, limits, run);
        mending = inspected.mending();
        custom = CustomData.of(source, connections.targetReader().schema(), settings, run);
        Planner planner = new Planner(
                source,
                connections.targetReader(),
                upgrade(source),
                settings.selection(),
                new Planner.Permissions(settings.intoExisting(), settings.allowRf1()),
                new Planner.Known(inspected, custom.found(), about));
        Plan plan = (thrownAway ? planner.withoutGateways() : planner).plan();
        plan = checked(plan, source, connections, inspected.reading().bytes())
                .expecting(Expectation.of(
                        inspected.reading(),
                        plan.totalRows(),
                        plan.bootstrap().map(made -> catalog),
                        settings.pacing().rate()));
        plan.forecast().ifPresent(book::forecast);
        book.sides(plan.from(), plan.to());
        book.ledger(plan.ledger());
        book.origins(plan.origins());
        book.warn(plan.warnings());
        if (context.command().equals(PLAN)) {
            book.warn(plan.advice());
        }
        return new Done<>(plan, new Moved(plan.totalRows(), 0));
    }

    /** Without leave to read there is no plan, so what is missing on either side is told now. */
    private static void requireAccess(Connections connections) {
        Problems problems = new Problems();
        ReadSession old = connections.source();
        new SideCheck(old, problems::add, warning -> {}).permissions(old.schema());
        if (!problems.isEmpty()) {
            ReadSession reader = connections.targetReader();
            new SideCheck(reader, problems::add, warning -> {}).permissions(reader.schema());
        }
        problems.throwIfAny(Kind.REFUSED, "this cannot be migrated yet, and nothing was written:");
    }

    /** The plan with what else would end the run in its middle: nodes, clocks, permissions, room for the dump. */
    private Plan checked(Plan plan, KongKeyspace source, Connections connections, long bytes) {
        List<String> problems = new ArrayList<>(plan.problems());
        List<String> warnings = new ArrayList<>(plan.warnings());
        ReadSession old = source.session();
        SideCheck from = new SideCheck(old, problems::add, warnings::add);
        from.cluster();
        from.nodes(from.askNodes(context.clock()), source.schema().replication(), List.of(old.consistency()));
        from.permissions(source.schema());
        ReadSession reader = connections.targetReader();
        LiveSchema schema = reader.schema();
        SideCheck to = new SideCheck(reader, problems::add, warnings::add);
        to.cluster();
        List<NodeStatus> nodes = to.askNodes(context.clock());
        to.nodes(
                nodes,
                plan.bootstrap().or(schema::replication),
                List.of(this.to.consistencyOr(settings.writeConsistency()), reader.consistency()));
        to.clocks(nodes);
        to.permissions(schema);
        new DiskSpace(run.work().path()).check(bytes, problems::add, warnings::add);
        return plan.with(warnings, problems);
    }

    /** The rules from the source's version, on rows that are mended first. */
    private Upgrade upgrade(KongKeyspace source) {
        return new Upgrade(source.catalog(), catalog, settings.customPlugins())
                .after(requireNonNull(mending, "the source is inspected first"));
    }

    private Done<Export.Result> export(KongKeyspace source, Path file) {
        Upgrade upgrade = upgrade(source);
        // What another attempt has exported did not ride along in this one: both sides are read anew then.
        if (settings.proving().rideAlong() && !run.isResumed()) {
            ride = Optional.of(new RideAlong(
                    source, upgrade, run.work().runKey(), run.work().path()));
        }
        ExportTap tap = ride.<ExportTap>map(along -> (type, rows) -> along.rider(type, rows)::take)
                .orElse(ExportTap.NONE);
        Export.Result exported = new Export(
                        source,
                        upgrade,
                        settings.selection(),
                        new Export.Settings(
                                settings.style(), settings.parallelism(), context.clock(), context.listener(), tap))
                .to(file, new JournaledExport(run.work()));
        ride.ifPresent(RideAlong::seal);
        book.rules(upgrade.log().counts());
        book.warn(upgrade.log().warnings());
        return new Done<>(exported, new Moved(exported.total(), exported.bytes()));
    }

    private Done<Import.Checked> validate(Import loading, Export.Result exported) {
        Map<String, Long> written = new LinkedHashMap<>();
        exported.types().forEach((type, count) -> written.put(type, count.written()));
        Import.Checked checked = loading.check(settings.choices().orphans() == Choices.Orphans.KEEP, written);
        return new Done<>(checked, new Moved(checked.total(), 0));
    }

    private Outcome fill(
            Connections connections,
            Paces paces,
            Export.Result exported,
            Import loading,
            Import.Checked checked,
            KongKeyspace source) {
        // Every attempt writes the same rows, with the time of the run's start where a row says when it was made.
        Bootstrap bootstrap = new Bootstrap(
                connections.target(), catalog, Clock.fixed(book.started(), ZoneOffset.UTC), context.listener());
        if (replication.isPresent()) {
            boolean begun = run.work().past().fact(Past.HOLDS).isPresent();
            if (!begun) {
                requireNobodyElses(connections);
            }
            book.leaves(LeftBehind.unreleased(to, Outcome.FAILED, run.howToResume()));
            if (!begun) {
                begin(bootstrap, replication.get(), connections);
            }
        }
        try (MigrationLock lock = MigrationLock.take(connections.target(), run.lockOwner())) {
            paces.hold(connections.target(), connections.targetReader(), thrownAway);
            if (replication.isPresent()) {
                if (steps.isDone(Step.BOOTSTRAP)) {
                    steps.passOver(Step.BOOTSTRAP);
                } else {
                    steps.run(Step.BOOTSTRAP, () -> bootstrap(bootstrap, checked));
                }
            } else {
                book.leaves(LeftBehind.existing(to, run.howToResume()));
            }
            custom().createTables(
                            connections.target(), connections.targetReader().schema());
            KongKeyspace target = connections.openTarget(catalog);
            book.origins(
                    Ledger.ofTarget(source, target.schema(), upgrade(source), settings.selection(), custom().found()));
            Loaded imported = steps.run(Step.IMPORT, () -> load(connections, target, loading, checked));
            VerificationResult verified = steps.run(Step.VERIFY, () -> verify(source, target, bootstrap.isReleased()));
            note(exported, imported, verified);
            lock.confirm();
            boolean good = settings.intoExisting()
                    ? verified.complete() && custom().verified().complete()
                    : verified.equal() && custom().verified().equal();
            if (good) {
                custom().release(connections.target());
            }
            if (good && !bootstrap.isReleased()) {
                steps.run(Step.RELEASE, () -> {
                    context.listener().started(Step.RELEASE, Map.of());
                    bootstrap.release(settings.onlyPlugins());
                    requireReleased(target);
                    return new Done<>(true, Moved.NOTHING);
                });
            } else if (good && steps.isBegun(Step.RELEASE)) {
                // An attempt that was killed has written the last of its rows.
                steps.passOver(Step.RELEASE);
            }
            Outcome outcome = good ? Outcome.EQUAL : Run.verdict(verified, custom().verified());
            if (outcome == Outcome.EQUAL) {
                book.leavesNothing();
            } else if (!bootstrap.isReleased()) {
                book.leaves(LeftBehind.unreleased(to, outcome, run.howToResume()));
            }
            return outcome;
        }
    }

    /** Reads back what lets a gateway start. */
    private void requireReleased(KongKeyspace target) {
        List<Violation> violations = SchemaMeta.violations(catalog, settings.onlyPlugins(), target.migrations());
        if (!violations.isEmpty()) {
            throw new KeyferryException(
                    Kind.TARGET,
                    "schema_meta was written and does not hold what it should when it is read again: " + violations
                            + ". Compare with 'keyferry verify' before a gateway starts there.");
        }
    }

    /**
     * The plan, which found no tables, may be hours old. An attempt that died when it began has left at most the two that
     * a lock needs; anything else of that name is not ours.
     */
    private void requireNobodyElses(Connections connections) {
        List<String> foreign = connections.targetReader().schema().tables().stream()
                .map(LiveSchema.Table::name)
                .filter(table -> !run.isResumed() || !Bootstrap.isOfLock(table))
                .toList();
        if (!foreign.isEmpty()) {
            throw KeyferryException.refused("keyspace " + to.keyspace() + " was made by somebody else since the run"
                    + " began: it has " + foreign + ", and this run has made no tables yet. Name another.");
        }
    }

    /** Makes the keyspace with the two tables that a lock needs, and notes by which id it is known again. */
    private void begin(Bootstrap bootstrap, Replication replicated, Connections connections) {
        boolean made = run.isMadeHere(() -> connections.targetReader().exists());
        bootstrap.createKeyspace(replicated);
        bootstrap.createLockTables();
        bootstrap.mark(run.mark(made));
        run.work().journal(Past.HOLDS, Map.of("table", Places.table(connections.targetReader())));
    }

    private Done<Boolean> bootstrap(Bootstrap bootstrap, Import.Checked checked) {
        context.listener().started(Step.BOOTSTRAP, Map.of());
        bootstrap.createTables();
        Identity identity = Identity.of(run.work(), checked.defaultWorkspace());
        bootstrap.writeIdentity(identity.workspace(), identity.cluster());
        for (Workspace other : checked.workspaces()) {
            bootstrap.writeWorkspace(other.id(), other.name(), other.details());
        }
        return new Done<>(true, Moved.NOTHING);
    }

    /** What both ways into the target have brought. */
    private record Loaded(Import.Result imported, CustomLoad.Result carried) {}

    private CustomData custom() {
        return requireNonNull(custom, "the plan comes first");
    }

    private Done<Loaded> load(Connections connections, KongKeyspace target, Import loading, Import.Checked checked) {
        Map<String, Long> expected = new LinkedHashMap<>(checked.entities());
        expected.putAll(custom().expected());
        context.listener().started(Step.IMPORT, expected);
        Import.Result imported = loading.write(
                new Import.Destination(
                        connections.target(),
                        target.schema(),
                        target.defaultWorkspace(),
                        replication.isPresent() ? Nulls.UNSET : Nulls.WRITTEN,
                        run.writeTimeMicros()),
                new JournaledImport(run.work()));
        CustomLoad.Result carried = custom().carry(target, connections.target(), run.writeTimeMicros());
        return new Done<>(
                new Loaded(imported, carried),
                new Moved(imported.total() + carried.total(), imported.bytes() + carried.bytes()));
    }

    private Done<VerificationResult> verify(KongKeyspace source, KongKeyspace target, boolean released) {
        Upgrade upgrade = upgrade(source);
        VerificationResult verified = run.verify(
                KeyspaceSide.source(source),
                KeyspaceSide.target(target),
                upgrade,
                settings,
                OptionalLong.of(book.started().toEpochMilli()),
                released,
                ride,
                Optional.of(new Run.Custom(custom(), target)));
        return new Done<>(
                verified, new Moved(Run.read(verified) + custom().verified().read(), 0));
    }

    private void note(Export.Result exported, Loaded loaded, VerificationResult verified) {
        Import.Result imported = loaded.imported();
        long before = verified.count(Verdict.EXTRA) + custom().verified().extra();
        if (settings.intoExisting() && before > 0) {
            book.warn(List.of(before + " entities of the target are not of the source: they were there before"));
        }
        for (TypeVerification type : verified.types()) {
            book.entities(
                    type.type(), Report.Entities.of(type, imported.written().getOrDefault(type.type(), 0L)));
        }
        custom().note(loaded.carried().written());
        exported.types().forEach((type, count) -> {
            if (count.hidden() > 0) {
                book.warn(List.of(hidden(type, count)));
            }
        });
    }

    private static String hidden(String type, TypeCount count) {
        return count.hidden() + " " + type + " stand in _ignore of kong.yml, where only Keyferry reads them";
    }
}
