package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be gone on with and what may not, what is told of it, and how it is undone. */
class ResumeTest {
    private static final int KILLED = 137;
    private static String source = "";

    @TempDir
    private Path directory;

    private final List<String> targets = new ArrayList<>();

    @BeforeAll
    static void makeTheSource() {
        source = Keyspaces.sample("resume_source");
    }

    @AfterAll
    static void dropTheSource() {
        Keyspaces.drop(source);
    }

    @AfterEach
    void dropTheTargets() {
        targets.forEach(Keyspaces::drop);
    }

    private String fresh() {
        String name = SharedNode.freshKeyspaceName("resume_target");
        targets.add(name);
        return name;
    }

    private Path work() {
        return directory.resolve("work");
    }

    private String[] migrate(String target, String... more) {
        return Typing.migrate(source, target, work(), more);
    }

    /** A migration that was killed when its journal had noted an event. */
    private void killedAfter(String event, String target, String... more) throws Exception {
        Process process = Typing.process(directory, List.of("-Dkeyferry.fault=after:" + event), migrate(target, more));
        assertThat(Typing.finish(process).exitCode()).isEqualTo(KILLED);
    }

    private Ended resume(String... more) {
        List<String> args = new ArrayList<>(List.of("migrate", "--resume", "--work-dir", work().toString()));
        args.addAll(List.of(more));
        return Typing.keyferry(args.toArray(String[]::new));
    }

    private JsonNode status() throws Exception {
        Ended ended = Typing.keyferry("status", work().toString(), "--json");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return new ObjectMapper().readTree(ended.out());
    }

    @Test
    void aKilledMigrationGoesOnWithWhatItWasBegunWith() throws Exception {
        String target = fresh();
        killedAfter("\"event\":\"holds\"", target, "--without", "acls");
        JsonNode dead = status();
        assertThat(dead.path("alive").asBoolean()).isFalse();
        assertThat(dead.has("outcome")).isFalse();
        assertThat(dead.path("next").asText()).contains("keyferry migrate --resume --work-dir " + work());

        Ended ended = resume();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Outcome: equal", "cassandra_keyspace = " + target);
        assertThat(Keyspaces.count(target, "acls")).isZero();
        JsonNode done = status();
        assertThat(done.path("outcome").asText()).isEqualTo("equal");
        assertThat(done.path("attempts").asInt()).isEqualTo(2);
        assertThat(new ObjectMapper()
                        .readTree(Files.readAllBytes(work().resolve("report.json")))
                        .at("/expected/measured/rows")
                        .asLong())
                .as("what was expected when it began")
                .isPositive();
        for (JsonNode step : done.path("steps")) {
            assertThat(step.path("state").asText()).as(step.toString()).isEqualTo("done");
        }
        Ended again = resume();
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("Nothing is left to resume", "equal");
    }

    @Test
    @Tag("faults")
    void anotherSourceTargetVersionOrOptionIsRefusedWithWhatDiffers() throws Exception {
        String target = fresh();
        killedAfter("\"event\":\"holds\"", target);
        long records = Files.readAllLines(work().resolve("journal.jsonl")).size();

        assertRefused(resume("--kong", "3.0"), "kong: the run has 2.8, and now it is 3.0");
        assertRefused(resume("--orphans", "drop"), "choices", "orphans=DROP");
        assertRefused(resume("--with", "sessions"), "selection", "sessions");
        assertThat(Files.readAllLines(work().resolve("journal.jsonl"))).hasSize((int) records);

        String other = fresh();
        assertRefused(
                resume("--to", Keyspaces.uri(other)),
                "target: the run has keyspace " + target + ", and now it is " + other);
        assertThat(Keyspaces.exists(other)).isFalse();

        Ended ended = resume("--parallelism", "1", "--in-flight", "8");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }

    @Test
    @Tag("faults")
    void aTargetThatWasDroppedAndMadeAgainIsAnotherOne() throws Exception {
        String target = fresh();
        killedAfter("\"event\":\"started\",\"step\":\"import\"", target);
        Keyspaces.drop(target);
        assertRefused(resume(), "target: keyspace " + target + " was dropped since");

        Ended made = Typing.keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertRefused(resume(), "target: keyspace " + target + " was dropped and made again since");
        assertThat(Keyspaces.count(target, "consumers")).isZero();
    }

    private static void assertRefused(Ended ended, String... what) {
        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isEqualTo(6);
        assertThat(ended.err())
                .contains("cannot be gone on with as another one")
                .contains(what);
    }

    @Test
    void aRunThatIsAtWorkIsLeftAlone() throws Exception {
        Process process = Typing.process(directory, migrate(fresh()));
        Path journal = work().resolve("journal.jsonl");
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> Files.exists(journal)
                            && Files.readString(journal, UTF_8).contains("\"event\":\"started\""));
            Ended ended = resume();
            JsonNode status = status();
            if (process.isAlive()) {
                assertThat(ended.exitCode()).as(ended.err()).isEqualTo(6);
                assertThat(ended.err()).contains("is in use by process " + process.pid());
                assertThat(status.path("alive").asBoolean()).isTrue();
                assertThat(status.path("pid").asLong()).isEqualTo(process.pid());
            }
        } finally {
            process.toHandle().destroyForcibly();
            Typing.finish(process);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resume", "status"})
    void aDirectoryThatIsNoRunIsSaidToBeNone(String what) throws Exception {
        Files.createDirectories(work());
        Files.writeString(work().resolve("letter.txt"), "Dear Kong");
        Ended ended = what.equals("resume") ? resume() : Typing.keyferry("status", work().toString());
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains(work() + " holds no run of Keyferry");
        assertThat(work().resolve("letter.txt")).hasContent("Dear Kong");
    }

    @Test
    void whatIsMissingIsTold() {
        Ended ended = resume();
        assertThat(ended.exitCode()).isEqualTo(2);
        Ended unnamed = Typing.keyferry("export", "--resume", "--from", Keyspaces.uri(source));
        assertThat(unnamed.exitCode()).isEqualTo(2);
        assertThat(unnamed.err()).contains("name it with --work-dir");
    }

    @Test
    void aWorkDirectoryWithARunIsNotTakenForAnother() throws Exception {
        String target = fresh();
        killedAfter("\"event\":\"planned\"", target);
        Ended ended = Typing.keyferry(migrate(target));
        assertThat(ended.exitCode()).isEqualTo(6);
        assertThat(ended.err()).contains("it holds a run. To go on with it, add --resume");
    }

    @Test
    void aDamagedJournalEndsTheResume() throws Exception {
        killedAfter("\"event\":\"planned\"", fresh());
        Path journal = work().resolve("journal.jsonl");
        Files.writeString(journal, Files.readString(journal, UTF_8).replaceFirst("started", "starten"), UTF_8);
        for (Ended ended : List.of(resume(), Typing.keyferry("status", work().toString()))) {
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).contains("the record is damaged");
        }
    }

    @ParameterizedTest
    @CsvSource({"yml, before:5", "yml.gz, during:6", "yml.zst, after:6", "json.zst, before:8"})
    void anExportThatWasKilledGivesTheSameBytes(String ending, String fault) throws Exception {
        Path whole = directory.resolve("whole." + ending);
        Path cut = directory.resolve("cut." + ending);
        String[] args = {"export", "--from", Keyspaces.uri(source), whole.toString(), "--without", "keyauth_credentials"
        };
        assertThat(Typing.keyferry(args).exitCode()).isZero();
        args[3] = cut.toString();
        List<String> journaled = new ArrayList<>(List.of(args));
        journaled.addAll(List.of("--work-dir", work().toString()));
        Ended killed = Typing.finish(
                Typing.process(directory, List.of("-Dkeyferry.fault=" + fault), journaled.toArray(String[]::new)));
        assertThat(killed.exitCode()).as(killed.err()).isEqualTo(KILLED);
        assertThat(cut).doesNotExist();

        Ended ended = Typing.keyferry("export", "--resume", "--work-dir", work().toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(cut).hasSameBinaryContentAs(whole);
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    @Tag("faults")
    void anImportThatWasKilledGoesOnOnlyWithTheSameFile() throws Exception {
        Path file = directory.resolve("kong.yml");
        assertThat(Typing.keyferry("export", "--from", Keyspaces.uri(source), "--kong", "2.8", file.toString())
                        .exitCode())
                .isZero();
        String target = fresh();
        assertThat(Typing.keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        String[] args = {
            "import", file.toString(), "--to", Keyspaces.uri(target), "--yes", "--work-dir", work().toString()
        };
        Ended killed = Typing.finish(Typing.process(directory, List.of("-Dkeyferry.fault=before:8"), args));
        assertThat(killed.exitCode()).as(killed.err()).isEqualTo(KILLED);

        String content = Files.readString(file, UTF_8);
        Files.writeString(file, content + "# a note\n", UTF_8);
        Ended refused = Typing.keyferry("import", "--resume", "--work-dir", work().toString());
        assertThat(refused.exitCode()).isEqualTo(6);
        assertThat(refused.err()).contains("its content is not what it was when the run began");

        Files.writeString(file, content, UTF_8);
        Ended ended = Typing.keyferry("import", "--resume", "--work-dir", work().toString());
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        Ended verified = Typing.keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--work-dir",
                directory.resolve("verify").toString());
        assertThat(verified.exitCode()).as(verified.out()).isZero();
    }

    @Test
    void whatARunHasMadeIsUndoneAndNothingElse() throws Exception {
        String target = fresh();
        killedAfter("\"event\":\"started\",\"step\":\"verify\"", target);
        String[] undo = {"bootstrap", "--undo", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes"};
        // The lock of the dead run is still there for a minute.
        Ended locked = Typing.keyferry(undo);
        assertThat(locked.exitCode()).as(locked.err()).isEqualTo(6);
        Keyspaces.run("DELETE FROM \"" + target + "\".locks WHERE key = 'migrations'");

        Keyspaces.run("INSERT INTO \"" + target
                + "\".upstreams (id, name) VALUES (11111111-2222-4333-8444-555555555555, 'of somebody else')");
        Ended refused = Typing.keyferry(undo);
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err())
                .contains("somebody else's", "upstreams 11111111-2222-4333-8444-555555555555 was not written by");
        Keyspaces.run("DELETE FROM \"" + target + "\".upstreams WHERE id = 11111111-2222-4333-8444-555555555555");

        Keyspaces.run("CREATE TABLE \"" + target + "\".notes (id int PRIMARY KEY)");
        assertThat(Typing.keyferry(undo).err()).contains("tables that Kong 2.8 does not have: notes");
        Keyspaces.run("DROP TABLE \"" + target + "\".notes");

        Ended ended = Typing.keyferry(undo);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Removed keyspace " + target);
        assertThat(Keyspaces.exists(target)).isFalse();
        assertThat(Typing.keyferry(undo).exitCode()).isEqualTo(5);
    }

    @Test
    @Tag("faults")
    void aKeyspaceThatWasThereBeforeStaysWhenItIsUndone() throws Exception {
        String target = fresh();
        Keyspaces.run("CREATE KEYSPACE \"" + target
                + "\" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        killedAfter("\"event\":\"started\",\"step\":\"import\"", target);
        Keyspaces.run("DELETE FROM \"" + target + "\".locks WHERE key = 'migrations'");

        Ended ended = Typing.keyferry("bootstrap", "--undo", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("which itself was there before");
        assertThat(Keyspaces.exists(target)).isTrue();
        assertThat(Keyspaces.content(target)).isEmpty();
    }

    @Test
    void whatIsReleasedOrNotOursIsNotUndone() {
        String target = fresh();
        assertThat(Typing.keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        String[] undo = {"bootstrap", "--undo", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes"};
        Ended released = Typing.keyferry(undo);
        assertThat(released.exitCode()).isEqualTo(5);
        assertThat(released.err()).contains("is released");

        Keyspaces.run("TRUNCATE \"" + target + "\".schema_meta");
        Ended unmarked = Typing.keyferry(undo);
        assertThat(unmarked.exitCode()).isEqualTo(5);
        assertThat(unmarked.err()).contains("does not say that Keyferry made it");
        assertThat(Keyspaces.exists(target)).isTrue();
    }
}
