package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.NodeStatus;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.load.ExistingKeys;
import io.keyferry.migrator.load.Import;
import io.keyferry.migrator.plan.Ledger;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.migrator.plan.SideCheck;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings a kong.yml into a keyspace that stands already. What is in the file is judged first; a keyspace that holds
 * entities is refused unless the user allows it. Use once.
 */
public final class FileImport {
    private final Path file;
    private final KeyspaceAddress to;
    private final Optional<KongVersion> targetVersion;
    private final RunSettings settings;
    private final Run run;

    /** Prepares to import; the target's version is recognised where the user does not say it. */
    public FileImport(
            Path file,
            KeyspaceAddress to,
            Optional<KongVersion> targetVersion,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this.file = requireNonNull(file, "file is null");
        this.to = settings.patiently(to);
        this.targetVersion = requireNonNull(targetVersion, "targetVersion is null");
        this.settings = requireNonNull(settings, "settings is null");
        run = new Run(work, context, file.toString(), to.describe(), facts(settings, targetVersion));
    }

    private static Map<String, String> facts(RunSettings settings, Optional<KongVersion> version) {
        Map<String, String> facts = new TreeMap<>(settings.facts());
        facts.put("kong", version.map(KongVersion::line).orElse("that of the target"));
        return facts;
    }

    /** Imports. Every end, a failure too, is told in the result and in the work directory's report. */
    public RunResult run() {
        return run.tell(this::load);
    }

    private Outcome load() {
        try (TargetSession target = TargetSession.open(
                        run.context().connector(), to, to.consistencyOr(settings.writeConsistency()));
                Paces paces = new Paces(settings, run.context().listener())) {
            ReadSession reader = target.reader(to.consistencyOr(settings.readConsistency()));
            KongKeyspace keyspace = open(reader);
            run.bind(Optional.empty(), Optional.of(reader));
            run.bind(file);
            run.book()
                    .sides(
                            new Report.Side(file.toString(), Optional.empty(), Optional.empty()),
                            new Report.Side(
                                    to.describe(),
                                    Optional.of(keyspace.catalog().version().toString()),
                                    Optional.of(
                                            String.join(", ", reader.cluster().releaseVersions()))));
            Optional<JsonNode> agreed = run.work().past().fact(Past.PLANNED);
            boolean filled = agreed.isPresent() ? agreed.get().path("filled").asBoolean() : requireRoom(keyspace);
            Import loading = new Import(
                    file,
                    keyspace.catalog(),
                    settings.fromKong(),
                    new Import.Settings(
                            settings.customPlugins(),
                            settings.requests(),
                            run.work().path(),
                            run.context().clock(),
                            run.context().listener()));
            loading.limitTo(new RowLimits(reader.largestMutation()));
            preflight(reader, keyspace);
            Import.Checked checked = run.steps().run(Step.VALIDATE, () -> {
                Import.Checked found = loading.check();
                return new Done<>(found, new Moved(found.total(), 0));
            });
            run.book().origins(Ledger.ofTarget(keyspace.schema(), loading.upgrade(), settings.selection()));
            if (filled) {
                loading.requireNoConflict(new ExistingKeys(reader), keyspace.defaultWorkspace());
            }
            missingWorkspaces(checked, keyspace);
            if (agreed.isEmpty()) {
                if (!run.context().consent().test(plan(loading, checked, keyspace, reader))) {
                    return Outcome.PLANNED;
                }
                run.work()
                        .journal(
                                Past.PLANNED,
                                Journal.details().put("filled", filled).put("entities", checked.total()));
            }
            try (MigrationLock lock = MigrationLock.take(target, run.lockOwner())) {
                run.book().leaves(LeftBehind.existing(to, run.howToResume()));
                paces.hold(target, reader, false);
                makeWorkspaces(checked, target, keyspace);
                Import.Result imported =
                        run.steps().run(Step.IMPORT, () -> write(loading, checked, target, keyspace, filled));
                lock.confirm();
                note(checked, imported, loading);
            }
            run.book().leavesNothing();
            return Outcome.DONE;
        }
    }

    /** What would end the import in its middle. */
    private void preflight(ReadSession reader, KongKeyspace keyspace) {
        Problems problems = new Problems();
        SideCheck check =
                new SideCheck(reader, problems::add, warning -> run.book().warn(List.of(warning)));
        check.cluster();
        List<NodeStatus> nodes = check.askNodes(run.context().clock());
        check.nodes(
                nodes,
                keyspace.schema().replication(),
                List.of(to.consistencyOr(settings.writeConsistency()), reader.consistency()));
        check.clocks(nodes);
        check.permissions(keyspace.schema());
        problems.throwIfAny(Kind.REFUSED, file + " cannot be imported yet, and nothing was written:");
    }

    /** The document's workspaces that the keyspace lacks. */
    private void makeWorkspaces(Import.Checked checked, TargetSession target, KongKeyspace keyspace) {
        Bootstrap bootstrap =
                new Bootstrap(target, keyspace.catalog(), Clock.fixed(run.book().started(), ZoneOffset.UTC));
        for (Workspace workspace : missingWorkspaces(checked, keyspace)) {
            bootstrap.writeWorkspace(workspace.id(), workspace.name(), workspace.details());
        }
    }

    private static List<Workspace> missingWorkspaces(Import.Checked checked, KongKeyspace keyspace) {
        List<Workspace> missing = checked.workspaces().stream()
                .filter(workspace ->
                        !workspace.isDefault() && keyspace.workspaces().stream().noneMatch(workspace::isSameAs))
                .toList();
        for (Workspace workspace : missing) {
            if (keyspace.workspaces().stream()
                    .anyMatch(other ->
                            other.name().equals(workspace.name()) || other.id().equals(workspace.id()))) {
                throw KeyferryException.refused("workspace '" + workspace.name() + "' (" + workspace.id()
                        + ") of the file has the name or the id of another workspace of the target");
            }
        }
        return missing;
    }

    private KongKeyspace open(ReadSession reader) {
        if (reader.schema().isEmpty()) {
            throw KeyferryException.refused(to.describe()
                    + " is no keyspace of Kong yet: make it one with 'keyferry bootstrap --to ... --kong VERSION'");
        }
        return KongKeyspace.open(reader, targetVersion);
    }

    /** Whether the target holds entities already, which the user must have allowed. */
    private boolean requireRoom(KongKeyspace keyspace) {
        List<String> filled = settings.selection().types(keyspace.catalog()).stream()
                .filter(type -> keyspace.schema()
                        .table(type.table().name())
                        .filter(keyspace.session()::hasRows)
                        .isPresent())
                .map(EntityType::name)
                .toList();
        if (!filled.isEmpty() && !settings.intoExisting()) {
            throw KeyferryException.refused("the target keyspace holds entities already (" + String.join(", ", filled)
                    + "): name a new keyspace, or say --into-existing to add to it (same ids are overwritten)");
        }
        return !filled.isEmpty();
    }

    /** What would be written, for the user to agree to. */
    private Plan plan(Import loading, Import.Checked checked, KongKeyspace keyspace, ReadSession reader) {
        return new Plan(
                new Report.Side(
                        file.toString(),
                        Optional.of(loading.upgrade().from().version().toString()),
                        Optional.empty()),
                new Report.Side(
                        to.describe(),
                        Optional.of(keyspace.catalog().version().toString()),
                        Optional.of(String.join(", ", reader.cluster().releaseVersions()))),
                checked.entities(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private Done<Import.Result> write(
            Import loading, Import.Checked checked, TargetSession target, KongKeyspace keyspace, boolean filled) {
        run.context().listener().started(Step.IMPORT, checked.entities());
        Import.Result imported = loading.write(
                new Import.Destination(
                        target,
                        keyspace.schema(),
                        keyspace.defaultWorkspace(),
                        filled ? Nulls.WRITTEN : Nulls.UNSET,
                        run.writeTimeMicros()),
                new JournaledImport(run.work()));
        return new Done<>(imported, new Moved(imported.total(), imported.bytes()));
    }

    private void note(Import.Checked checked, Import.Result imported, Import loading) {
        checked.entities()
                .forEach((type, count) -> run.book()
                        .entities(
                                type,
                                new Report.Entities(
                                        count,
                                        0,
                                        count,
                                        imported.excluded().getOrDefault(type, Map.of()),
                                        imported.written().getOrDefault(type, 0L),
                                        0,
                                        0,
                                        Map.of(),
                                        Optional.empty())));
        run.book().rules(loading.upgrade().log().counts());
        run.book().warn(loading.upgrade().log().warnings());
    }
}
