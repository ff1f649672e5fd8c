package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command does what it says, on real keyspaces. */
class CommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEW_ID = "5a1b1c1d-0000-4000-8000-00000000000a";

    @TempDir
    private static Path confs;

    private static String source;
    private static String target;
    private static Ended migrated;

    @TempDir
    private Path directory;

    @BeforeAll
    static void migrate() throws IOException {
        source = Keyspaces.sample("cli_old");
        target = SharedNode.freshKeyspaceName("cli_new");
        migrated = keyferry(
                "migrate",
                "--from",
                Keyspaces.kongConf(confs, source).toString(),
                "--to",
                Keyspaces.kongConf(confs, target).toString(),
                "--kong",
                "2.8",
                "--yes",
                "--work-dir",
                confs.resolve("work").toString());
    }

    @AfterAll
    static void dropKeyspaces() {
        Keyspaces.drop(source);
        Keyspaces.drop(target);
    }

    private String work() {
        return directory.resolve("work").toString();
    }

    private Ended verify(String... more) {
        List<String> args =
                new ArrayList<>(List.of("verify", "--from", Keyspaces.uri(source), "--to", Keyspaces.uri(target)));
        args.addAll(more.length == 0 ? List.of("--work-dir", work()) : List.of(more));
        return keyferry(args.toArray(String[]::new));
    }

    @Test
    void migratesByTwoKongConfsAndSaysWhatToDoNext() throws IOException {
        assertThat(migrated.exitCode()).isZero();
        assertThat(migrated.out())
                .contains(
                        "Outcome: equal",
                        "Next:",
                        "database = cassandra",
                        "cassandra_contact_points = 127.0.0.1\n",
                        "cassandra_port = ",
                        "cassandra_keyspace = " + target + "\n",
                        "cassandra_lb_policy = RequestDCAwareRoundRobin",
                        "cassandra_local_datacenter = datacenter1",
                        "kong migrations list -c kong.conf")
                .doesNotContain("cassandra_username", "cassandra_ssl", "not released");
        assertThat(migrated.err())
                .contains(
                        "From        cassandra://",
                        "Kong 2.0.5",
                        "Keyspace    will be made, with replication",
                        "Left out    cluster_events: ",
                        "Files of this run: ");
        assertThat(migrated.err()).containsPattern("Time {8}(less than a minute|about [^.]+)\\.\\s+Measured: ");
        assertThat(migrated.err().lines()).allMatch(line -> line.length() <= 160);
        assertThat(confs.resolve("work")).satisfies(CommandsTest::isOfTheOwnerOnly);
        assertThat(confs.resolve("work/kong.yml")).satisfies(CommandsTest::isOfTheOwnerOnly);
        assertThat(Keyspaces.count(target, "schema_meta")).isPositive();
        assertThat(Keyspaces.count(target, "locks")).isZero();
    }

    @Test
    void migratesByUriWithOneJsonDocumentOnStdout() throws IOException {
        String other = SharedNode.freshKeyspaceName("cli_json");
        try {
            Ended ended = keyferry(
                    "migrate",
                    "--from",
                    Keyspaces.uri(source),
                    "--to",
                    Keyspaces.uri(other),
                    "--kong",
                    "2.8.5",
                    "--yes",
                    "--json",
                    "--quiet",
                    "--work-dir",
                    work());

            JsonNode report = oneDocument(ended.out());
            assertThat(ended.err()).isEmpty();
            assertThat(ended.exitCode()).isZero();
            assertThat(report.path("schema").asText()).isEqualTo("keyferry.report/1");
            assertThat(report.path("outcome").asText()).isEqualTo("equal");
            assertThat(report.at("/entities/consumers/matched").asLong())
                    .isEqualTo(Keyspaces.count(source, "consumers"));
            assertThat(report.at("/options/--kong").asText()).isEqualTo("2.8.5");
        } finally {
            Keyspaces.drop(other);
        }
    }

    @Test
    void findsARowDeletedARowChangedAndARowAdded() throws IOException {
        assertThat(verify().exitCode()).isZero();
        ObjectNode consumer = row("consumers");
        ObjectNode deleted = row("acls");
        ObjectNode changed = row("upstreams");
        ObjectNode added =
                consumer.deepCopy().put("id", NEW_ID).put("username", NEW_ID).put("custom_id", NEW_ID);
        Keyspaces.run("DELETE FROM " + target + ".acls WHERE id = "
                + deleted.path("id").asText());
        Keyspaces.run("UPDATE " + target + ".upstreams SET slots = 77 WHERE id = "
                + changed.path("id").asText());
        Keyspaces.put(target, "consumers", added.toString());
        try {
            Ended ended = verify("--json", "--work-dir=" + directory.resolve("different"));

            assertThat(ended.exitCode()).isEqualTo(1);
            JsonNode report = oneDocument(ended.out());
            assertThat(report.path("outcome").asText()).isEqualTo("different");
            List<String> found = new ArrayList<>();
            report.path("differences")
                    .forEach(difference -> found.add(difference.path("verdict").asText() + " "
                            + difference.path("type").asText() + " "
                            + difference.path("id").asText() + " " + difference.path("fields")));
            assertThat(found)
                    .containsExactlyInAnyOrder(
                            "missing acls " + deleted.path("id").asText() + " {}",
                            "different upstreams " + changed.path("id").asText() + " {\"slots\":{\"expected\":"
                                    + changed.path("slots") + ",\"target\":77}}",
                            "extra consumers " + NEW_ID + " {}");
            assertThat(report.at("/entities/upstreams/different").asLong()).isEqualTo(1);
        } finally {
            Keyspaces.put(target, "acls", deleted.toString());
            Keyspaces.put(target, "upstreams", changed.toString());
            Keyspaces.run("DELETE FROM " + target + ".consumers WHERE id = " + NEW_ID);
        }
    }

    private static ObjectNode row(String table) throws IOException {
        return (ObjectNode) JSON.readTree(Keyspaces.row(target, table, ""));
    }

    @Test
    void saysThatThePlanIsGoodAndWritesNothing() {
        String before = Keyspaces.content(source);
        Ended plan = keyferry(Typing.transfer("plan", source, "cli_planned", Path.of(work())));

        assertThat(plan.out()).contains("From        cassandra://", "consumers 36", "Outcome: planned");
        assertThat(plan.exitCode()).isZero();
        assertThat(Keyspaces.exists("cli_planned")).isFalse();
        assertThat(Keyspaces.content(source)).isEqualTo(before);
    }

    @Test
    void triesAMigrationUpToTheFirstWrite() {
        Ended tried = keyferry(Typing.transfer("migrate", source, "cli_tried", Path.of(work()), "--dry-run"));

        assertThat(tried.out())
                .contains("validate", "Outcome: planned, nothing stands against it")
                .doesNotContain("bootstrap");
        assertThat(tried.exitCode()).isZero();
        assertThat(Keyspaces.exists("cli_tried")).isFalse();
        assertThat(Path.of(work(), "kong.yml")).doesNotExist();
    }

    @Test
    void doesNotMigrateIntoAKeyspaceThatHoldsEntities() {
        String before = Keyspaces.content(target);
        Ended again = keyferry(Typing.migrate(source, target, Path.of(work())));

        assertThat(again.err())
                .contains("the target keyspace holds entities already (", "consumers", "--into-existing");
        assertThat(again.exitCode()).isEqualTo(5);
        assertThat(Keyspaces.content(target)).isEqualTo(before);
    }

    @Test
    void exportsInEveryFormAndNeverOverwrites() throws IOException {
        String from = Keyspaces.uri(source);
        for (String name : List.of("kong.json", "kong.yml.gz", "kong.yml.zst")) {
            Path file = directory.resolve(name);
            Ended ended = keyferry("export", "--from", from, file.toString());

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out()).contains("entities of Kong 2.0.5 written to " + file + " for Kong 2.0.5");
            isOfTheOwnerOnly(file);
        }
        assertThat(oneDocument(Files.readString(directory.resolve("kong.json"))).path("consumers"))
                .hasSize(36);
        try (GZIPInputStream plain = new GZIPInputStream(Files.newInputStream(directory.resolve("kong.yml.gz")))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).contains("_format_version");
        }
        assertThat(Files.readAllBytes(directory.resolve("kong.yml.zst"))).startsWith(0x28, 0xb5, 0x2f, 0xfd);

        byte[] written = Files.readAllBytes(directory.resolve("kong.json"));
        assertThat(keyferry(
                                "export",
                                "--from",
                                from,
                                directory.resolve("kong.json").toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(Files.readAllBytes(directory.resolve("kong.json"))).isEqualTo(written);
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void exportsToKongYmlInTheWorkingDirectoryUnlessToldOtherwise() throws Exception {
        Ended ended = Typing.finish(Typing.process(
                directory, "export", "--from", Keyspaces.uri(source), "--kong", "2.8", "--style", "block", "--json"));

        assertThat(ended.exitCode()).isZero();
        assertThat(oneDocument(ended.out()).path("file").asText()).isEqualTo("kong.yml");
        Path file = directory.resolve("kong.yml");
        isOfTheOwnerOnly(file);
        assertThat(Files.readString(file)).contains("\nconsumers:\n- ", "\n  username: ");
    }

    @Test
    void bootstrapsOnceAndImportsAfterAsking() throws IOException {
        String made = SharedNode.freshKeyspaceName("cli_made");
        String to = Keyspaces.uri(made);
        Path file = directory.resolve("kong.yml");
        keyferry("export", "--from", Keyspaces.uri(source), "--kong", "2.8", file.toString());
        try {
            Ended tried = keyferry("bootstrap", "--to", to, "--kong", "2.8", "--dry-run");
            assertThat(tried.err()).contains("Would make keyspace " + made);
            assertThat(tried.exitCode()).isZero();
            assertThat(Keyspaces.exists(made)).isFalse();

            Ended first = keyferry("bootstrap", "--to", to, "--kong", "2.8", "--yes", "--json");
            assertThat(oneDocument(first.out()).path("made").asBoolean()).isTrue();
            assertThat(first.exitCode()).isZero();

            Ended second = keyferry("bootstrap", "--to", to, "--kong", "2.8", "--yes");
            assertThat(second.err()).contains("keyspace " + made + " is not empty", "nothing was written");
            assertThat(second.exitCode()).isEqualTo(5);

            Ended unasked = keyferry("import", file.toString(), "--to", to, "--work-dir", work() + 1);
            assertThat(unasked.err()).contains("From        " + file, "say --yes");
            assertThat(unasked.exitCode()).isEqualTo(2);
            assertThat(Keyspaces.count(made, "consumers")).isZero();

            Ended dry = keyferry("import", file.toString(), "--to", to, "--dry-run", "--work-dir", work() + 2);
            assertThat(dry.out()).contains("Outcome: planned");
            assertThat(dry.exitCode()).isZero();
            assertThat(Keyspaces.count(made, "consumers")).isZero();

            Keyspaces.run("INSERT INTO " + made + ".locks (key, owner) VALUES ('migrations', 'another')");
            Ended locked = keyferry("import", file.toString(), "--to", to, "--yes", "--work-dir", work() + 6);
            assertThat(locked.err()).contains("is being changed by 'another'", "Wait until it is done");
            assertThat(locked.exitCode()).isEqualTo(6);
            Keyspaces.run("DELETE FROM " + made + ".locks WHERE key = 'migrations' IF EXISTS");

            Ended imported = keyferry("import", file.toString(), "--to", to, "--yes", "--work-dir", work() + 3);
            assertThat(imported.exitCode()).isZero();
            assertThat(imported.out())
                    .contains("written\n", "Outcome: done, all was written; 'keyferry verify' compares")
                    .doesNotContain("matched", "Warning");
            assertThat(Keyspaces.count(made, "consumers")).isEqualTo(36);

            Ended again = keyferry("import", file.toString(), "--to", to, "--yes", "--work-dir", work() + 4);
            assertThat(again.err()).contains("holds entities already", "--into-existing");
            assertThat(again.exitCode()).isEqualTo(5);

            Ended into = keyferry(
                    "import", file.toString(), "--to", to, "--yes", "--into-existing", "--work-dir", work() + 5);
            assertThat(into.exitCode()).isZero();
        } finally {
            Keyspaces.drop(made);
        }
    }

    @Test
    void rehearsesWithTheRealSourceAndLeavesItAlone() throws IOException {
        String before = Keyspaces.content(source);

        Ended ended = keyferry("rehearse", "--from", Keyspaces.uri(source), "--work-dir", work());

        assertThat(ended.out()).contains("Outcome: equal").doesNotContain("Next:");
        assertThat(ended.exitCode()).isZero();
        assertThat(Keyspaces.content(source)).isEqualTo(before);
        assertThat(Path.of(work(), "kong.yml")).doesNotExist();
        assertThat(Path.of(work(), "report.json")).satisfies(CommandsTest::isOfTheOwnerOnly);
    }

    static void isOfTheOwnerOnly(Path file) {
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .matches("rw[x-]------");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Insists that the text is one JSON document and nothing else. */
    static JsonNode oneDocument(String text) throws IOException {
        try (var documents = JSON.readerFor(ObjectNode.class).<JsonNode>readValues(text)) {
            JsonNode first = documents.nextValue();
            assertThat(documents.hasNextValue()).isFalse();
            return first;
        }
    }
}
