package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.verifier.report.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry migrate}. */
@Command(
        name = "migrate",
        customSynopsis = "keyferry migrate --from PLACE --to PLACE --kong VERSION [OPTION...]",
        description = "Copies a keyspace into a new one of a later Kong version and verifies the copy.",
        footer = {
            "",
            "The source is only read. Nothing is written to the target before the plan is agreed to, and kong.yml",
            "is whole and valid. No Kong starts on the new keyspace before it is found equal.",
            "",
            "Examples:",
            "  keyferry migrate --from /etc/kong/kong.conf --to new/kong.conf --kong 2.8 --dry-run",
            "  keyferry migrate --from cassandra://10.0.0.1/kong --kong 2.8 --yes \\",
            "    --to 'cassandra://10.0.0.1/kong_28?datacenter=dc1&replication=dc1:3'",
            "  keyferry migrate --resume --work-dir keyferry-runs/20261125T020000Z-migrate"
        })
final class MigrateCommand implements Callable<Integer> {
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
        KeyspaceAddress source = from.address();
        KeyspaceAddress target = to.address();
        RunSettings settings = transfer.settings(Optional.of(target));
        try (Measuring measuring = metrics.begin();
                WorkDirectory work = output.workDirectory()) {
            Optional<Integer> finished = output.finished(work);
            if (finished.isPresent()) {
                return finished.get();
            }
            RunResult result;
            try (Listening listening = output.listening()) {
                Migration migration = new Migration(
                        source,
                        target,
                        TransferOptions.version("--kong", kong),
                        settings,
                        work,
                        output.context(
                                measuring.and(listening.listener()),
                                measuring.connector(),
                                consent.dryRun() ? OutputOptions::show : consent::agreed));
                result = measuring.ended(consent.dryRun() ? migration.check() : migration.run());
            }
            Outcome outcome = result.report().outcome();
            if (outcome == Outcome.PLANNED) {
                work.removeDocument();
            }
            ExitCode code = output.print(result, work);
            if (outcome == Outcome.EQUAL && !output.json()) {
                System.out.print(NextSteps.of(target, kong));
            }
            return code.code();
        }
    }
}
