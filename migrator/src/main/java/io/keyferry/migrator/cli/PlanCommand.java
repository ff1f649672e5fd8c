package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.WorkDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry plan}. */
@Command(
        name = PlanCommand.NAME,
        customSynopsis = "keyferry plan --from PLACE --to PLACE --kong VERSION [OPTION...]",
        description = "Reads both sides and says what a migration would do. Writes to neither.",
        footer = {
            "",
            "Names at once all that stands against a migration, and what is odd in the old keyspace. Exits with 5",
            "when anything would be refused.",
            "",
            "Examples:",
            "  keyferry plan --from /etc/kong/kong.conf --to new/kong.conf --kong 2.8",
            "  keyferry plan --from cassandra://10.0.0.1/kong --to cassandra://10.0.0.1/kong_33 --kong 3.3 --json"
        })
final class PlanCommand implements Callable<Integer> {
    static final String NAME = "plan";

    @Mixin
    private PlaceOptions.From from = new PlaceOptions.From();

    @Mixin
    private PlaceOptions.To to = new PlaceOptions.To();

    @Option(
            names = "--kong",
            required = true,
            paramLabel = "VERSION",
            description = "The Kong that will run on the target, such as 2.8")
    private String kong = "";

    @Option(
            names = "--topology",
            paramLabel = "TOPOLOGY",
            defaultValue = "traditional",
            description = "traditional, hybrid or dbless (default: ${DEFAULT-VALUE})")
    private String topology = "";

    @Option(
            names = "--nginx-template",
            paramLabel = "FILE",
            description = "A custom nginx template, to be searched for what the new Kong does not know any more")
    private @Nullable Path nginxTemplate;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.configureLog();
        KeyspaceAddress source = from.address();
        KeyspaceAddress target = to.address();
        try (WorkDirectory work = output.workDirectory()) {
            RunResult result;
            try (Listening listening = output.listening()) {
                result = new Migration(
                                source,
                                target,
                                TransferOptions.version("--kong", kong),
                                transfer.settings(Optional.of(target)),
                                work,
                                output.context(listening.listener(), plan -> {
                                    if (!output.json()) {
                                        System.out.println(PlanText.of(plan));
                                    }
                                    return false;
                                }))
                        .among(PathCommand.topology(topology), Optional.ofNullable(nginxTemplate))
                        .run();
            }
            return output.print(result, work).code();
        }
    }
}
