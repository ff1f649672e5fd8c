package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how long people wait for small things. */
@Command(
        name = "bench/startup",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Measures keyferry --version, plan on a keyspace of 43 entities, and rehearse without arguments. "
                + "Ends with 1 where the median of one takes longer than it may: 0.5 s, 3 s, 40 s.")
public final class StartUpBench extends BenchCommand {
    private static final Map<String, Double> MOST_SECONDS = new LinkedHashMap<>();

    static {
        MOST_SECONDS.put("--version", 0.5);
        MOST_SECONDS.put("plan", 3.0);
        MOST_SECONDS.put("rehearse", 40.0);
    }

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StartUpBench()).execute(args));
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        String source = programs.filled(new BenchDocument(1)::write);
        Map<String, List<Child.Run>> runs = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            add(runs, "--version", programs.keyferry("version", "--version"));
            add(
                    runs,
                    "plan",
                    programs.keyferry(
                            "plan",
                            "plan",
                            "--from",
                            programs.uri(source),
                            "--to",
                            programs.uri(programs.name()),
                            "--kong",
                            Programs.KONG));
            add(runs, "rehearse", programs.keyferry("rehearse", "rehearse"));
        }
        return new StartUp(runs);
    }

    private static void add(Map<String, List<Child.Run>> runs, String name, Child.Run run) {
        runs.computeIfAbsent(name, added -> new ArrayList<>()).add(run);
    }

    private record StartUp(Map<String, List<Child.Run>> runs) implements Result {
        private static List<Double> seconds(List<Child.Run> runs) {
            return runs.stream().map(Child.Run::seconds).sorted().toList();
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder(
                    "%-10s %7s %7s %7s %8s%n".formatted("seconds", "min", "median", "max", "at most"));
            runs.forEach((name, all) -> text.append(String.format(
                    Locale.ROOT,
                    "%-10s %7.2f %7.2f %7.2f %8.1f%n",
                    name,
                    seconds(all).get(0),
                    Figures.median(seconds(all)),
                    seconds(all).get(all.size() - 1),
                    MOST_SECONDS.getOrDefault(name, 0.0))));
            return text.append(met() ? "met" : "MISSED").toString();
        }

        @Override
        public boolean met() {
            return runs.entrySet().stream()
                    .allMatch(one ->
                            Figures.median(seconds(one.getValue())) < MOST_SECONDS.getOrDefault(one.getKey(), 0.0));
        }

        @Override
        public JsonNode json() {
            ObjectNode json = new ObjectMapper().createObjectNode();
            json.put("met", met());
            runs.forEach((name, all) ->
                    seconds(all).forEach(seconds -> json.withArray("/" + name).add(seconds)));
            return json;
        }
    }
}
