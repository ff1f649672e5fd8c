package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.PlaceParser.Typed;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.migrator.run.Doctor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry doctor}. */
@Command(
        name = "doctor",
        customSynopsis = "keyferry doctor [--from PLACE] [--to PLACE] [OPTION...]",
        description = "Looks at what a run will stand on: Java, memory, disk, ports; and of each place that is named,"
                + " the connection, the nodes, their clocks, the permissions. Writes nothing.",
        footer = {
            "",
            "Exits with 0 when nothing stands against a run, with 3 or 4 when the source or the target cannot be",
            "reached, else with 5.",
            "",
            "Example:",
            "  keyferry doctor --from /etc/kong/kong.conf --to new/kong.conf"
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private PlaceOptions.MaybeFrom from = new PlaceOptions.MaybeFrom();

    @Option(names = "--to", paramLabel = "PLACE", description = "The new keyspace")
    private @Nullable String to;

    @Option(names = "--to-env", description = "Let KONG_* variables count over this kong.conf")
    private boolean toEnvironment;

    @Option(
            names = "--to-password-file",
            paramLabel = "FILE",
            description = "Holds the target's password (or: KEYFERRY_TO_PASSWORD)")
    private @Nullable Path toPasswordFile;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.configureLog();
        Optional<KeyspaceAddress> source = from.address();
        Optional<KeyspaceAddress> target = Optional.ofNullable(to)
                .map(place -> PlaceOptions.keyspace(
                        Side.TO, new Typed(place, toEnvironment, Optional.ofNullable(toPasswordFile))));
        Doctor.Result result =
                new Doctor(transfer.settings(target), output.runs(), Clock.systemUTC()).examine(source, target);
        if (output.json()) {
            try {
                DoctorText.json(result, System.out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            System.out.print(DoctorText.of(result));
        }
        System.out.flush();
        return result.failure()
                .map(ExitCode::of)
                .orElse(result.healthy() ? ExitCode.DONE : ExitCode.REFUSED)
                .code();
    }
}
