package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyspace of Kong 2.8 with a second workspace that has the same names as the first. */
class WorkspaceOptionTest {
    private static final UUID TEAM = UUID.fromString("7ea70000-0000-4000-8000-00000000000a");
    private static final UUID OURS = UUID.fromString("99999999-0000-4000-8000-0000000000a1");
    private static final UUID THEIRS = UUID.fromString("99999999-0000-4000-8000-0000000000a2");

    private static String source;

    @TempDir
    private Path directory;

    private final List<String> targets = new ArrayList<>();
    private int works;

    @BeforeAll
    static void makeWorkspaces() {
        source = SharedNode.freshKeyspaceName("cli_ws");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(source), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        UUID workspace = SharedNode.session()
                .execute("SELECT id FROM " + source + ".workspaces")
                .one()
                .getUuid(0);
        Keyspaces.run(
                "INSERT INTO " + source + ".workspaces (id, name, comment, meta, config) VALUES (?, 'team',"
                        + " 'the team''s', '{\"color\":\"#fff\"}', '{\"portal\":false}')",
                TEAM);
        Keyspaces.run("UPDATE " + source + ".workspaces SET comment = 'for all' WHERE id = ?", workspace);
        consumer(OURS, workspace);
        consumer(THEIRS, TEAM);
    }

    private static void consumer(UUID id, UUID workspace) {
        Keyspaces.run(
                "INSERT INTO " + source + ".consumers (id, ws_id, username, created_at) VALUES (?, ?, ?, 1000)",
                id,
                workspace,
                workspace + ":alice");
    }

    @AfterAll
    static void drop() {
        Keyspaces.drop(source);
    }

    @AfterEach
    void dropTargets() {
        targets.forEach(Keyspaces::drop);
    }

    private String target() {
        String target = SharedNode.freshKeyspaceName("cli_ws_new");
        targets.add(target);
        return target;
    }

    private Ended typed(String command, String target, String... options) {
        return keyferry(Typing.transfer(command, source, target, directory.resolve(command + works++), options));
    }

    private static Row workspace(String keyspace, UUID id) {
        return Objects.requireNonNull(SharedNode.session()
                .execute("SELECT name, comment, meta, config FROM " + keyspace + ".workspaces WHERE id = ?", id)
                .one());
    }

    @Test
    void workspacesKeepTheirCommentMetaAndConfig() throws IOException {
        String target = target();

        Ended ended = typed("migrate", target, "--yes", "--json");

        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        Row team = workspace(target, TEAM);
        assertThat(team.getString(0)).isEqualTo("team");
        assertThat(team.getString(1)).isEqualTo("the team's");
        assertThat(team.getString(2)).isEqualTo("{\"color\":\"#fff\"}");
        assertThat(team.getString(3)).isEqualTo("{\"portal\":false}");
        assertThat(Keyspaces.count(target, "consumers")).isEqualTo(2);

        Keyspaces.run("UPDATE " + target + ".workspaces SET comment = 'mine' WHERE id = ?", TEAM);
        assertThat(typed("verify", target).exitCode()).isEqualTo(1);
    }

    @Test
    void anExportAndImportKeepThemToo() {
        String target = target();
        Path file = directory.resolve("kong.yml");
        assertThat(keyferry("export", "--from", Keyspaces.uri(source), file.toString())
                        .exitCode())
                .isZero();
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();

        Ended ended = keyferry(
                "import",
                file.toString(),
                "--to",
                Keyspaces.uri(target),
                "--yes",
                "--work-dir",
                directory.resolve("import").toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(workspace(target, TEAM).getString(2)).isEqualTo("{\"color\":\"#fff\"}");
    }

    @Test
    void anImportSaysWhereTheValuesOfEachColumnComeFrom() throws IOException {
        String target = target();
        Path file = directory.resolve("kong.yml");
        assertThat(keyferry("export", "--from", Keyspaces.uri(source), file.toString())
                        .exitCode())
                .isZero();
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        Path work = directory.resolve("import");

        Ended ended = keyferry(
                "import", file.toString(), "--to", Keyspaces.uri(target), "--yes", "--work-dir", work.toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(Files.readAllBytes(work.resolve("report.json")));
        List<String> origins = new ArrayList<>();
        report.path("origins")
                .forEach(line -> origins.add(line.path("table").asText() + "."
                        + line.path("column").asText() + " " + line.path("from").asText() + " "
                        + line.path("of").asText()));
        assertThat(origins)
                .contains(
                        "consumers.custom_id transformed consumers.custom_id",
                        "consumers.created_at copied consumers.created_at",
                        "consumers.ws_id derived ",
                        "schema_meta.executed bootstrapped ");
        long columns = SharedNode.session()
                .execute("SELECT count(*) FROM system_schema.columns WHERE keyspace_name = ?", target)
                .one()
                .getLong(0);
        assertThat(origins).hasSize((int) columns);
        assertThat(keyferry("verify-report", work.toString()).exitCode()).isZero();
    }

    @Test
    void aComparisonOfOneLeavesTheOthersOnBothSidesAlone() throws IOException {
        String target = target();
        assertThat(typed("migrate", target, "--yes").exitCode()).isZero();
        UUID ofTheDefault = UUID.fromString("99999999-0000-4000-8000-0000000000b1");
        UUID ofTheTeam = UUID.fromString("99999999-0000-4000-8000-0000000000b2");
        UUID standard = Objects.requireNonNull(SharedNode.session()
                        .execute("SELECT ws_id FROM " + target + ".consumers WHERE id = ?", OURS)
                        .one())
                .getUuid(0);
        insert(target, ofTheDefault, Objects.requireNonNull(standard), "bob");
        Keyspaces.run("DELETE FROM " + target + ".consumers WHERE id = ?", OURS);

        Ended alone = typed("verify", target, "--workspace", "team", "--json");
        Ended all = typed("verify", target);
        insert(target, ofTheTeam, TEAM, "carol");
        Ended extra = typed("verify", target, "--workspace", "team");
        Keyspaces.run("DELETE FROM " + target + ".consumers WHERE id = ?", ofTheTeam);
        Keyspaces.run("UPDATE " + target + ".consumers SET ws_id = ? WHERE id = ?", standard, THEIRS);
        Ended moved = typed("verify", target, "--workspace", "team");

        assertThat(alone.exitCode()).as(alone.out() + alone.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(alone.out());
        assertThat(report.at("/entities/consumers/extra").asLong()).isZero();
        assertThat(report.at("/entities/consumers/matched").asLong()).isEqualTo(1);
        assertThat(report.path("warnings").toString()).contains("1 rows of the target are of other workspaces");
        assertThat(all.exitCode()).isEqualTo(1);
        assertThat(all.out()).contains("extra: consumers " + ofTheDefault, "missing: consumers " + OURS);
        assertThat(extra.exitCode()).isEqualTo(1);
        assertThat(extra.out()).contains("extra: consumers " + ofTheTeam).doesNotContain(ofTheDefault.toString());
        assertThat(moved.exitCode())
                .as("one of the team's that has got into another workspace")
                .isEqualTo(1);
        assertThat(moved.out()).contains("consumers " + THEIRS);
    }

    private static void insert(String keyspace, UUID id, UUID workspace, String name) {
        Keyspaces.run(
                "INSERT INTO " + keyspace + ".consumers (id, ws_id, username, created_at) VALUES (?, ?, ?, 1000)",
                id,
                workspace,
                workspace + ":" + name);
    }

    @Test
    void onlyTheSelectedOneIsMovedAndTheOtherIsAccountedFor() throws IOException {
        String target = target();

        Ended ended = typed("migrate", target, "--yes", "--json", "--workspace", "team");
        Ended verified = typed("verify", target, "--workspace", "team");
        Ended all = typed("verify", target);

        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        JsonNode consumers =
                new ObjectMapper().readTree(ended.out()).path("entities").path("consumers");
        assertThat(consumers.path("read").asLong()).isEqualTo(2);
        assertThat(consumers.path("written").asLong()).isEqualTo(1);
        assertThat(consumers
                        .path("excluded")
                        .path("--workspace: of another workspace")
                        .asLong())
                .isEqualTo(1);
        assertThat(SharedNode.session()
                        .execute("SELECT id FROM " + target + ".consumers")
                        .one()
                        .getUuid(0))
                .isEqualTo(THEIRS);
        assertThat(verified.exitCode()).as(verified.err()).isZero();
        assertThat(all.exitCode()).isEqualTo(1);
    }

    @Test
    void anExportOfOneStandsWhereKongReadsIt() throws IOException {
        Path file = directory.resolve("team.yml");

        Ended ended = keyferry("export", "--from", Keyspaces.uri(source), "--workspace", "team", file.toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        String text = Files.readString(file);
        assertThat(text.substring(text.indexOf("consumers:"))).contains(THEIRS.toString(), "\"alice\"");
        assertThat(text).doesNotContain(OURS.toString());
    }

    @Test
    void anUnknownOneIsASlipOfThePen() {
        Ended ended = typed("plan", target(), "--workspace", "taem");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("no workspace named taem", "default", "team");
    }
}
