package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.export.Export;
import io.keyferry.migrator.export.ExportJournal;
import io.keyferry.migrator.plan.Inspection;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Opens a keyspace and exports it. Use once. */
public final class FileExport {
    /** What was exported, from and for which version. */
    public record Result(Export.Result exported, KongVersion from, KongVersion to, List<String> warnings) {}

    private final KeyspaceAddress from;
    private final Optional<Catalog> version;
    private final RunSettings settings;
    private final Clock clock;
    private final TransferListener listener;
    private final Connector connector;

    /**
     * Prepares to export.
     *
     * @param version what the file is for; empty for the source's own version
     */
    public FileExport(
            KeyspaceAddress from,
            Optional<Catalog> version,
            RunSettings settings,
            Clock clock,
            TransferListener listener) {
        this(from, version, settings, clock, listener, new Connector());
    }

    /** As the other, by a connector that perhaps measures. */
    public FileExport(
            KeyspaceAddress from,
            Optional<Catalog> version,
            RunSettings settings,
            Clock clock,
            TransferListener listener,
            Connector connector) {
        this.from = settings.patiently(from);
        this.version = requireNonNull(version, "version is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.connector = requireNonNull(connector, "connector is null");
    }

    /** The workspaces that count, by the names that the document gives them. */
    private Choices choices(KongKeyspace keyspace) {
        return settings.choices().workspaces().size() == 1
                        && keyspace.workspaces().size() == 1
                ? settings.choices()
                        .ofWorkspaces(Set.of(keyspace.workspaces().get(0).name()))
                : settings.choices();
    }

    /** One workspace alone is its document's default one, so that a Kong's own reader takes its entities. */
    private KongKeyspace onlySelected(KongKeyspace keyspace) {
        List<Workspace> selected = keyspace.workspaces().stream()
                .filter(workspace -> settings.choices().workspaces().contains(workspace.name()))
                .toList();
        return selected.size() == 1 ? keyspace.withOnly(selected.get(0)) : keyspace;
    }

    /**
     * Writes the file.
     *
     * @throws KeyferryException as {@link Export#to} and {@link KongKeyspace#open} do
     */
    public Result to(Path file) {
        try (ReadSession source = open();
                Paces paces = new Paces(settings, listener)) {
            paces.hold(source);
            return export(source, file, ExportJournal.NONE, listener);
        }
    }

    /**
     * Writes the file as the run of a work directory, which another attempt can go on with.
     *
     * @throws KeyferryException as {@link #to(Path)} does; (LOCKED) when the directory's run is another one
     */
    public Result to(Path file, WorkDirectory work, RunContext context) {
        Map<String, String> facts = new TreeMap<>(settings.facts());
        facts.put("file", file.toAbsolutePath().normalize().toString());
        facts.put("kong", version.map(catalog -> catalog.version().line()).orElse("that of the source"));
        Run run = new Run(work, context, from.describe(), file.toString(), facts);
        return run.ending(() -> {
            try (ReadSession source = open();
                    Paces paces = new Paces(settings, run.context().listener())) {
                paces.hold(source);
                run.bind(Optional.of(source), Optional.empty());
                return run.steps().run(Step.EXPORT, () -> {
                    Result result = export(
                            source,
                            file,
                            new JournaledExport(work),
                            run.context().listener());
                    return new Done<>(
                            result,
                            new Moved(
                                    result.exported().total(), result.exported().bytes()));
                });
            }
        });
    }

    private ReadSession open() {
        return ReadSession.open(connector, from, Side.FROM, from.consistencyOr(settings.readConsistency()));
    }

    private Result export(ReadSession source, Path file, ExportJournal journal, TransferListener heard) {
        KongKeyspace keyspace = onlySelected(Connections.openSource(source, settings));
        Upgrade upgrade = new Upgrade(keyspace.catalog(), version.orElse(keyspace.catalog()), settings.customPlugins())
                .after(Inspection.withoutLooking(keyspace, choices(keyspace)));
        Export.Result exported = new Export(
                        keyspace,
                        upgrade,
                        settings.selection(),
                        new Export.Settings(settings.style(), settings.parallelism(), clock, heard))
                .to(file, journal);
        List<String> warnings = new ArrayList<>(upgrade.log().warnings());
        warnings.addAll(CustomData.notInTheFile(keyspace, settings));
        return new Result(exported, upgrade.from().version(), upgrade.to().version(), warnings);
    }
}
