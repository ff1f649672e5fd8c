package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the benchmarks on a node have in common: they start it, and end with 1 where a target is missed. */
abstract class BenchCommand implements Callable<Integer> {
    @Option(names = "--json", paramLabel = "FILE", description = "Where all figures go as JSON")
    private @Nullable Path json;

    /** What was measured. */
    interface Result {
        String text();

        JsonNode json();

        /** Whether all targets that it knows were met. */
        boolean met();
    }

    abstract Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("keyferry.root"));
        Path directory = Files.createTempDirectory("keyferry-bench-");
        Result result;
        try (CassandraCluster cluster = CassandraCluster.start(CassandraSettings.forBenchmarks())) {
            result = measure(cluster, new Programs(root, directory, cluster));
        }
        System.out.println(result.text());
        if (json != null) {
            Files.writeString(json, result.json().toPrettyString() + "\n");
        }
        System.err.println("The logs of all processes are in " + directory);
        return result.met() ? 0 : 1;
    }

    static void say(String text) {
        System.err.println(text);
    }
}
