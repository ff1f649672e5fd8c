package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how much memory the client takes where entities are large. */
@Command(
        name = "bench/memory",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Moves a keyspace of large entities on one embedded Cassandra node: plugins with a configuration "
                + "of 500 KB, and consumers with 10,000 tags. Ends with 1 where the client takes 400 MB or more.")
public final class MemoryBench extends BenchCommand {
    private static final double MOST_MEGABYTES = 400;

    @Option(names = "--plugins", paramLabel = "N", description = "How many plugins (default: ${DEFAULT-VALUE})")
    private int plugins = 400;

    @Option(
            names = "--consumers",
            paramLabel = "N",
            description =
                    "How many consumers; each has a gigabyte of rows in Kong's table tags (default: ${DEFAULT-VALUE})")
    private int consumers = 1;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new MemoryBench()).execute(args));
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        HeavyDocument document = new HeavyDocument(plugins, consumers);
        Map<String, Child.Run> runs = new LinkedHashMap<>();
        Path file = programs.directory().resolve("heavy.yml");
        document.write(file);
        String source = programs.fresh();
        runs.put(
                "import",
                programs.keyferry("import", "import", file.toString(), "--to", programs.uri(source), "--yes"));
        Files.delete(file);
        runs.put("export", programs.keyferry("export", "export", "--from", programs.uri(source), file.toString()));
        Files.delete(file);
        String target = programs.name();
        runs.put("migrate", programs.migrate("migrate", source, target));
        runs.put(
                "verify",
                programs.keyferry("verify", "verify", "--from", programs.uri(source), "--to", programs.uri(target)));
        return new Memory(runs);
    }

    private record Memory(Map<String, Child.Run> runs) implements Result {
        @Override
        public String text() {
            StringBuilder text = new StringBuilder("%-10s %9s %7s%n".formatted("", "seconds", "RSS MB"));
            runs.forEach((name, run) -> text.append(
                    String.format(Locale.ROOT, "%-10s %9.1f %7.0f%n", name, run.seconds(), run.peakMegabytes())));
            return text.append(
                            String.format(Locale.ROOT, "under %.0f MB: %s", MOST_MEGABYTES, met() ? "met" : "MISSED"))
                    .toString();
        }

        @Override
        public boolean met() {
            return runs.values().stream().allMatch(run -> run.peakMegabytes() < MOST_MEGABYTES);
        }

        @Override
        public JsonNode json() {
            ObjectNode json = new ObjectMapper().createObjectNode();
            json.put("met", met());
            runs.forEach((name, run) -> json.putObject(name)
                    .put("seconds", run.seconds())
                    .put("peakMegabytes", run.peakMegabytes())
                    .put("clientCpu", run.clientCpu())
                    .put("serverCpu", run.serverCpu()));
            return json;
        }
    }
}
