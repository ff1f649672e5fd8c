package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts the programs that are measured, each a process of its own, on one server, and makes the keyspaces that they
 * work on. Not thread-safe.
 */
final class Programs {
    /** The version of all keyspaces. */
    static final String KONG = "2.8.5";

    /** Something that can write itself as kong.yml. */
    @FunctionalInterface
    interface Content {
        void write(Path file) throws IOException;
    }

    private static final String FULL_SPEED = "--full-speed";
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Path root;
    private final Path directory;
    private final Map<String, Boolean> fullSpeed = new HashMap<>();
    private final CassandraCluster cluster;
    private final Child child;
    private int keyspaces;

    /**
     * Prepares to start programs.
     *
     * @param root the repository
     * @param directory an existing one for logs and files
     */
    Programs(Path root, Path directory, CassandraCluster cluster) {
        this.root = root;
        this.directory = directory;
        this.cluster = cluster;
        child = new Child(cluster.pid(1), directory);
    }

    Path directory() {
        return directory;
    }

    /** Runs the command as a user does, by the launcher; at full speed where it would spare the cluster. */
    Child.Run keyferry(String name, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (knowsFullSpeed(arguments[0])) {
            all.add(FULL_SPEED);
        }
        return launch(name, all);
    }

    private Child.Run launch(String name, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("keyferry").toString()));
        command.addAll(arguments);
        return child.run(name, command);
    }

    /** Migrates a keyspace once into another that is removed, so that the server has compiled its code. */
    void warmUp(String from) throws IOException, InterruptedException {
        String to = name();
        migrate("warm-up", from, to);
        drop(to);
    }

    /** Migrates a keyspace at full speed and returns the run with its report on stdout. */
    Child.Run migrate(String name, String from, String to) throws IOException, InterruptedException {
        return migrate(name, from, to, List.of(FULL_SPEED));
    }

    /** As {@link #migrate}, but sparing the cluster as it does by default. */
    Child.Run migrateWithinLimit(String name, String from, String to) throws IOException, InterruptedException {
        return migrate(name, from, to, List.of());
    }

    private Child.Run migrate(String name, String from, String to, List<String> options)
            throws IOException, InterruptedException {
        Path work = directory.resolve(name + "-" + to);
        List<String> arguments = new ArrayList<>(List.of(
                "migrate",
                "--from",
                uri(from),
                "--to",
                uri(to),
                "--kong",
                KONG,
                "--yes",
                "--json",
                "--work-dir",
                work.toString()));
        arguments.addAll(options);
        Child.Run run = launch(name, arguments);
        Files.deleteIfExists(work.resolve("kong.yml"));
        return run;
    }

    private boolean knowsFullSpeed(String subcommand) throws IOException, InterruptedException {
        Boolean known = fullSpeed.get(subcommand);
        if (known == null) {
            known = launch("help", List.of(subcommand, "--help")).output().contains(FULL_SPEED);
            fullSpeed.put(subcommand, known);
        }
        return known;
    }

    /** Runs a program of ours that takes host, port and datacenter first. */
    Child.Run driver(String name, JvmCompiler compiler, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        return child.run(name, javaCommand(compiler, main, withNode(arguments)));
    }

    /**
     * Reads keyspaces by {@link ReadCeiling}.
     *
     * @param entities how many they have together
     * @throws IOException also when others are read: a ceiling that misses rows is too high
     */
    Figures.Round readCeiling(JvmCompiler compiler, int pages, long entities, String... keyspaces)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(pages)));
        arguments.addAll(List.of(keyspaces));
        Child.Run run = driver("read-ceiling", compiler, ReadCeiling.class, arguments.toArray(String[]::new));
        long read = Long.parseLong(run.output().strip());
        if (read != entities) {
            throw new IOException("the read ceiling has read " + read + " rows of " + entities);
        }
        return new Figures.Round(entities, run.seconds(), run);
    }

    /**
     * Writes the rows of one keyspace into another by {@link WriteCeiling}; that it reads them first does not count.
     *
     * @param inFlight how many rows may be on their way at once
     * @param together how many rows a request may have
     * @param entities how many the source has
     */
    Figures.Round writeCeiling(
            JvmCompiler compiler, int inFlight, int together, long entities, String source, String target)
            throws IOException, InterruptedException {
        Child.Run run = driver(
                "write-ceiling",
                compiler,
                WriteCeiling.class,
                Integer.toString(inFlight),
                Integer.toString(together),
                source,
                target);
        double reading = Double.parseDouble(run.output().strip().split(" ", -1)[1]);
        return new Figures.Round(entities, run.seconds() - reading, run);
    }

    /** As {@link #driver}, but the program runs beside others, until its standard input ends. */
    Process startDriver(String name, Class<?> main, String... arguments) throws IOException {
        return child.start(name, javaCommand(JvmCompiler.THOROUGH, main, withNode(arguments)));
    }

    private String[] withNode(String... arguments) {
        var node = cluster.contactPoints().get(0);
        List<String> all =
                new ArrayList<>(List.of(node.getHostString(), Integer.toString(node.getPort()), cluster.datacenter()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** Loads a document into a keyspace by {@link Load}, with the classes noted as a command of the launcher has them. */
    Child.Run load(String name, Path file, String keyspace) throws IOException, InterruptedException {
        Path built = root.resolve("migrator/target");
        List<String> options = new ArrayList<>(JvmCompiler.QUICK.options(root));
        options.add("-XX:SharedArchiveFile=" + built.resolve("keyferry.jsa"));
        String classPath = built.resolve("keyferry.jar") + File.pathSeparator + CLASS_PATH;
        return child.run(name, javaCommand(options, classPath, Load.class, file.toString(), uri(keyspace), KONG));
    }

    private List<String> javaCommand(JvmCompiler compiler, Class<?> main, String... arguments) {
        return javaCommand(compiler.options(root), CLASS_PATH, main, arguments);
    }

    private static List<String> javaCommand(
            List<String> options, String classPath, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(javaProgram()));
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=bench-logback.xml",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a Java of the same version. */
    Child.Run jvm(String name, JvmCompiler compiler, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaProgram()));
        command.addAll(compiler.options(root));
        command.addAll(arguments);
        return child.run(name, command);
    }

    private static String javaProgram() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A keyspace that does not exist yet. */
    String name() {
        return "bench_" + ++keyspaces;
    }

    /** A new keyspace without entities. */
    String fresh() throws IOException, InterruptedException {
        String name = name();
        bootstrap(name);
        return name;
    }

    /** A new keyspace with the entities of a document, which is not checked. */
    String filled(Content content) throws IOException, InterruptedException {
        String name = fresh();
        Path file = directory.resolve(name + ".yml");
        content.write(file);
        load("fill", file, name);
        Files.delete(file);
        return name;
    }

    void bootstrap(String keyspace) throws IOException, InterruptedException {
        keyferry("bootstrap", "bootstrap", "--to", uri(keyspace), "--kong", KONG, "--yes");
        settle();
    }

    void drop(String keyspace) {
        cluster.session().execute("DROP KEYSPACE " + keyspace);
    }

    /** Waits until the server is done with what was written: what runs next should not pay for it. */
    void settle() throws InterruptedException {
        child.awaitQuiet();
    }

    String uri(String keyspace) {
        var node = cluster.contactPoints().get(0);
        return "cassandra://" + node.getHostString() + ":" + node.getPort() + "/" + keyspace + "?datacenter="
                + cluster.datacenter() + "&replication=1";
    }

    /** The seconds that some steps took together, by a report. */
    static double steps(String report, String... names) throws IOException {
        List<String> wanted = List.of(names);
        double seconds = 0;
        for (JsonNode step : new ObjectMapper().readTree(report).path("steps")) {
            if (wanted.contains(step.path("name").asText())) {
                seconds += step.path("seconds").asDouble();
            }
        }
        return seconds;
    }
}
