package io.keyferry.bench;

import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares Keyferry with the ceiling, with Kong's manner and with dsbulk, in one run on one embedded node. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Compares Keyferry with what driver and cluster can do at best, with Kong's own manner of "
                + "importing, and with dsbulk, in one run on one embedded Cassandra node.")
public final class Bench implements Callable<Integer> {
    @Option(
            names = "--entities",
            paramLabel = "N",
            description = "Entities of the keyspace (default: ${DEFAULT-VALUE})")
    private long entities = 215_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is measured, in turn with all others (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--json", paramLabel = "FILE", description = "Where all figures go as JSON")
    private @Nullable Path json;

    @Option(names = "--skip-peers", description = "Leave out Kong's manner and dsbulk")
    private boolean skipPeers;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("keyferry.root"));
        Path directory = Files.createTempDirectory("keyferry-bench-");
        try (CassandraCluster cluster = CassandraCluster.start(CassandraSettings.forBenchmarks())) {
            Contest contest = new Contest(root, directory, cluster, new BenchDocument(entities));
            contest.prepare();
            for (int round = 1; round <= rounds; round++) {
                contest.round(round);
                if (!skipPeers) {
                    contest.peers(round);
                }
            }
            System.out.println(contest.figures().table());
            System.out.println(contest.remarks());
            if (json != null) {
                Files.writeString(json, contest.figures().json().toPrettyString());
            }
        }
        System.err.println("The logs of all processes are in " + directory);
        return 0;
    }
}
