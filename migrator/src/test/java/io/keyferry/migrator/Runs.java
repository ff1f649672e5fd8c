package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.migrator.run.FileExport;
import io.keyferry.migrator.run.FileImport;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.WorkDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs of ours as the command line would start them, with all runtime types that can be moved. */
record Runs(Keyspaces keyspaces, Path directory) {
    RunResult migrate(KeyspaceAddress from, KeyspaceAddress to, Catalog source, Catalog target) {
        return migrate(directory, from, to, source, target, false);
    }

    static RunResult migrate(
            Path directory,
            KeyspaceAddress from,
            KeyspaceAddress to,
            Catalog source,
            Catalog target,
            boolean intoExisting) {
        try (WorkDirectory work = WorkDirectory.below(directory, "migrate", Instant.now())) {
            return new Migration(
                            from,
                            to,
                            target.version(),
                            settings(Optional.of(source.version()), source, intoExisting),
                            work,
                            context())
                    .run();
        }
    }

    RunResult importFile(Path file, KeyspaceAddress to, Catalog catalog, boolean intoExisting) {
        try (WorkDirectory work = WorkDirectory.below(directory, "import", Instant.now())) {
            return new FileImport(
                            file,
                            to,
                            Optional.of(catalog.version()),
                            settings(Optional.empty(), catalog, intoExisting),
                            work,
                            context())
                    .run();
        }
    }

    FileExport.Result export(KeyspaceAddress from, Catalog catalog, Path file) {
        return new FileExport(
                        from,
                        Optional.empty(),
                        settings(Optional.of(catalog.version()), catalog, false),
                        Clock.systemUTC(),
                        TransferListener.NONE)
                .to(file);
    }

    private static RunSettings settings(Optional<KongVersion> from, Catalog catalog, boolean intoExisting) {
        return RunSettings.builder()
                .fromKong(from)
                .selection(new Selection(new Layout(catalog).runtimeTypes(), Set.of()))
                .intoExisting(intoExisting)
                .build();
    }

    private static RunContext context() {
        return new RunContext(
                "test", Map.of(), "test", "test@test", Clock.systemUTC(), TransferListener.NONE, plan -> true);
    }
}
