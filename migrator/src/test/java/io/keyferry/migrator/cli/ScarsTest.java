package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

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

/** A keyspace of Kong 2.8 with every scar that an upgrade, a crash or a delete by hand leaves. */
class ScarsTest {
    private static final UUID TEAM = UUID.fromString("7ea70000-0000-4000-8000-000000000001");
    private static final UUID NO_WORKSPACE = UUID.fromString("7ea70000-0000-4000-8000-000000000002");
    private static final UUID SECOND_DEFAULT = UUID.fromString("7ea70000-0000-4000-8000-000000000003");

    private static final UUID ALICE = id(1);
    private static final UUID OLD_TWIN = id(2);
    private static final UUID NEW_TWIN = id(3);
    private static final UUID STRAY = id(4);
    private static final UUID NOWHERE = id(5);
    private static final UUID LOST = id(6);
    private static final UUID FOREIGN = id(7);
    private static final UUID UNPREFIXED = id(8);
    private static final UUID BARE = id(9);
    private static final UUID ORPHAN_ROUTE = id(10);
    private static final UUID ORPHAN_PLUGIN = id(11);
    private static final UUID PLUGIN_OF_ORPHAN = id(12);
    private static final UUID BROKEN_PLUGIN = id(13);
    private static final UUID KEY_OF_OLD_TWIN = id(14);
    private static final UUID MIXED_KEY = id(15);
    private static final UUID ACL = id(16);
    private static final UUID TEAMS_ALICE = id(17);

    private static String source;
    private static UUID workspace;

    @TempDir
    private Path directory;

    private final List<String> targets = new ArrayList<>();

    private static UUID id(int number) {
        return new UUID(0x9999999900004000L, 0x8000000000000000L + number);
    }

    @BeforeAll
    static void makeScars() {
        source = SharedNode.freshKeyspaceName("cli_scarred");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(source), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        workspace = Objects.requireNonNull(SharedNode.session()
                .execute("SELECT id FROM " + source + ".workspaces")
                .one()
                .getUuid(0));
        cql("workspaces (id, name) VALUES (?, 'team')", TEAM);
        consumer(ALICE, workspace, workspace + ":alice", 1);
        consumer(TEAMS_ALICE, TEAM, TEAM + ":alice", 1);
        consumer(OLD_TWIN, workspace, workspace + ":twin", 1);
        consumer(NEW_TWIN, workspace, workspace + ":twin", 2);
        consumer(STRAY, NO_WORKSPACE, NO_WORKSPACE + ":stray", 1);
        cql("consumers (id, username, created_at) VALUES (?, 'nowhere', 1000)", NOWHERE);
        cql(
                "consumers (id, ws_id, username, custom_id, created_at) VALUES (?, ?, ?, ?, 1000)",
                LOST,
                workspace,
                workspace + ":lost",
                workspace + ":$(VALUE)");
        consumer(FOREIGN, workspace, TEAM + ":foreign", 1);
        consumer(UNPREFIXED, workspace, "unprefixed", 1);
        cql("consumers (id) VALUES (?)", BARE);
        cql(
                "routes (partition, id, ws_id, service_id, paths, created_at) VALUES ('routes', ?, ?, ?, ['/x'], 1000)",
                ORPHAN_ROUTE,
                workspace,
                id(99));
        plugin(ORPHAN_PLUGIN, "consumer_id", id(98), "{}");
        plugin(PLUGIN_OF_ORPHAN, "route_id", ORPHAN_ROUTE, "{}");
        plugin(BROKEN_PLUGIN, "consumer_id", ALICE, "{\"hunter2\": ");
        key(KEY_OF_OLD_TWIN, OLD_TWIN, "");
        key(MIXED_KEY, ALICE, " USING TTL 5000");
        SharedNode.session()
                .execute(
                        "UPDATE " + source + ".keyauth_credentials SET consumer_id = ? WHERE id = ?", ALICE, MIXED_KEY);
        cql(
                "acls (id, ws_id, consumer_id, group, cache_key, created_at) VALUES (?, ?, ?, 'staff', ?, 1000)",
                ACL,
                workspace,
                ALICE,
                "acls:" + ALICE + ":staff:::");
    }

    private static void consumer(UUID id, UUID workspace, String username, int second) {
        cql(
                "consumers (id, ws_id, username, created_at) VALUES (?, ?, ?, " + second * 1000 + ")",
                id,
                workspace,
                username);
    }

    private static void plugin(UUID id, String parent, UUID parentId, String config) {
        cql(
                "plugins (id, ws_id, name, enabled, " + parent
                        + ", config, cache_key, created_at) VALUES (?, ?, 'request-termination', true, ?, ?, ?, 1000)",
                id,
                workspace,
                parentId,
                config,
                "plugins:request-termination:" + (parent.startsWith("route") ? parentId : "") + "::"
                        + (parent.startsWith("consumer") ? parentId : "") + "::" + workspace);
    }

    private static void key(UUID id, UUID consumer, String using) {
        cql(
                "keyauth_credentials (id, ws_id, consumer_id, key, created_at) VALUES (?, ?, ?, ?, 1000)" + using,
                id,
                workspace,
                consumer,
                workspace + ":key of " + consumer);
    }

    private static void cql(String row, Object... values) {
        Keyspaces.run("INSERT INTO " + source + "." + row, values);
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
        String target = SharedNode.freshKeyspaceName("cli_mended");
        targets.add(target);
        return target;
    }

    private Ended typed(String command, String target, String... options) {
        Path work = directory.resolve(command + target);
        if (Files.exists(work)) {
            work = directory.resolve(command + target + "-again");
        }
        return keyferry(Typing.transfer(command, source, target, work, options));
    }

    private static JsonNode json(Ended ended) throws IOException {
        return new ObjectMapper().readTree(ended.out());
    }

    private static long excluded(JsonNode report, String type, String reason) {
        return report.path("entities").path(type).path("excluded").path(reason).asLong();
    }

    private static boolean holds(String keyspace, String table, UUID id) {
        return SharedNode.session()
                        .execute(
                                "SELECT id FROM " + keyspace + "." + table + " WHERE "
                                        + (table.equals("routes") ? "partition = 'routes' AND " : "") + "id = ?",
                                id)
                        .one()
                != null;
    }

    private static void balance(JsonNode report) {
        report.path("entities").properties().forEach(type -> {
            long gone = 0;
            for (JsonNode count : type.getValue().path("excluded")) {
                gone += count.asLong();
            }
            assertThat(type.getValue().path("read").asLong())
                    .as(type.getKey())
                    .isEqualTo(type.getValue().path("written").asLong() + gone);
        });
    }

    @Test
    void refusesAllThatWouldBeLostAtOnceAndWritesNothing() throws IOException {
        String target = target();

        Ended plan = typed("plan", target);
        Ended migration = typed("migrate", target, "--yes");

        String said = (plan.out() + plan.err()).replaceAll("\\s+", " ");
        assertThat(plan.exitCode()).as(plan.err()).isEqualTo(5);
        assertThat(said)
                .contains(
                        "- 1 row that cannot be read: plugins " + BROKEN_PLUGIN + ", table plugins",
                        "--broken drop",
                        "- 1 row that hold nothing but their key: consumers " + BARE,
                        "- 1 row of a workspace that does not exist",
                        "consumers " + STRAY + " 'stray', workspace " + NO_WORKSPACE,
                        "--strays drop",
                        "--strays adopt",
                        "- 1 row with a value that only one may have",
                        "consumers " + OLD_TWIN + " 'twin', username as " + NEW_TWIN,
                        "--duplicates newest",
                        "- 3 rows that refer to what is not there",
                        "plugins " + ORPHAN_PLUGIN,
                        "consumer " + id(98),
                        "routes " + ORPHAN_ROUTE,
                        "plugins " + PLUGIN_OF_ORPHAN,
                        "--orphans drop",
                        "--orphans keep",
                        "Warning: 1 row without a workspace",
                        "consumers " + NOWHERE,
                        "Warning: 1 row with $(VALUE)",
                        "consumers " + LOST,
                        "Warning: 1 row with a unique value that has another workspace's id",
                        "consumers " + FOREIGN,
                        "Warning: 1 row with a unique value that lacks",
                        "consumers " + UNPREFIXED,
                        "Warning: 1 row whose cache_key",
                        "acls " + ACL,
                        "Warning: 1 row whose cells expire at different times",
                        "keyauth_credentials " + MIXED_KEY)
                .doesNotContain("hunter2", "key of");
        Path file = directory.resolve("plan" + target).resolve("findings.jsonl");
        assertThat(Files.readAllLines(file))
                .hasSize(13)
                .allSatisfy(line -> assertThat(
                                new ObjectMapper().readTree(line).path("id").asText())
                        .startsWith("99999999-"));
        assertThat(migration.exitCode()).isEqualTo(5);
        assertThat(migration.err()).contains("--broken drop", "--strays", "--duplicates", "--orphans");
        assertThat(Keyspaces.exists(target)).isFalse();
    }

    @Test
    void leavesOutWhatTheUserSaysAndAccountsForEveryRow() throws IOException {
        String target = target();
        String[] choices = {
            "--orphans", "drop", "--strays", "drop", "--duplicates", "newest", "--broken", "drop", "--json"
        };
        List<String> migrate = new ArrayList<>(List.of(choices));
        migrate.add("--yes");

        Ended ended = typed("migrate", target, migrate.toArray(String[]::new));
        Ended verified = typed("verify", target, choices);

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        JsonNode report = json(ended);
        assertThat(report.path("outcome").asText()).isEqualTo("equal");
        balance(report);
        assertThat(excluded(report, "consumers", "--strays drop: of a workspace that does not exist"))
                .isEqualTo(1);
        assertThat(excluded(report, "consumers", "--duplicates newest: a newer one has the same unique value"))
                .isEqualTo(1);
        assertThat(excluded(report, "consumers", "--broken drop: nothing but a key"))
                .isEqualTo(1);
        assertThat(excluded(report, "plugins", "--broken drop: a column cannot be read"))
                .isEqualTo(1);
        assertThat(excluded(report, "plugins", "--orphans drop: refers to what is not moved"))
                .isEqualTo(2);
        assertThat(excluded(report, "routes", "--orphans drop: refers to what is not moved"))
                .isEqualTo(1);
        assertThat(excluded(report, "keyauth_credentials", "--orphans drop: refers to what is not moved"))
                .as("the key of a consumer that gave way to a newer one")
                .isEqualTo(1);
        assertThat(report.path("rules").path("S2").asLong()).isEqualTo(1);
        assertThat(report.path("rules").path("S3").asLong()).isEqualTo(1);
        assertThat(holds(target, "consumers", NEW_TWIN)).isTrue();
        assertThat(holds(target, "consumers", OLD_TWIN)).isFalse();
        assertThat(verified.exitCode()).as(verified.err()).isZero();
        assertThat(json(verified).path("entities").path("plugins").path("excluded"))
                .isEqualTo(report.path("entities").path("plugins").path("excluded"));
        Ended unchosen = typed("verify", target, "--broken", "drop");
        assertThat(unchosen.exitCode())
                .as("without the choices, what was left out is missing")
                .isEqualTo(1);
    }

    @Test
    void keepsAndAdoptsWhatTheUserSays() throws IOException {
        String target = target();

        Ended ended = typed(
                "migrate",
                target,
                "--orphans",
                "keep",
                "--strays",
                "adopt",
                "--duplicates",
                "newest",
                "--broken",
                "drop",
                "--yes",
                "--json");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        JsonNode report = json(ended);
        assertThat(report.path("outcome").asText()).isEqualTo("equal");
        balance(report);
        assertThat(report.path("rules").path("S1").asLong()).isEqualTo(1);
        assertThat(holds(target, "routes", ORPHAN_ROUTE)).isTrue();
        assertThat(holds(target, "plugins", PLUGIN_OF_ORPHAN)).isTrue();
        UUID moved = Objects.requireNonNull(SharedNode.session()
                .execute("SELECT id FROM " + target + ".workspaces WHERE name = 'default' ALLOW FILTERING")
                .one()
                .getUuid(0));
        var stray = Objects.requireNonNull(SharedNode.session()
                .execute("SELECT ws_id, username FROM " + target + ".consumers WHERE id = ?", STRAY)
                .one());
        assertThat(stray.getUuid(0)).isEqualTo(moved);
        assertThat(stray.getString(1)).isEqualTo(moved + ":stray");
        var lost = Objects.requireNonNull(SharedNode.session()
                .execute("SELECT custom_id FROM " + target + ".consumers WHERE id = ?", LOST)
                .one());
        assertThat(lost.isNull(0)).isTrue();
        String kongYml = Files.readString(directory.resolve("migrate" + target).resolve("kong.yml"));
        String sections = kongYml.substring(kongYml.indexOf("\nconsumers:"));
        assertThat(sections)
                .as("what Kong's reader would not take stands in _ignore")
                .doesNotContain(ORPHAN_ROUTE.toString(), PLUGIN_OF_ORPHAN.toString());
    }

    @Test
    void asksWhichOfSeveralDefaultWorkspacesCounts() throws IOException {
        String target = target();
        UUID other = id(50);
        try {
            cql("workspaces (id, name) VALUES (?, 'default')", SECOND_DEFAULT);
            consumer(other, SECOND_DEFAULT, SECOND_DEFAULT + ":other", 1);

            Ended refused = typed("plan", target);
            Ended ended = typed(
                    "migrate",
                    target,
                    "--default-workspace",
                    workspace.toString(),
                    "--strays",
                    "adopt",
                    "--orphans",
                    "drop",
                    "--duplicates",
                    "newest",
                    "--broken",
                    "drop",
                    "--yes",
                    "--json");
            Ended wrong = typed("verify", target, "--default-workspace", TEAM.toString());

            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err())
                    .contains("2 workspaces named default", SECOND_DEFAULT + " with 1 rows", "--default-workspace ID");
            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(json(ended).path("rules").path("S1").asLong()).isEqualTo(2);
            assertThat(holds(target, "consumers", other)).isTrue();
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.err()).contains("no such workspace named default", workspace.toString());
        } finally {
            Keyspaces.run("DELETE FROM " + source + ".workspaces WHERE id = ?", SECOND_DEFAULT);
            Keyspaces.run("DELETE FROM " + source + ".consumers WHERE id = ?", other);
        }
    }
}
