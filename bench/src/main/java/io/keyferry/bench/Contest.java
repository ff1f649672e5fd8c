package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The programs that compete, each a process of its own with the same heap and collector, on one server and the same
 * rows. A round measures each once, so that all see the server in the same states.
 */
final class Contest {
    private static final String KONG = "2.8.5";
    private static final String SOURCE = "bench_source";
    private static final int[] PAGES = {2, 4, 8, 16};
    private static final int[] IN_FLIGHT = {64, 128, 256, 512};
    private static final int KONG_ENTITIES = 4_000;
    private static final double REAL_KONG_PER_SECOND = 150;
    private static final List<String> OTHER_TYPES = List.of("services", "routes", "consumers", "plugins", "parameters");

    private final Path root;
    private final Path directory;
    private final CassandraCluster cluster;
    private final BenchDocument document;
    private final Child child;
    private final Figures figures = new Figures();
    private final ObjectMapper mapper = new ObjectMapper();
    private int pages = PAGES[0];
    private int inFlight = IN_FLIGHT[0];
    private int keyspaces;

    Contest(Path root, Path directory, CassandraCluster cluster, BenchDocument document) {
        this.root = root;
        this.directory = directory;
        this.cluster = cluster;
        this.document = document;
        child = new Child(cluster.pid(1), directory);
    }

    Figures figures() {
        return figures;
    }

    /** Fills the source by Keyferry itself and finds out at which concurrency the ceilings are highest. */
    void prepare() throws IOException, InterruptedException {
        say("filling a keyspace with " + document.entities() + " entities");
        Path file = directory.resolve("bench.yml");
        document.write(file);
        bootstrap(SOURCE);
        keyferry("fill", "import", file.toString(), "--to", uri(SOURCE), "--yes");
        Files.delete(file);
        double best = Double.MAX_VALUE;
        for (int candidate : PAGES) {
            double seconds = readCeiling(candidate, SOURCE).seconds();
            say("read ceiling with %d pages on their way: %.1f s".formatted(candidate, seconds));
            if (seconds < best) {
                best = seconds;
                pages = candidate;
            }
        }
        best = Double.MAX_VALUE;
        for (int candidate : IN_FLIGHT) {
            String target = fresh();
            double seconds = writeCeiling(candidate, target).seconds();
            say("write ceiling with %d rows on their way: %.1f s".formatted(candidate, seconds));
            drop(target);
            if (seconds < best) {
                best = seconds;
                inFlight = candidate;
            }
        }
    }

    /** Measures the ceilings and each of Keyferry's steps once. */
    void round(int number) throws IOException, InterruptedException {
        say("round " + number);
        long entities = document.entities();
        Child.Run read = readCeiling(pages, SOURCE);
        figures.add("read ceiling", "", new Figures.Round(entities, read.seconds(), read));

        Path file = directory.resolve("export-" + number + ".yml");
        Child.Run export = keyferry("export", "export", "--from", uri(SOURCE), file.toString());
        figures.add("export", "read ceiling", new Figures.Round(entities, export.seconds(), export));

        String written = fresh();
        figures.add("write ceiling", "", writeCeiling(inFlight, written));
        drop(written);

        String imported = fresh();
        Child.Run load = keyferry("import", "import", file.toString(), "--to", uri(imported), "--yes");
        figures.add("import", "write ceiling", new Figures.Round(entities, load.seconds(), load));

        Child.Run both = readCeiling(pages, SOURCE, imported);
        figures.add("read ceiling, both", "", new Figures.Round(entities * 2, both.seconds(), both));
        Child.Run verify = keyferry("verify", "verify", "--from", uri(SOURCE), "--to", uri(imported));
        figures.add("verify", "read ceiling, both", new Figures.Round(entities * 2, verify.seconds(), verify));
        drop(imported);

        String migrated = name();
        Path work = directory.resolve("migrate-" + number);
        Child.Run migrate = keyferry(
                "migrate",
                "migrate",
                "--from",
                uri(SOURCE),
                "--to",
                uri(migrated),
                "--kong",
                KONG,
                "--yes",
                "--json",
                "--work-dir",
                work.toString());
        figures.add(
                "migrate, less plan and bootstrap",
                "",
                new Figures.Round(entities, migrate.seconds() - steps(migrate.output(), "plan", "bootstrap"), migrate));
        drop(migrated);
        Files.delete(file);
        Files.deleteIfExists(work.resolve("kong.yml"));
    }

    /** Measures Kong's manner of importing, and dsbulk on the table of credentials, once. */
    void peers(int number) throws IOException, InterruptedException {
        String target = fresh();
        Child.Run kong = program("kong-manner", KongManner.class, Integer.toString(KONG_ENTITIES), SOURCE, target);
        String[] result = kong.output().strip().split(" ", -1);
        figures.add(
                "Kong's manner", "", new Figures.Round(Long.parseLong(result[0]), Double.parseDouble(result[1]), kong));
        drop(target);

        long rows = document.credentials();
        Path csv = directory.resolve("csv-" + number);
        Child.Run unload = dsbulk("unload", SOURCE, csv);
        figures.add("dsbulk unload", "", new Figures.Round(rows, unload.seconds(), unload));
        Path file = directory.resolve("credentials-" + number + ".yml");
        Child.Run export = keyferry(
                "export-one",
                "export",
                "--from",
                uri(SOURCE),
                "--without",
                String.join(",", OTHER_TYPES),
                file.toString());
        figures.add("export of that table", "dsbulk unload", new Figures.Round(rows, export.seconds(), export));
        for (boolean indexed : new boolean[] {true, false}) {
            String name = indexed ? "" : ", no indexes";
            String one = credentials(indexed);
            Child.Run load = dsbulk("load", one, csv);
            figures.add("dsbulk load" + name, "", new Figures.Round(rows, load.seconds(), load));
            drop(one);
            String other = credentials(indexed);
            Child.Run ours = java("load-one", OneTableLoad.class, file.toString(), uri(other), KONG);
            figures.add(
                    "load of that table" + name, "dsbulk load" + name, new Figures.Round(rows, ours.seconds(), ours));
            drop(other);
        }
        Files.delete(file);
    }

    /** What the table does not say. */
    String remarks() {
        double rate = figures.rate("import");
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "import: %.0f times the %.0f entities/s of real Kong%n",
                rate / REAL_KONG_PER_SECOND,
                REAL_KONG_PER_SECOND));
        if (figures.has("Kong's manner")) {
            text.append(String.format(
                    Locale.ROOT,
                    "import: %.0f times Kong's manner on this machine%n",
                    rate / figures.rate("Kong's manner")));
        }
        double apart = figures.seconds("export") + figures.seconds("import") + figures.seconds("verify");
        text.append(String.format(
                Locale.ROOT,
                "migrate, less plan and bootstrap: %.1f s; export + import + verify: %.1f s%n",
                figures.seconds("migrate, less plan and bootstrap"),
                apart));
        text.append("ceilings: ")
                .append(pages)
                .append(" pages of 5,000 rows, ")
                .append(inFlight)
                .append(" writes on their way");
        return text.toString();
    }

    private Child.Run readCeiling(int concurrency, String... keyspaces) throws IOException, InterruptedException {
        return program(
                "read-ceiling",
                ReadCeiling.class,
                Stream.concat(Stream.of(Integer.toString(concurrency)), Arrays.stream(keyspaces))
                        .toArray(String[]::new));
    }

    /** The rows that it takes are those of the source; reading them is not part of what counts. */
    private Figures.Round writeCeiling(int concurrency, String target) throws IOException, InterruptedException {
        Child.Run run = program("write-ceiling", WriteCeiling.class, Integer.toString(concurrency), SOURCE, target);
        double reading = Double.parseDouble(run.output().strip().split(" ", -1)[1]);
        return new Figures.Round(document.entities(), run.seconds() - reading, run);
    }

    private Child.Run program(String name, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        var node = cluster.contactPoints().get(0);
        List<String> all =
                new ArrayList<>(List.of(node.getHostString(), Integer.toString(node.getPort()), cluster.datacenter()));
        all.addAll(List.of(arguments));
        return java(name, main, all.toArray(String[]::new));
    }

    private Child.Run java(String name, Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=bench-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return child.run(name, command);
    }

    private Child.Run keyferry(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("keyferry").toString()));
        command.addAll(List.of(arguments));
        return child.run(name, command);
    }

    private Child.Run dsbulk(String operation, String keyspace, Path csv) throws IOException, InterruptedException {
        var node = cluster.contactPoints().get(0);
        return child.run(
                "dsbulk-" + operation,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        root.resolve("bench/dsbulk/target/lib") + "/*",
                        "com.datastax.oss.dsbulk.runner.DataStaxBulkLoader",
                        operation,
                        "-h",
                        node.getHostString(),
                        "-port",
                        Integer.toString(node.getPort()),
                        "-k",
                        keyspace,
                        "-t",
                        "keyauth_credentials",
                        "-c",
                        "csv",
                        "-url",
                        csv.toString(),
                        "-cl",
                        "LOCAL_QUORUM",
                        "--driver.advanced.connection.pool.local.size",
                        "1",
                        "--log.directory",
                        directory.resolve("dsbulk").toString()));
    }

    private double steps(String report, String... names) throws IOException {
        List<String> wanted = List.of(names);
        double seconds = 0;
        for (JsonNode step : mapper.readTree(report).path("steps")) {
            if (wanted.contains(step.path("name").asText())) {
                seconds += step.path("seconds").asDouble();
            }
        }
        return seconds;
    }

    private String name() {
        return "bench_" + ++keyspaces;
    }

    private String fresh() throws IOException, InterruptedException {
        String name = name();
        bootstrap(name);
        return name;
    }

    private String credentials(boolean indexed) throws IOException, InterruptedException {
        String name = fresh();
        if (!indexed) {
            cluster.session()
                    .execute(
                            "SELECT index_name FROM system_schema.indexes WHERE keyspace_name = ? AND table_name = ?",
                            name,
                            "keyauth_credentials")
                    .forEach(row -> cluster.session().execute("DROP INDEX " + name + "." + row.getString(0)));
        }
        return name;
    }

    private void bootstrap(String keyspace) throws IOException, InterruptedException {
        keyferry("bootstrap", "bootstrap", "--to", uri(keyspace), "--kong", KONG, "--yes");
    }

    private void drop(String keyspace) {
        cluster.session().execute("DROP KEYSPACE " + keyspace);
    }

    private String uri(String keyspace) {
        var node = cluster.contactPoints().get(0);
        return "cassandra://" + node.getHostString() + ":" + node.getPort() + "/" + keyspace + "?datacenter="
                + cluster.datacenter() + "&replication=1";
    }

    private static void say(String text) {
        System.err.println(text);
    }
}
