package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.FileImport;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keyferry import}. */
@Command(
        name = "import",
        customSynopsis = "keyferry import FILE --to PLACE [OPTION...]",
        description = "Validates a declarative kong.yml and writes it into a keyspace that stands already.",
        footer = {
            "",
            "All of the file is judged before anything is written. A keyspace that does not stand yet is made by",
            "'keyferry bootstrap'.",
            "",
            "Example:",
            "  keyferry import kong.yml --to cassandra://10.0.0.1/kong_28 --dry-run"
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "kong.yml or kong.json, perhaps followed by .gz or .zst")
    private Path file = Path.of("kong.yml");

    @Mixin
    private PlaceOptions.To to = new PlaceOptions.To();

    @Option(
            names = "--kong",
            paramLabel = "VERSION",
            description = "The target's Kong version, where it is not recognised")
    private @Nullable String kong;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private ConsentOptions consent = new ConsentOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() throws IOException {
        output.configureLog();
        KeyspaceAddress target = to.address();
        Optional<KongVersion> version = Optional.ofNullable(kong).map(text -> TransferOptions.version("--kong", text));
        try (Measuring measuring = metrics.begin();
                WorkDirectory work = output.workDirectory()) {
            Optional<Integer> finished = output.finished(work);
            if (finished.isPresent()) {
                return finished.get();
            }
            RunResult result;
            try (Listening listening = output.listening()) {
                result = new FileImport(
                                file,
                                target,
                                version,
                                transfer.settings(Optional.of(target)),
                                work,
                                output.context(
                                        measuring.and(listening.listener()), measuring.connector(), consent::agreed))
                        .run();
                measuring.ended(result);
            }
            return output.print(result, work).code();
        }
    }
}
