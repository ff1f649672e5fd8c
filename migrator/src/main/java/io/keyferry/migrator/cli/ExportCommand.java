package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.FileExport;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keyferry export}. */
@Command(
        name = "export",
        customSynopsis = "keyferry export --from PLACE [FILE] [OPTION...]",
        description = "Writes a keyspace as a declarative kong.yml.",
        footer = {
            "",
            "The file appears only when it is whole, and only its owner can read it: it holds private keys and",
            "passwords. A file that exists is never overwritten. With --work-dir, an export that was cut short can be",
            "gone on with: --resume.",
            "",
            "Examples:",
            "  keyferry export --from /etc/kong/kong.conf --style block",
            "  keyferry export --from cassandra://10.0.0.1/kong --kong 2.8 backup.yml.zst"
        })
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private PlaceOptions.From from = new PlaceOptions.From();

    @Option(
            names = "--kong",
            paramLabel = "VERSION",
            description = "The Kong that the file is for (default: the source's own version)")
    private @Nullable String kong;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "kong.yml",
            description = "Ends in .yml or .json, perhaps followed by .gz or .zst (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("kong.yml");

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() throws IOException {
        output.configureLog();
        KeyspaceAddress source = from.address();
        RunSettings settings = transfer.settings(Optional.empty());
        Optional<Catalog> version =
                Optional.ofNullable(kong).map(text -> Catalog.forVersion(TransferOptions.version("--kong", text)));
        try (Measuring measuring = metrics.begin()) {
            Optional<FileExport.Result> result = export(source, version, settings, measuring);
            if (result.isEmpty()) {
                return ExitCode.DONE.code();
            }
            measuring.done();
            ExportText.print(result.get(), file, output.json(), System.out);
            return ExitCode.DONE.code();
        }
    }

    /** Exports; empty when there is nothing left to resume. */
    private Optional<FileExport.Result> export(
            KeyspaceAddress source, Optional<Catalog> version, RunSettings settings, Measuring measuring)
            throws IOException {
        try (Listening listening = output.listening()) {
            TransferListener heard = measuring.and(listening.listener());
            FileExport export =
                    new FileExport(source, version, settings, Clock.systemUTC(), heard, measuring.connector());
            if (!output.hasWorkDirectory()) {
                output.requireNoResume();
                return Optional.of(export.to(file));
            }
            try (WorkDirectory work = output.workDirectory()) {
                return output.finished(work).isPresent()
                        ? Optional.empty()
                        : Optional.of(export.to(file, work, output.context(heard, plan -> true)));
            }
        }
    }
}
