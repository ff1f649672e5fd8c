package io.keyferry.bench;

import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a gateway feels of a migration on its cluster. */
@Command(
        name = "bench/live",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description =
                "Measures how long a gateway's reads and writes take, on one embedded Cassandra node: alone, while "
                        + "keyferry migrate runs within its limit of latency, while it runs with --full-speed, and alone again. "
                        + "Requests are made at a fixed rate and count from when they were meant to be made. Ends with 1 where "
                        + "nine reads of ten, or nine writes of ten, take longer within the limit than the limit says: twice as "
                        + "long as alone, and 10 ms at least.")
public final class LiveBench extends BenchCommand {
    private static final int WARMING_SECONDS = 15;
    private static final int RESTING_SECONDS = 5;

    @Option(
            names = "--entities",
            paramLabel = "N",
            description = "Entities of the keyspace (default: ${DEFAULT-VALUE})")
    private long entities = 100_000;

    @Option(
            names = "--reads",
            paramLabel = "N",
            description = "Reads a second of the gateway (default: ${DEFAULT-VALUE})")
    private double reads = 100;

    @Option(
            names = "--writes",
            paramLabel = "N",
            description = "Writes a second of the gateway (default: ${DEFAULT-VALUE})")
    private double writes = 5;

    @Option(
            names = "--alone",
            paramLabel = "SECONDS",
            description = "How long the gateway is alone, each time (default: ${DEFAULT-VALUE})")
    private int alone = 20;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LiveBench()).execute(args));
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        BenchDocument document = new BenchDocument(entities);
        say("filling a keyspace with " + document.entities() + " entities");
        String source = programs.filled(document::write);
        // The first migration compiles the server's code and would be compared with one that does not.
        say("migrating it once for the server to warm up");
        programs.warmUp(source);

        Path file = programs.directory().resolve("gateway.txt");
        LiveFigures figures = new LiveFigures(document.entities());
        Process gateway = programs.startDriver(
                "gateway", LiveGateway.class, source, Double.toString(reads), Double.toString(writes), file.toString());
        try {
            rest(WARMING_SECONDS);
            figures.phase(LiveFigures.ALONE, () -> rest(alone));
            say("migrating within the limit");
            String held = programs.name();
            figures.phase(LiveFigures.WITHIN_LIMIT, () -> programs.migrateWithinLimit("within-limit", source, held));
            programs.drop(held);
            rest(RESTING_SECONDS);
            say("migrating at full speed");
            String full = programs.name();
            figures.phase(LiveFigures.FULL_SPEED, () -> programs.migrate("full-speed", source, full));
            programs.drop(full);
            rest(RESTING_SECONDS);
            figures.phase(LiveFigures.ALONE_AGAIN, () -> rest(alone));
        } finally {
            gateway.getOutputStream().close();
            gateway.waitFor();
        }
        if (gateway.exitValue() != 0) {
            throw new IOException("the gateway ended with " + gateway.exitValue() + ", see " + programs.directory());
        }
        try (var lines = Files.lines(file)) {
            figures.take(lines.map(LiveSample::parse).toList());
        }
        return figures;
    }

    private static void rest(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
    }
}
