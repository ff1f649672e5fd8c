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
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says beyond the data. */
class LintsTest {
    private static String source;

    @TempDir
    private Path directory;

    private int works;

    @BeforeAll
    static void makeSource() {
        source = SharedNode.freshKeyspaceName("cli_lints");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(source), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        plugin("rate-limiting-advanced", "{\"strategy\": \"cluster\"}");
        plugin("rate-limiting", "{\"minute\": 5, \"policy\": \"cluster\"}");
        plugin("cors", "{}");
        Keyspaces.run("UPDATE " + source + ".ratelimiting_metrics SET value = value + 1 WHERE identifier = 'x' AND"
                + " period = 'minute' AND period_date = '2020-01-01' AND service_id = uuid() AND route_id = uuid()");
    }

    private static void plugin(String name, String config) {
        UUID workspace = SharedNode.session()
                .execute("SELECT id FROM " + source + ".workspaces")
                .one()
                .getUuid(0);
        Keyspaces.run(
                "INSERT INTO " + source + ".plugins (id, ws_id, name, enabled, config, cache_key, created_at) VALUES"
                        + " (uuid(), ?, ?, true, ?, ?, 1000)",
                workspace,
                name,
                config,
                "plugins:" + name + ":::::" + workspace);
    }

    @AfterAll
    static void drop() {
        Keyspaces.drop(source);
    }

    private Ended plan(String kong, String... options) {
        List<String> args = new ArrayList<>(List.of(
                "plan",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(source + "_new"),
                "--kong",
                kong,
                "--plugins",
                "bundled,rate-limiting-advanced,canary-of-ours",
                "--work-dir",
                directory.resolve("plan" + works++).toString()));
        args.addAll(List.of(options));
        return keyferry(args.toArray(String[]::new));
    }

    private static String text(Ended plan) {
        assertThat(plan.exitCode()).as(plan.err()).isZero();
        return plan.out().replaceAll("\\s+", " ");
    }

    @Test
    void hybridGatewaysCannotCountTogetherInADatabase() {
        String hybrid = text(plan("2.8", "--topology", "hybrid"));

        assertThat(hybrid)
                .contains(
                        "data planes have no database to count in together",
                        "rate-limiting-advanced with strategy cluster",
                        "on the new control plane and on every data plane");
        assertThat(text(plan("2.8")))
                .doesNotContain("data planes have no database", "control plane and")
                .contains("custom plugins are in use: rate-limiting-advanced", "on every new node");
    }

    @Test
    void namesTheLinesOfATemplateThatTheNewKongDoesNotStartWith() throws IOException {
        Path template = Files.writeString(directory.resolve("custom.template"), """
                location / {
                    content_by_lua_block { Kong.serve_admin_api() }
                }
                """);

        assertThat(text(plan("3.3", "--nginx-template", template.toString())))
                .contains(template + ":2: Kong.serve_admin_api is gone by Kong 3.3", "write Kong.admin_content");
        assertThat(text(plan("2.8", "--nginx-template", template.toString()))).doesNotContain("is gone by");
        assertThat(plan("3.3", "--nginx-template", directory.resolve("none").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void saysWhatTheGuidesAskForAndWhatIsNotCarried() throws IOException {
        String later = text(plan("3.1"));
        String same = text(plan("2.8"));

        assertThat(later)
                .contains(
                        "Kong's guides go 2.8 -> 3.0 -> 3.1, Keyferry goes there at once",
                        "(2.8 -> 3.0) scripts and decK files",
                        "nodetool snapshot -t before-3.1 " + source,
                        "git diff -w 2.8.5 3.1.1",
                        "write nothing through the new Admin API",
                        "counters are not carried (ratelimiting_metrics)",
                        "no migrations in the source's schema_meta: canary-of-ours, rate-limiting-advanced");
        assertThat(same).contains("nodetool snapshot").doesNotContain("git diff", "Kong's guides go");
        JsonNode report = new ObjectMapper().readTree(plan("3.1", "--json").out());
        assertThat(report.path("warnings").toString())
                .contains("nodetool snapshot", "git diff -w", "Kong's guides go 2.8 -> 3.0 -> 3.1");
    }

    @Test
    void aPluginThatIsUsedMustBeEnabledAndMigrated() {
        String target = SharedNode.freshKeyspaceName("cli_lints_target");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--plugins", "cors", "--yes")
                        .exitCode())
                .isZero();
        try {
            Ended ended = keyferry(Typing.transfer(
                    "plan",
                    source,
                    target,
                    directory.resolve("narrow"),
                    "--plugins",
                    "cors,key-auth,rate-limiting-advanced"));

            assertThat(text(ended))
                    .contains(
                            "plugin rate-limiting is in use",
                            "not among those that the new gateway enables",
                            "plugins whose migrations are not executed on the target: key-auth")
                    .doesNotContain("plugin cors is in use");
        } finally {
            Keyspaces.drop(target);
        }
    }
}
