package io.keyferry.bench;

import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares Keyferry with the ceiling, with Kong's manner and with dsbulk, in one run on one embedded node. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Compares Keyferry with what driver and cluster can do at best, with Kong's own manner of "
                + "importing, and with dsbulk, in one run on one embedded Cassandra node. Ends with 1 where a target is "
                + "missed.")
public final class Bench extends BenchCommand {
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

    @Option(names = "--skip-steps", description = "Leave out the ceilings and Keyferry's own steps")
    private boolean skipSteps;

    @Option(names = "--skip-peers", description = "Leave out Kong's manner and dsbulk")
    private boolean skipPeers;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        Contest contest = new Contest(cluster, programs, new BenchDocument(entities));
        contest.fill();
        if (!skipSteps) {
            contest.findConcurrency();
        }
        for (int round = 1; round <= rounds; round++) {
            say("round " + round);
            if (!skipSteps) {
                contest.steps(round);
            }
            if (!skipPeers) {
                contest.peers(round);
            }
        }
        return contest.result();
    }
}
