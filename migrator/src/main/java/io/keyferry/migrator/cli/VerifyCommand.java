package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.Verify;
import io.keyferry.migrator.run.WorkDirectory;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry verify}. */
@Command(
        name = "verify",
        customSynopsis = "keyferry verify --from PLACE --to PLACE [OPTION...]",
        description = {
            "Reads two keyspaces anew and compares them, down to the field. Writes to neither. Either side may be a",
            "kong.yml (.json, .gz, .zst): what it would make of a keyspace is compared."
        },
        footer = {
            "",
            "What an upgrade of Kong changes is expected to be changed on the target. Exits with 1 when anything",
            "else differs, is missing, or is there in excess.",
            "",
            "Examples:",
            "  keyferry verify --from /etc/kong/kong.conf --to new/kong.conf",
            "  keyferry verify --from cassandra://10.0.0.1/kong --to cassandra://10.0.0.1/kong_28 --json >report.json",
            "  keyferry verify --from kong.yml --to new/kong.conf",
            "  keyferry verify --from monday.yml.zst --to tuesday.yml.zst"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private PlaceOptions.From from = new PlaceOptions.From();

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
    private OutputOptions output = new OutputOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        output.configureLog();
        Place source = from.place();
        Place target = to.place();
        Optional<Catalog> version =
                Optional.ofNullable(kong).map(text -> Catalog.forVersion(TransferOptions.version("--kong", text)));
        try (Measuring measuring = metrics.begin();
                WorkDirectory work = output.workDirectory()) {
            RunResult result;
            try (Listening listening = output.listening()) {
                result = new Verify(
                                source,
                                target,
                                version,
                                transfer.settings(keyspace(target)),
                                work,
                                output.context(
                                        measuring.and(listening.listener()), measuring.connector(), plan -> true))
                        .run();
                measuring.ended(result);
            }
            return output.print(result, work).code();
        }
    }

    private static Optional<KeyspaceAddress> keyspace(Place place) {
        return place instanceof Place.Keyspace keyspace ? Optional.of(keyspace.address()) : Optional.empty();
    }
}
