package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.rehearsal.SharedNode;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Migrations whose processes are killed again and again and resumed until they are done: as if nothing had been. A third
 * of the kills come at a random time, a third when the journal has grown by so many records, and a third are the
 * process's own sudden end right before a record of the journal (after what it tells of), in the middle of its writing,
 * or right after it. {@code -Dkeyferry.kills=N} says how many kills, {@code -Dkeyferry.kills.seed=S} repeats a run.
 *
 * <p>Two hundred kills are as many starts of a program: it runs from an archive of its classes, as installed ones do, and
 * at full speed, which spares a start the measuring of the cluster.
 */
class KillTest {
    private static final int ENTITIES = 20_000;
    private static final int KILLS_A_MIGRATION = 20;
    /** Kills by record come within so many records, so that a migration meets many of them. */
    private static final int STRIDE = 12;
    /** Migrations at once: much of a short run is waiting. */
    private static final int LANES = 2;

    private static final int KILLED = 137;
    private static final int FEW = 3;
    private static final int MANY = 200;
    private static final Pattern TIMES = Pattern.compile("\"?(ttl|expires)\"?: ?[0-9]+");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final Queue<String> keyspaces = new ConcurrentLinkedQueue<>();
    private String source = "";
    private String classPath = "";

    @BeforeEach
    void makeTheSource() {
        source = fresh("kill_source");
        InetSocketAddress contact = SharedNode.cluster().contactPoints().get(0);
        KeyspaceAddress address = KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(source)
                .datacenter(SharedNode.cluster().datacenter())
                .replication(new Replication.Simple(1))
                .build();
        new SampleSource(address, KongVersion.parse("2.1"), ENTITIES, Clock.systemUTC()).write(RunSettings.defaults());
    }

    @AfterEach
    void dropAll() {
        keyspaces.forEach(Keyspaces::drop);
    }

    @Test
    void killsAndResumesEndLikeARunThatNobodyKilled() throws Exception {
        killAndResume(Integer.getInteger("keyferry.kills", FEW));
    }

    @Test
    @Tag("faults")
    void twoHundredKillsAndResumesEndLikeARunThatNobodyKilled() throws Exception {
        killAndResume(Integer.getInteger("keyferry.kills", MANY));
    }

    private void killAndResume(int kills) throws Exception {
        long seed = Long.getLong("keyferry.kills.seed", System.nanoTime());
        System.out.println("KillTest: " + kills + " kills, -Dkeyferry.kills.seed=" + seed);
        Run unkilled = migration("unkilled");
        packClasses();
        long began = System.nanoTime();
        assertThat(unkilled.attempt(List.of("-XX:ArchiveClassesAtExit=" + archive()), process -> {}))
                .as(unkilled.said)
                .isZero();
        long millis = millisSince(began);
        assertThat(archive()).isNotEmptyFile();
        Result expected = unkilled.result();
        unkilled.drop();
        assertThat(expected.moved()).isGreaterThanOrEqualTo(ENTITIES);
        System.out.println("KillTest: unkilled " + millis + " ms, " + expected.moved() + " entities");

        long killing = System.nanoTime();
        AtomicInteger left = new AtomicInteger(kills);
        AtomicInteger migrations = new AtomicInteger();
        Callable<Integer> lane = () -> {
            int done = 0;
            for (int wanted = take(left); wanted > 0; wanted = take(left)) {
                int killed = migrateUnderKills(migrations.incrementAndGet(), wanted, millis, expected, seed);
                left.addAndGet(wanted - killed);
                done += killed;
            }
            return done;
        };
        int done = 0;
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try {
            for (Future<Integer> ended : lanes.invokeAll(Collections.nCopies(LANES, lane))) {
                done += ended.get();
            }
        } finally {
            lanes.shutdownNow();
        }
        System.out.println(
                "KillTest: " + done + " kills and what they took to mend in " + millisSince(killing) + " ms");
        assertThat(done).isEqualTo(kills);
    }

    private static int take(AtomicInteger left) {
        int before = left.getAndUpdate(kills -> Math.max(0, kills - KILLS_A_MIGRATION));
        return Math.min(KILLS_A_MIGRATION, before);
    }

    /** Returns how often it was killed, which may be less often than wanted: what has ended cannot be killed. */
    private int migrateUnderKills(int migration, int wanted, long millis, Result expected, long seed) throws Exception {
        Random random = new Random(seed + migration);
        Run run = migration("killed" + migration);
        int killed = 0;
        boolean ended = false;
        while (!ended) {
            Kill kill = killed < wanted ? Kill.random(random, run, millis) : Kill.NONE;
            List<String> options = new ArrayList<>(kill.options());
            options.add("-XX:SharedArchiveFile=" + archive());
            int code = run.attempt(options, kill);
            assertThat(code).as("%s%n%s", kill, run.said).isIn(0, KILLED);
            if (code == KILLED) {
                killed++;
                System.out.println("KillTest: migration " + migration + ", kill " + killed + ": " + kill + ", in "
                        + run.lastRecord());
            }
            ended = code == 0;
        }
        assertSame(run.result(), expected, seed);
        run.drop();
        return killed;
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private Path archive() {
        return directory.resolve("classes.jsa");
    }

    /** An archive of classes is of jars alone: directories of the class path become some. */
    private void packClasses() {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> packed = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.isDirectory(Path.of(entry))) {
                String file = directory.resolve(packed.size() + ".jar").toString();
                assertThat(jar.run(
                                System.out, System.err, "--create", "--no-compress", "--file", file, "-C", entry, "."))
                        .isZero();
                packed.add(file);
            } else if (Files.exists(Path.of(entry))) {
                packed.add(entry);
            }
        }
        classPath = String.join(File.pathSeparator, packed);
    }

    private static void assertSame(Result found, Result expected, long seed) {
        String which = "-Dkeyferry.kills.seed=" + seed;
        assertThat(found.document().equals(expected.document()))
                .as("kong.yml is the same, " + which)
                .isTrue();
        assertThat(found.rows().keySet()).isEqualTo(expected.rows().keySet());
        expected.rows().forEach((table, rows) -> {
            List<String> others = found.rows().getOrDefault(table, List.of());
            for (int i = 0; i < Math.min(rows.size(), others.size()); i++) {
                assertThat(others.get(i)).as(table + ", " + which).isEqualTo(rows.get(i));
            }
            assertThat(others).as(table + ", " + which).hasSameSizeAs(rows);
        });
        expected.report()
                .properties()
                .forEach(part -> assertThat(found.report().path(part.getKey()))
                        .as(part.getKey() + " of the report, " + which)
                        .isEqualTo(part.getValue()));
        assertThat(found.report().size()).isEqualTo(expected.report().size());
    }

    private Run migration(String name) {
        return new Run(directory.resolve(name), fresh("kill_target"));
    }

    private String fresh(String prefix) {
        String name = SharedNode.freshKeyspaceName(prefix);
        keyspaces.add(name);
        return name;
    }

    /** What a migration came to: its file without times to live, its rows by table, and what its report counts. */
    private record Result(String document, Map<String, List<String>> rows, JsonNode report) {
        long moved() {
            return rows.values().stream().mapToLong(List::size).sum();
        }
    }

    /** Takes a running process, and perhaps its life. */
    private interface Watch {
        void over(Process process) throws Exception;
    }

    /** One migration, in as many processes as it takes. */
    private final class Run {
        private final Path work;
        private final String target;
        private String said = "";

        Run(Path work, String target) {
            this.work = work;
            this.target = target;
        }

        int attempt(List<String> options, Watch watch) throws Exception {
            List<String> jvm = new ArrayList<>(
                    List.of("-cp", classPath, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
            jvm.addAll(options);
            // What is typed in the first attempt need not be typed again.
            String[] args = Files.exists(work.resolve("manifest.json"))
                    ? new String[] {"migrate", "--resume", "--work-dir", work.toString()}
                    : Typing.migrate(source, target, work, "--parallelism", "2", "--full-speed");
            Process process = Typing.process(directory, jvm, args);
            Thread watching = new Thread(() -> {
                try {
                    watch.over(process);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            watching.start();
            Typing.Ended ended = Typing.finish(process);
            watching.join();
            said = ended.err() + ended.out();
            return ended.exitCode();
        }

        long records() {
            try {
                return Files.exists(work.resolve("journal.jsonl"))
                        ? Files.readString(work.resolve("journal.jsonl"), UTF_8)
                                .chars()
                                .filter(c -> c == '\n')
                                .count()
                        : 0;
            } catch (IOException e) {
                return 0;
            }
        }

        String lastRecord() throws IOException {
            if (records() == 0) {
                return "nothing";
            }
            List<String> lines = Files.readString(work.resolve("journal.jsonl"), UTF_8)
                    .lines()
                    .filter(line -> line.endsWith("\"}"))
                    .toList();
            String line = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
            return line.substring(0, Math.min(120, line.length()));
        }

        Result result() throws IOException {
            Map<String, List<String>> rows = new TreeMap<>();
            for (Row table : SharedNode.session()
                    .execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", target)) {
                rows.put(table.getString(0), rows(table.getString(0)));
            }
            String document = TIMES.matcher(Files.readString(work.resolve("kong.yml"), UTF_8))
                    .replaceAll("$1");
            ObjectNode report = JSON.createObjectNode();
            // A warning names both keyspaces.
            JsonNode whole = JSON.readTree(
                    Files.readString(work.resolve("report.json"), UTF_8).replace(target, "target"));
            assertThat(whole.path("outcome").asText()).isEqualTo("equal");
            for (String counted : List.of("rules", "ledger", "warnings")) {
                report.set(counted, whole.path(counted));
            }
            whole.path("entities")
                    .properties()
                    .forEach(type -> report.withObject("/entities")
                            .set(type.getKey(), ((ObjectNode) type.getValue()).without("digest")));
            whole.path("steps")
                    .forEach(step -> report.withObject("/steps")
                            .put(
                                    step.path("name").asText(),
                                    step.path("entities").asLong()));
            assertThat(report.path("entities").size()).isGreaterThan(10);
            assertThat(report.path("rules").size()).isGreaterThan(1);
            return new Result(document, rows, report);
        }

        /** Without what is each run's own: the cluster's id, and when the default workspace was made. */
        private List<String> rows(String table) {
            List<String> rows = new ArrayList<>();
            for (Row row : SharedNode.session().execute("SELECT JSON * FROM \"" + target + "\"." + table)) {
                String json = row.getString(0);
                rows.add(
                        switch (table) {
                            case "parameters" -> json.replaceAll("\"value\": \"[^\"]*\"", "value");
                            case "workspaces" -> json.replaceAll("\"created_at\": \"[^\"]*\"", "created_at");
                            default -> json;
                        });
            }
            return rows;
        }

        void drop() {
            Keyspaces.drop(target);
        }
    }

    /** When and how a process is killed. */
    private record Kill(String how, List<String> options, Watch watch) implements Watch {
        static final Kill NONE = new Kill("not at all", List.of(), process -> {});

        static Kill random(Random random, Run run, long millis) {
            long records = run.records();
            return switch (random.nextInt(3)) {
                case 0 -> {
                    // A resume has less to do than the whole; one that has ended cannot be killed.
                    long after = 300 + random.nextLong(Math.max(1_000, millis / 3));
                    yield new Kill("after " + after + " ms", List.of(), process -> {
                        if (!process.waitFor(after, TimeUnit.MILLISECONDS)) {
                            process.toHandle().destroyForcibly();
                        }
                    });
                }
                case 1 -> {
                    long at = records + 1 + random.nextInt(STRIDE);
                    yield new Kill("when record " + at + " stands", List.of(), process -> {
                        while (process.isAlive() && run.records() < at) {
                            TimeUnit.MILLISECONDS.sleep(1);
                        }
                        process.toHandle().destroyForcibly();
                    });
                }
                default -> {
                    long at = records + 1 + random.nextInt(STRIDE);
                    String moment = List.of("before", "during", "after").get(random.nextInt(3));
                    yield new Kill(
                            moment + " record " + at, List.of("-Dkeyferry.fault=" + moment + ":" + at), process -> {});
                }
            };
        }

        @Override
        public void over(Process process) throws Exception {
            watch.over(process);
        }

        @Override
        public String toString() {
            return how;
        }
    }
}
