package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.ReportSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was done to a migrated keyspace is found, repaired, and can be put back. */
class RepairTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEW_ID = "5a1b1c1d-0000-4000-8000-00000000000b";
    private static final long MICROS_PER_MILLI = 1_000;

    private static String source;
    private static String target;
    private static String sound;

    @TempDir
    private Path directory;

    private int works;

    @BeforeAll
    static void migrate(@TempDir Path work) {
        source = Keyspaces.sample("repair_old");
        target = SharedNode.freshKeyspaceName("repair_new");
        Ended migrated = keyferry(Typing.migrate(source, target, work.resolve("run")));
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        sound = Keyspaces.content(target);
    }

    @AfterEach
    void isAsItWas() {
        assertThat(Keyspaces.content(target)).isEqualTo(sound);
    }

    @AfterAll
    static void dropKeyspaces() {
        Keyspaces.drop(source);
        Keyspaces.drop(target);
    }

    private Path work() {
        return directory.resolve("work" + works++);
    }

    /** Compares, and returns the work directory. */
    private Path verified(int exitCode) {
        Path work = work();
        Ended ended = keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--work-dir",
                work.toString());
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(exitCode);
        return work;
    }

    private Ended repair(Path report, Path work, String... more) {
        return keyferry(Typing.repair(report, source, target, work, more));
    }

    private static Ended undo(Path repaired, Path work) {
        return keyferry(
                "repair",
                "--undo",
                repaired.resolve("undo.jsonl").toString(),
                "--to",
                Keyspaces.uri(target),
                "--execute",
                "--yes",
                "--work-dir",
                work.toString());
    }

    private static JsonNode report(Path work) throws IOException {
        JsonNode report = JSON.readTree(Files.readAllBytes(work.resolve("report.json")));
        assertThat(new ReportSchema().problems(report)).isEmpty();
        assertThat(new ReportSchema().undescribed(report)).isEmpty();
        assertThat(keyferry("verify-report", work.toString()).exitCode()).isZero();
        return report;
    }

    private static List<String> repairs(JsonNode report) {
        List<String> repairs = new ArrayList<>();
        report.path("repairs")
                .forEach(line -> repairs.add(line.path("repair").asText() + " "
                        + line.path("type").asText() + " " + line.path("id").asText()
                        + (line.path("done").asBoolean() ? " done" : "")));
        return repairs;
    }

    private static ObjectNode row(String table) throws IOException {
        return (ObjectNode) JSON.readTree(Keyspaces.row(target, table, ""));
    }

    /** A row of the target that has tags. */
    private static ObjectNode tagged(String table) throws IOException {
        for (Row row : SharedNode.session().execute("SELECT JSON * FROM " + target + "." + table)) {
            JsonNode json = JSON.readTree(row.getString(0));
            if (json.path("tags").size() > 0) {
                return (ObjectNode) json;
            }
        }
        throw new AssertionError("no row of " + table + " has tags");
    }

    private static void deleteTags(String type, JsonNode row) {
        row.path("tags")
                .forEach(tag -> Keyspaces.run(
                        "DELETE FROM " + target + ".tags WHERE tag = ? AND entity_name = ? AND entity_id = ?",
                        tag.asText(),
                        type,
                        row.path("id").asText()));
    }

    private static UUID id(JsonNode row) {
        return UUID.fromString(row.path("id").asText());
    }

    @Test
    void bringsRowsWithTheirTagsToWhatTheyShouldBeAndPutsThemBack() throws IOException {
        ObjectNode acl = row("acls");
        ObjectNode upstream = row("upstreams");
        ObjectNode consumer = tagged("consumers");
        Keyspaces.run("DELETE FROM " + target + ".acls WHERE id = ?", id(acl));
        Keyspaces.run("UPDATE " + target + ".upstreams SET slots = 77, tags = {'wrong'} WHERE id = ?", id(upstream));
        Keyspaces.run(
                "INSERT INTO " + target + ".tags (tag, entity_name, entity_id, other_tags)"
                        + " VALUES ('wrong', 'upstreams', ?, {'wrong'})",
                id(upstream).toString());
        deleteTags("upstreams", upstream);
        Keyspaces.run("DELETE FROM " + target + ".consumers WHERE id = ?", id(consumer));
        deleteTags("consumers", consumer);
        String damaged = Keyspaces.content(target);
        Path report = verified(1);

        Path planned = work();
        Ended plan = repair(report, planned);
        assertThat(plan.exitCode()).as(plan.err()).isZero();
        assertThat(plan.out())
                .contains("write     consumers " + id(consumer), "overwrite upstreams " + id(upstream) + " (")
                .contains("differs in slots, tags", "Outcome: planned");
        assertThat(plan.err()).contains("Say --execute");
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);
        assertThat(planned.resolve("undo.jsonl")).doesNotExist();
        assertThat(repairs(report(planned))).hasSize(3).noneMatch(line -> line.endsWith("done"));

        assertThat(repair(report, work(), "--execute").err()).contains("say --yes");
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);

        Path done = work();
        Ended repaired = repair(report.resolve("report.json"), done, "--execute", "--yes");
        assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
        assertThat(repaired.out()).contains("Outcome: equal, the rows that were named");
        assertThat(repairs(report(done)))
                .containsExactly(
                        "write consumers " + id(consumer) + " done",
                        "overwrite upstreams " + id(upstream) + " done",
                        "write acls " + id(acl) + " done");
        assertThat(report(done).at("/entities/consumers/written").asLong()).isEqualTo(1);
        assertThat(report(done).path("entities").size())
                .as("types that were touched")
                .isEqualTo(3);
        assertThat(Keyspaces.content(target)).isEqualTo(sound);
        assertThat(done.resolve("undo.jsonl")).satisfies(CommandsTest::isOfTheOwnerOnly);

        // The disk was full, or the power gone, when the repair was about to touch one more.
        Files.writeString(done.resolve("undo.jsonl"), "{\"table\":\"acls\",\"key\":{\"par", StandardOpenOption.APPEND);
        Path undone = work();
        Ended back = undo(done, undone);
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);
        report(undone);

        assertThat(undo(undone, work()).exitCode()).as("an undo is undone").isZero();
    }

    @Test
    void deletesWhatIsExtraOnlyWhenToldTo() throws IOException {
        ObjectNode extra =
                row("consumers").put("id", NEW_ID).put("username", NEW_ID).put("custom_id", NEW_ID);
        extra.putArray("tags").add("mine");
        Keyspaces.put(target, "consumers", extra.toString());
        Keyspaces.run(
                "INSERT INTO " + target + ".tags (tag, entity_name, entity_id, other_tags)"
                        + " VALUES ('mine', 'consumers', ?, {'mine'})",
                NEW_ID);
        String damaged = Keyspaces.content(target);
        Path report = verified(1);

        Path kept = work();
        Ended spared = repair(report, kept, "--execute", "--yes");
        assertThat(spared.exitCode()).isEqualTo(1);
        assertThat(spared.out()).contains("keep      consumers " + NEW_ID, "say --delete-extra");
        assertThat(report(kept).path("outcome").asText()).isEqualTo("different");
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);

        Path done = work();
        assertThat(repair(report, done, "--execute", "--yes", "--delete-extra").exitCode())
                .isZero();
        assertThat(repairs(report(done))).containsExactly("delete consumers " + NEW_ID + " done");
        assertThat(Keyspaces.content(target)).isEqualTo(sound);

        assertThat(undo(done, work()).exitCode()).isZero();
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);
        assertThat(repair(report, work(), "--execute", "--yes", "--delete-extra")
                        .exitCode())
                .isZero();
    }

    @Test
    void winsOverADeletionByAClockThatIsAhead() throws IOException {
        ObjectNode acl = row("acls");
        Keyspaces.run(
                "DELETE FROM " + target + ".acls USING TIMESTAMP "
                        + (System.currentTimeMillis() + 6_000) * MICROS_PER_MILLI + " WHERE id = ?",
                id(acl));
        Path report = verified(1);

        Ended repaired = repair(report, work(), "--execute", "--yes");

        assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
    }

    @Test
    void losesAgainstWhatIsWrittenAfterwards() throws IOException {
        ObjectNode upstream = row("upstreams");
        Keyspaces.run("UPDATE " + target + ".upstreams SET slots = 77 WHERE id = ?", id(upstream));
        Path done = work();
        repair(verified(1), done, "--execute", "--yes");

        // As of a row that the repair had to write twice.
        Path undo = done.resolve("undo.jsonl");
        List<String> lines = Files.readAllLines(undo);
        Files.writeString(undo, lines.get(lines.size() - 1) + "\n", StandardOpenOption.APPEND);

        Keyspaces.run("UPDATE " + target + ".upstreams SET slots = 88 WHERE id = ?", id(upstream));

        assertThat(row("upstreams").path("slots").asInt()).isEqualTo(88);
        Ended back = undo(done, work());
        assertThat(back.out()).contains("keep      upstreams", "somebody has written it since the repair");
        assertThat(row("upstreams").path("slots").asInt()).isEqualTo(88);
        Keyspaces.put(target, "upstreams", upstream.toString());
    }

    @Test
    void leavesAloneWhatAgreesByNow() throws IOException {
        ObjectNode acl = row("acls");
        Keyspaces.run("DELETE FROM " + target + ".acls WHERE id = ?", id(acl));
        Path report = verified(1);
        Keyspaces.put(target, "acls", acl.toString());

        Path work = work();
        Ended repaired = repair(report, work, "--execute");

        assertThat(repaired.exitCode())
                .as("nothing is asked, for nothing is done")
                .isZero();
        assertThat(repairs(report(work))).containsExactly("nothing acls " + id(acl));
        assertThat(work.resolve("undo.jsonl")).doesNotExist();
    }

    @Test
    void refusesToTakeAValueThatAnotherRowHas() throws IOException {
        ObjectNode consumer = row("consumers");
        Keyspaces.run("DELETE FROM " + target + ".consumers WHERE id = ?", id(consumer));
        Keyspaces.put(
                target,
                "consumers",
                consumer.deepCopy().put("id", NEW_ID).putNull("tags").toString());
        String damaged = Keyspaces.content(target);
        Path report = verified(1);

        Ended refused = repair(report, work(), "--execute", "--yes");
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).contains(id(consumer).toString(), "of the target has already", "--delete-extra");
        assertThat(Keyspaces.content(target)).isEqualTo(damaged);

        assertThat(repair(report, work(), "--execute", "--yes", "--delete-extra")
                        .exitCode())
                .isZero();
    }

    @Test
    void refusesAReportThatWasChanged() throws IOException {
        ObjectNode acl = row("acls");
        Keyspaces.run("DELETE FROM " + target + ".acls WHERE id = ?", id(acl));
        Path report = verified(1);
        Keyspaces.put(target, "acls", acl.toString());
        Files.writeString(
                report.resolve("differences.jsonl"),
                Files.readString(report.resolve("differences.jsonl")).replace(id(acl).toString(), NEW_ID));

        Ended refused = repair(report, work(), "--execute", "--yes");

        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).contains("is not to be believed", "differences.jsonl: its SHA-256");
    }

    @Test
    void saysWhatItNeeds() {
        assertThat(keyferry("repair", "--to", Keyspaces.uri(target)).err()).contains("repair takes --report FILE");
        assertThat(keyferry("repair", "--report", "report.json", "--to", Keyspaces.uri(target))
                        .err())
                .contains("repair --report needs --from");
        Ended nowhere = repair(directory.resolve("nowhere.json"), work());
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("nowhere.json cannot be read");
        Path other = directory.resolve("other.jsonl");
        Ended foreign = keyferry(
                "repair", "--undo", other.toString(), "--to", Keyspaces.uri(target), "--work-dir", work().toString());
        assertThat(foreign.exitCode()).isEqualTo(2);
        assertThat(foreign.err()).contains("other.jsonl cannot be read");
    }
}
