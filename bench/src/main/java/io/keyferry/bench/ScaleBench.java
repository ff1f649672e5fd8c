package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how time and memory of a migration grow with the keyspace. */
@Command(
        name = "bench/scale",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description =
                "Migrates keyspaces of several sizes on one embedded Cassandra node, and shows what an entity costs "
                        + "in each and how much memory the client takes. Ends with 1 where cost or memory grow too much from the "
                        + "second largest to the largest.")
public final class ScaleBench extends BenchCommand {
    /** Of which a migration is all start-up. */
    private static final long HARDLY_ANY = 43;

    /** What a migration does that takes as long whatever it moves; how long depends on the server's mood. */
    private static final String BOOTSTRAP = "bootstrap";

    private static final List<String> STEPS = List.of("plan", "export", "validate", "import", "verify");
    private static final double MOST_COST = 1.2;
    private static final double MOST_MEMORY = 1.2;
    private static final double MOST_MEGABYTES = 400;
    private static final double MICROS = 1e6;

    @Option(
            names = "--entities",
            split = ",",
            paramLabel = "N",
            description = "The sizes, ascending (default: ${DEFAULT-VALUE})",
            defaultValue = "20000,200000,2000000")
    private List<Long> sizes = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each size is measured, in turn (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--svg", paramLabel = "FILE", description = "Where a plot goes")
    private @Nullable Path svg;

    @Option(
            names = "--pause",
            description =
                    "Wait for a line on stdin once the keyspaces are filled, so that the machine can be made quiet")
    private boolean pause;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ScaleBench()).execute(args));
    }

    /** The migrations of one size. */
    private record Size(long entities, String source, List<Child.Run> runs) {
        double seconds() {
            return Figures.median(runs.stream().map(Child.Run::seconds).toList());
        }

        /** Without each run's own bootstrap. */
        double secondsWithoutBootstrap() {
            return Figures.median(runs.stream()
                    .map(run -> run.seconds() - stepSeconds(run, BOOTSTRAP))
                    .toList());
        }

        /** Seconds of processors, of client and server together. */
        double cpu() {
            return Figures.median(
                    runs.stream().map(run -> run.clientCpu() + run.serverCpu()).toList());
        }

        double megabytes() {
            return runs.stream().mapToDouble(Child.Run::peakMegabytes).max().orElseThrow();
        }

        double step(String name) {
            return Figures.median(
                    runs.stream().map(run -> stepSeconds(run, name)).toList());
        }

        private static double stepSeconds(Child.Run run, String name) {
            try {
                return Programs.steps(run.output(), name);
            } catch (IOException e) {
                throw new IllegalStateException("a report that is no JSON", e);
            }
        }
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        List<Size> measured = new ArrayList<>();
        List<Long> all = new ArrayList<>(List.of(HARDLY_ANY));
        all.addAll(sizes);
        for (long entities : all) {
            BenchDocument document = new BenchDocument(entities);
            say("filling a keyspace with " + document.entities() + " entities");
            measured.add(new Size(document.entities(), programs.filled(document::write), new ArrayList<>()));
        }
        if (pause) {
            say("filled; waiting for a line");
            int read = System.in.read();
            say(read < 0 ? "nobody waits, going on" : "going on");
        }
        say("warming the server up");
        programs.warmUp(measured.get(0).source());
        for (int round = 1; round <= rounds; round++) {
            for (Size size : measured) {
                say("round " + round + ": migrating " + size.entities());
                String target = programs.name();
                size.runs().add(programs.migrate("migrate", size.source(), target));
                programs.drop(target);
            }
        }
        Scale scale = new Scale(measured.get(0), measured.subList(1, measured.size()));
        if (svg != null) {
            Files.writeString(svg, scale.plot(), StandardCharsets.UTF_8);
        }
        return scale;
    }

    private record Scale(Size startUp, List<Size> sizes) implements Result {
        /** Microseconds an entity, start-up subtracted. */
        double cost(Size size) {
            return working(size) / size.entities() * MICROS;
        }

        /** Seconds without start-up: without the run's own bootstrap, and without what hardly any entities take beside theirs. */
        private double working(Size size) {
            return size.secondsWithoutBootstrap() - startUp.secondsWithoutBootstrap();
        }

        /** The same of processors, which others on the machine hardly change. */
        double cpuCost(Size size) {
            return (size.cpu() - startUp.cpu()) / size.entities() * MICROS;
        }

        private Map<String, Double> costs(Size size) {
            Map<String, Double> costs = new LinkedHashMap<>();
            for (String step : STEPS) {
                costs.put(step, (size.step(step) - startUp.step(step)) / size.entities() * MICROS);
            }
            return costs;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder("%10s %9s %10s %12s %13s  %-56s %7s%n"
                    .formatted("entities", "seconds", "bootstrap", "us/entity", "CPU us/entity", "of which", "RSS MB"));
            for (Size size : sizes) {
                StringBuilder steps = new StringBuilder();
                costs(size).forEach((step, cost) -> steps.append(String.format(Locale.ROOT, "%s %.1f  ", step, cost)));
                text.append(String.format(
                        Locale.ROOT,
                        "%10d %9.1f %10.1f %12.1f %13.1f  %-56s %7.0f%n",
                        size.entities(),
                        size.seconds(),
                        size.step(BOOTSTRAP),
                        cost(size),
                        cpuCost(size),
                        steps.toString().strip(),
                        size.megabytes()));
            }
            text.append(String.format(
                    Locale.ROOT,
                    "subtracted: each run's own bootstrap, and %.1f s, which a migration of %d entities takes beside its"
                            + " bootstrap%n",
                    startUp.secondsWithoutBootstrap(),
                    startUp.entities()));
            if (sizes.size() > 1) {
                text.append(String.format(
                        Locale.ROOT,
                        "from %d to %d: %.2f times the time an entity (at most %.1f; of processors %.2f times), %.2f times the"
                                + " memory (at most %.1f, and under %.0f MB): %s%n",
                        smaller().entities(),
                        largest().entities(),
                        cost(largest()) / cost(smaller()),
                        MOST_COST,
                        cpuCost(largest()) / cpuCost(smaller()),
                        largest().megabytes() / smaller().megabytes(),
                        MOST_MEMORY,
                        MOST_MEGABYTES,
                        met() ? "met" : "MISSED"));
            }
            return text.toString();
        }

        private Size largest() {
            return sizes.get(sizes.size() - 1);
        }

        private Size smaller() {
            return sizes.get(Math.max(0, sizes.size() - 2));
        }

        @Override
        public boolean met() {
            return cost(largest()) <= MOST_COST * cost(smaller())
                    && largest().megabytes() <= MOST_MEMORY * smaller().megabytes()
                    && largest().megabytes() < MOST_MEGABYTES;
        }

        @Override
        public JsonNode json() {
            ObjectNode json = new ObjectMapper().createObjectNode();
            json.put("startUpSeconds", startUp.secondsWithoutBootstrap()).put("met", met());
            for (Size size : sizes) {
                ObjectNode one = json.withArray("sizes").addObject();
                one.put("entities", size.entities())
                        .put("seconds", size.seconds())
                        .put("bootstrapSeconds", size.step(BOOTSTRAP))
                        .put("microsPerEntity", cost(size))
                        .put("cpuMicrosPerEntity", cpuCost(size))
                        .put("peakMegabytes", size.megabytes());
                costs(size)
                        .forEach((step, cost) -> one.withObject("/stepMicros").put(step, cost));
                size.runs()
                        .forEach(run -> one.withArray("rounds")
                                .addObject()
                                .put("seconds", run.seconds())
                                .put("clientCpu", run.clientCpu())
                                .put("serverCpu", run.serverCpu())
                                .put("peakMegabytes", run.peakMegabytes()));
            }
            return json;
        }

        String plot() {
            LogPlot plot = new LogPlot("entities", "seconds of a migration, start-up subtracted");
            for (Size size : sizes) {
                // A small keyspace can be within the noise of what is subtracted.
                if (working(size) > 0) {
                    plot.point((double) size.entities(), working(size));
                }
            }
            return plot.svg();
        }
    }
}
