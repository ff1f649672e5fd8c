package io.keyferry.bench;

import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The programs that compete, each a process of its own with the same heap and collector, on one server and the same
 * rows. A round measures each once, so that all see the server in the same states.
 */
final class Contest {
    private static final int[] PAGES = {2, 4, 8, 16};
    private static final int[] IN_FLIGHT = {64, 128, 256, 512};
    private static final int[] TOGETHER = {1, 10};
    private static final String BATCHES = Outcome.WRITE_CEILING + ", batches";
    private static final int KONG_ENTITIES = 4_000;
    private static final List<String> OTHER_TYPES = List.of("services", "routes", "consumers", "plugins", "parameters");

    private final Path directory;
    private final CassandraCluster cluster;
    private final BenchDocument document;
    private final Programs programs;
    private final Figures figures = new Figures();
    private String source = "";
    private int pages = PAGES[0];
    /** How many rows are on their way at once, by how many go together. */
    private final Map<Integer, Integer> inFlight = new TreeMap<>();

    Contest(CassandraCluster cluster, Programs programs, BenchDocument document) {
        this.cluster = cluster;
        this.programs = programs;
        this.document = document;
        directory = programs.directory();
    }

    /** Fills the source. */
    void fill() throws IOException, InterruptedException {
        BenchCommand.say("filling a keyspace with " + document.entities() + " entities");
        source = programs.filled(document::write);
    }

    /** Finds out at which concurrency the ceilings are highest. */
    void findConcurrency() throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        // The first readings warm the server up.
        for (int candidate :
                IntStream.concat(Arrays.stream(PAGES), Arrays.stream(PAGES)).toArray()) {
            double seconds = programs.readCeiling(JvmCompiler.THOROUGH, candidate, document.entities(), source)
                    .seconds();
            BenchCommand.say("read ceiling with %d pages on their way: %.1f s".formatted(candidate, seconds));
            if (seconds < best) {
                best = seconds;
                pages = candidate;
            }
        }
        for (int together : TOGETHER) {
            findInFlight(together);
        }
    }

    private void findInFlight(int together) throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int candidate : IN_FLIGHT) {
            double seconds =
                    writeCeiling(JvmCompiler.THOROUGH, candidate, together).seconds();
            BenchCommand.say("write ceiling with %d rows on their way, %d a request: %.1f s"
                    .formatted(candidate, together, seconds));
            if (seconds < best) {
                best = seconds;
                inFlight.put(together, candidate);
            }
        }
    }

    private Figures.Round writeCeiling(JvmCompiler compiler, int rows, int together)
            throws IOException, InterruptedException {
        String target = programs.fresh();
        Figures.Round round = programs.writeCeiling(compiler, rows, together, document.entities(), source, target);
        programs.drop(target);
        return round;
    }

    /** Measures the ceilings and each of Keyferry's steps once. */
    void steps(int number) throws IOException, InterruptedException {
        long entities = document.entities();
        programs.settle();
        for (JvmCompiler compiler : JvmCompiler.values()) {
            add("read ceiling", compiler, programs.readCeiling(compiler, pages, entities, source));
        }

        Path file = directory.resolve("export-" + number + ".yml");
        Child.Run export = programs.keyferry("export", "export", "--from", programs.uri(source), file.toString());
        figures.add(
                "export", JvmCompiler.figures("read ceiling"), new Figures.Round(entities, export.seconds(), export));

        for (int together : TOGETHER) {
            for (JvmCompiler compiler : JvmCompiler.values()) {
                add(
                        together == 1 ? Outcome.WRITE_CEILING : BATCHES,
                        compiler,
                        writeCeiling(compiler, inFlight.getOrDefault(together, IN_FLIGHT[0]), together));
            }
        }

        String imported = programs.fresh();
        Child.Run load =
                programs.keyferry("import", "import", file.toString(), "--to", programs.uri(imported), "--yes");
        figures.add(
                "import",
                JvmCompiler.figures(Outcome.WRITE_CEILING, BATCHES),
                new Figures.Round(entities, load.seconds(), load));
        programs.settle();

        for (JvmCompiler compiler : JvmCompiler.values()) {
            add("read ceiling, both", compiler, programs.readCeiling(compiler, pages, entities * 2, source, imported));
        }
        Child.Run verify =
                programs.keyferry("verify", "verify", "--from", programs.uri(source), "--to", programs.uri(imported));
        figures.add(
                "verify",
                JvmCompiler.figures("read ceiling, both"),
                new Figures.Round(entities * 2, verify.seconds(), verify));
        programs.drop(imported);

        String migrated = programs.name();
        Child.Run migrate = programs.migrate("migrate", source, migrated);
        figures.add(
                "migrate, less plan and bootstrap",
                List.of(),
                new Figures.Round(
                        entities, migrate.seconds() - Programs.steps(migrate.output(), "plan", "bootstrap"), migrate));
        programs.drop(migrated);
        Files.delete(file);
    }

    /** Measures Kong's manner of importing, and dsbulk on the table of credentials, once. */
    void peers(int number) throws IOException, InterruptedException {
        String target = programs.fresh();
        Child.Run kong = programs.driver(
                "kong-manner", JvmCompiler.THOROUGH, KongManner.class, Integer.toString(KONG_ENTITIES), source, target);
        String[] result = kong.output().strip().split(" ", -1);
        figures.add(
                "Kong's manner",
                List.of(),
                new Figures.Round(Long.parseLong(result[0]), Double.parseDouble(result[1]), kong));
        programs.drop(target);

        long rows = document.credentials();
        for (JvmCompiler compiler : JvmCompiler.values()) {
            Path csv = csv(number, compiler);
            Child.Run unload = dsbulk(compiler, "unload", source, csv);
            add("dsbulk unload", compiler, new Figures.Round(rows, unload.seconds(), unload));
        }
        Path file = directory.resolve("credentials-" + number + ".yml");
        Child.Run export = programs.keyferry(
                "export-one",
                "export",
                "--from",
                programs.uri(source),
                "--without",
                String.join(",", OTHER_TYPES),
                file.toString());
        figures.add(
                "export of that table",
                JvmCompiler.figures("dsbulk unload"),
                new Figures.Round(rows, export.seconds(), export));
        for (boolean indexed : new boolean[] {true, false}) {
            String name = indexed ? "" : ", no indexes";
            for (JvmCompiler compiler : JvmCompiler.values()) {
                String one = credentials(indexed);
                Child.Run load = dsbulk(compiler, "load", one, csv(number, compiler));
                add("dsbulk load" + name, compiler, new Figures.Round(rows, load.seconds(), load));
                programs.drop(one);
            }
            String other = credentials(indexed);
            Child.Run ours = programs.load("load-one", file, other);
            figures.add(
                    "load of that table" + name,
                    JvmCompiler.figures("dsbulk load" + name),
                    new Figures.Round(rows, ours.seconds(), ours));
            programs.drop(other);
        }
        Files.delete(file);
    }

    private void add(String name, JvmCompiler compiler, Figures.Round round) {
        figures.add(name + compiler.suffix, List.of(), round);
    }

    /** What was measured so far. */
    BenchCommand.Result result() {
        return new Outcome(
                figures,
                "ceilings: " + pages + " pages of 5,000 rows; rows on their way by rows a request: " + inFlight);
    }

    private Path csv(int number, JvmCompiler compiler) {
        return directory.resolve("csv-" + number + "-" + compiler);
    }

    private Child.Run dsbulk(JvmCompiler compiler, String operation, String keyspace, Path csv)
            throws IOException, InterruptedException {
        var node = cluster.contactPoints().get(0);
        return programs.jvm(
                "dsbulk-" + operation,
                compiler,
                List.of(
                        "-Xmx512m",
                        "-cp",
                        Path.of(System.getProperty("keyferry.root")).resolve("bench/dsbulk/target/lib") + "/*",
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

    private String credentials(boolean indexed) throws IOException, InterruptedException {
        String name = programs.fresh();
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
}
