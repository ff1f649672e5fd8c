package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.FileExport;
import io.keyferry.migrator.run.RunSettings;
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
            "passwords. A file that exists is never overwritten.",
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
    public Integer call() {
        output.configureLog();
        KeyspaceAddress source = from.address();
        RunSettings settings = transfer.settings(Optional.empty());
        Optional<Catalog> version =
                Optional.ofNullable(kong).map(text -> Catalog.forVersion(TransferOptions.version("--kong", text)));
        try (Measuring measuring = metrics.begin()) {
            FileExport.Result result;
            try (Listening listening = output.listening()) {
                result = new FileExport(
                                source,
                                version,
                                settings,
                                Clock.systemUTC(),
                                measuring.and(listening.listener()),
                                measuring.connector())
                        .to(file);
                measuring.done();
            }
            ExportText.print(result, file, output.json(), System.out);
            return ExitCode.DONE.code();
        }
    }
}
