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
        List<String> args = new ArrayList<>(List.of(
                command,
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--kong",
                "2.8",
                "--work-dir",
                directory.resolve(command + works++).toString()));
        args.addAll(List.of(options));
        return keyferry(args.toArray(String[]::new));
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
