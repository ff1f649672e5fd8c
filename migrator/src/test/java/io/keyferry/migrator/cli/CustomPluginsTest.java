package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.datastax.oss.driver.api.core.cql.Row;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyspace of Kong 2.8 with tables of plugins that nobody but their makers know. */
class CustomPluginsTest {
    private static final String CARDS = "loyalty_cards";
    private static final String VISITS = "loyalty_visits";
    private static final String COUNTERS = "loyalty_counts";

    private static String source;

    @TempDir
    private Path directory;

    private final List<String> targets = new ArrayList<>();
    private int works;

    @BeforeAll
    static void makePlugin() {
        source = SharedNode.freshKeyspaceName("cli_custom");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(source), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        in("CREATE TABLE %s.loyalty_cards (id uuid PRIMARY KEY, ws_id uuid, name text, levels list<text>,"
                + " owners frozen<map<text, frozen<set<int>>>>, \"Odd Name\" set<text>, sum decimal, seen timestamp,"
                + " raw blob, pair tuple<int, text>) WITH default_time_to_live = 86400 AND comment = 'it''s ours'"
                + " AND gc_grace_seconds = 3600");
        in("CREATE INDEX loyalty_cards_name_idx ON %s.loyalty_cards (name)");
        in("CREATE INDEX loyalty_cards_levels_idx ON %s.loyalty_cards (levels)");
        in(
                "CREATE TABLE %s.loyalty_visits (shop text, day date, at timeuuid, street text static, tags set<text> static,"
                        + " amount double, PRIMARY KEY ((shop, day), at)) WITH CLUSTERING ORDER BY (at DESC)");
        in("CREATE TABLE %s.loyalty_counts (card uuid, month text, visits counter, PRIMARY KEY (card, month))");
        in("CREATE TABLE %s.loyalty_empty (id int PRIMARY KEY)");
        for (int i = 0; i < 50; i++) {
            in(
                    "INSERT INTO %s.loyalty_cards (id, name, levels, owners, \"Odd Name\", sum, seen, raw, pair) VALUES (uuid(),"
                            + " 'card " + i
                            + "', ['a', 'a', 'b'], {'jo': {1, 2}}, {'x'}, 1.50, 1600000000123, 0x00ff, (" + i
                            + ", 'ü')) USING TTL 0");
            in("UPDATE %s.loyalty_counts SET visits = visits + " + (i + 1) + " WHERE card = uuid() AND month = '2020-0"
                    + (i % 9 + 1) + "'");
        }
        in("INSERT INTO %s.loyalty_cards (id, name, levels, sum) VALUES (11111111-0000-4000-8000-000000000001, 'mixed',"
                + " ['a'], 2) USING TTL 5000");
        in(
                "UPDATE %s.loyalty_cards USING TTL 0 SET seen = 1600000000000 WHERE id = 11111111-0000-4000-8000-000000000001");
        in("UPDATE %s.loyalty_cards USING TTL 900 SET raw = 0x01 WHERE id = 11111111-0000-4000-8000-000000000001");
        in("INSERT INTO %s.loyalty_cards (id) VALUES (11111111-0000-4000-8000-000000000002)");
        in("INSERT INTO %s.loyalty_cards (id, name, raw) VALUES (11111111-0000-4000-8000-000000000003, '', 0x)"
                + " USING TTL 0");
        in("INSERT INTO %s.loyalty_visits (shop, day, street, tags) VALUES ('empty', '2020-02-29', 'none', {'s'})");
        for (int i = 0; i < 30; i++) {
            in("INSERT INTO %s.loyalty_visits (shop, day, at, street, tags, amount) VALUES ('s" + i % 3
                    + "', '2020-02-29', now(), 'street', {'a', 'b'}, " + i + ".5)");
        }
        in("INSERT INTO %s.schema_meta (key, subsystem, last_executed, executed) VALUES ('schema_meta', 'loyalty',"
                + " '001_more', {'000_base', '001_more'})");
    }

    private static void in(String cql) {
        inKeyspace(cql, source);
    }

    private static void inKeyspace(String cql, String keyspace) {
        Keyspaces.run(cql.replace("%s", keyspace));
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
        String target = SharedNode.freshKeyspaceName("cli_carried");
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
                "--work-dir",
                directory.resolve(command + works++).toString()));
        if (!command.equals("verify")) {
            args.addAll(List.of("--kong", "2.8"));
        }
        args.addAll(List.of(options));
        return keyferry(args.toArray(String[]::new));
    }

    private static JsonNode json(Ended ended) throws IOException {
        return new ObjectMapper().readTree(ended.out());
    }

    /** All rows of a table with all their times to live, which may differ by the seconds that passed. */
    private static List<String> rows(String keyspace, String table) {
        List<String> rows = new ArrayList<>();
        SharedNode.session()
                .execute("SELECT JSON * FROM " + keyspace + "." + table)
                .forEach(row -> rows.add(Objects.requireNonNull(row.getString(0))));
        rows.sort(null);
        return rows;
    }

    private static Row timesOf(String keyspace) {
        return Objects.requireNonNull(SharedNode.session()
                .execute("SELECT TTL(name), TTL(sum), TTL(seen), TTL(raw) FROM " + keyspace
                        + ".loyalty_cards WHERE id = 11111111-0000-4000-8000-000000000001")
                .one());
    }

    @Test
    void carriesTablesRowsTimesToLiveAndMigrationsOfAPluginThatNobodyKnows() throws IOException {
        String target = target();

        Ended plan = typed("plan", target);
        Ended ended = typed("migrate", target, "--yes", "--json");

        assertThat(plan.exitCode()).as(plan.err()).isZero();
        assertThat(plan.out().replaceAll("\\s+", " "))
                .contains(
                        "loyalty_cards 53",
                        "loyalty_visits 31",
                        "loyalty_counts: counters of a custom plugin",
                        "--with loyalty_counts");
        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        JsonNode report = json(ended);
        JsonNode cards = report.path("entities").path(CARDS);
        assertThat(cards.path("source").asLong()).isEqualTo(53);
        assertThat(cards.path("written").asLong()).isEqualTo(53);
        assertThat(cards.path("matched").asLong()).isEqualTo(53);
        assertThat(cards.path("digest").path("target"))
                .isEqualTo(cards.path("digest").path("expected"))
                .isEqualTo(cards.path("digest").path("source"));
        assertThat(report.at("/verification/self_test/of_custom_tables").asLong())
                .isEqualTo(64);
        assertThat(report.at("/verification/types/" + CARDS + "/positions").asText())
                .isEqualTo("18446744073709551616");
        assertThat(report.path("ledger").toString())
                .contains("{\"table\":\"loyalty_cards\",\"column\":\"levels\",\"fate\":\"copied\"");
        assertThat(rows(target, CARDS)).isEqualTo(rows(source, CARDS));
        assertThat(rows(target, VISITS)).isEqualTo(rows(source, VISITS));
        Row times = timesOf(target);
        assertThat(times.getInt(0)).isBetween(4_800, 5_000);
        assertThat(times.getInt(1)).isBetween(4_800, 5_000);
        assertThat(times.isNull(2)).isTrue();
        assertThat(times.getInt(3)).isBetween(700, 900);
        assertThat(rows(target, "schema_meta"))
                .anySatisfy(row -> assertThat(row)
                        .contains("\"subsystem\": \"loyalty\"", "[\"000_base\", \"001_more\"]", "001_more"));
        assertThat(schema(target)).isEqualTo(schema(source));
        assertThat(typed("verify", target).exitCode()).isZero();
    }

    /** What system_schema says of the plugin's tables that hold no counters. */
    private static List<String> schema(String keyspace) {
        List<String> lines = new ArrayList<>();
        for (String part : List.of("tables", "columns", "indexes")) {
            SharedNode.session()
                    .execute("SELECT JSON * FROM system_schema." + part + " WHERE keyspace_name = ?", keyspace)
                    .forEach(row -> lines.add(part + " "
                            + Objects.requireNonNull(row.getString(0))
                                    .replace(keyspace, "KEYSPACE")
                                    .replaceFirst("\"id\": \"[^\"]*\", ", "")));
        }
        lines.removeIf(line -> !line.contains("\"loyalty_") || line.contains("loyalty_counts"));
        lines.sort(null);
        return lines;
    }

    @Test
    void aRowThatIsDeletedChangedOrAddedIsFoundOnEitherSide() throws IOException {
        String target = target();
        assertThat(typed("migrate", target, "--yes").exitCode()).isZero();
        String changed = "11111111-0000-4000-8000-000000000003";
        inKeyspace("UPDATE %s.loyalty_cards USING TTL 0 SET levels = ['z'] WHERE id = " + changed, target);
        inKeyspace("DELETE FROM %s.loyalty_cards WHERE id = 11111111-0000-4000-8000-000000000002", target);
        inKeyspace("INSERT INTO %s.loyalty_visits (shop, day, at) VALUES ('new', '2021-01-01', now())", target);
        inKeyspace(
                "UPDATE %s.loyalty_cards USING TTL 0 SET raw = 0x01 WHERE id = 11111111-0000-4000-8000-000000000001",
                target);

        Ended ended = typed("verify", target, "--json");

        assertThat(ended.exitCode()).isEqualTo(1);
        JsonNode report = json(ended);
        assertThat(report.path("outcome").asText()).isEqualTo("different");
        assertThat(report.path("differences")).hasSize(4);
        assertThat(report.path("differences").toString())
                .contains(
                        changed,
                        "\"levels\":{\"expected\":null,\"target\":\"***\"}",
                        "\"verdict\":\"missing\"",
                        "\"verdict\":\"extra\"",
                        "raw (expires)");
        assertThat(report.path("entities").path(CARDS).path("different").asLong())
                .isEqualTo(2);
        assertThat(report.path("entities").path(CARDS).path("missing").asLong()).isEqualTo(1);
        assertThat(report.path("entities").path(VISITS).path("extra").asLong()).isEqualTo(1);
    }

    private Ended repair(Path report, String target, String... options) {
        return keyferry(Typing.repair(report, source, target, directory.resolve("repair" + works++), options));
    }

    /** Compares, and returns the work directory; the report must hold what it says. */
    private Path verified(String target, int exitCode) {
        Ended ended = typed("verify", target);
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(exitCode);
        return believed(directory.resolve("verify" + (works - 1)));
    }

    private static Path believed(Path work) {
        Ended checked = keyferry("verify-report", work.toString());
        assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
        return work;
    }

    private static String card(String keyspace, String id) {
        Row row = SharedNode.session()
                .execute("SELECT JSON * FROM " + keyspace + ".loyalty_cards WHERE id = " + id)
                .one();
        return row == null ? "none" : Objects.requireNonNull(row.getString(0));
    }

    @Test
    void aRepairBringsItsRowsToWhatTheyShouldBeAndPutsThemBack() throws IOException {
        String target = target();
        assertThat(typed("migrate", target, "--yes").exitCode()).isZero();
        String mixed = "11111111-0000-4000-8000-000000000001";
        String missing = "11111111-0000-4000-8000-000000000002";
        String different = "11111111-0000-4000-8000-000000000003";
        String extra = "11111111-0000-4000-8000-000000000004";
        inKeyspace(
                "UPDATE %s.loyalty_cards USING TTL 0 SET levels = ['z'], name = 'x' WHERE id = " + different, target);
        inKeyspace("DELETE FROM %s.loyalty_cards WHERE id = " + missing, target);
        inKeyspace("INSERT INTO %s.loyalty_cards (id, name) VALUES (" + extra + ", 'new') USING TTL 0", target);
        inKeyspace("UPDATE %s.loyalty_cards USING TTL 0 SET raw = 0x02 WHERE id = " + mixed, target);
        inKeyspace("INSERT INTO %s.loyalty_visits (shop, day, at) VALUES ('new', '2021-01-01', now())", target);
        List<String> damaged = rows(target, CARDS);
        Path report = verified(target, 1);

        Ended plan = repair(report, target);

        assertThat(plan.exitCode()).as(plan.out() + plan.err()).isZero();
        assertThat(plan.out().replaceAll(" +", " "))
                .contains(
                        "write loyalty_cards " + missing + ": missing",
                        "overwrite loyalty_cards " + different + ": differs in levels, name",
                        "keep loyalty_cards " + extra + ": the source has none; say --delete-extra",
                        "keep loyalty_cards " + mixed + ": cannot be repaired: its values expire at different times",
                        "keep loyalty_visits 'new', '2021-01-01', ",
                        ": the source has none; say --delete-extra");
        assertThat(rows(target, CARDS)).isEqualTo(damaged);

        Ended done = repair(report, target, "--execute", "--yes", "--delete-extra");

        assertThat(done.exitCode())
                .as("what cannot be repaired is told, and stays different: " + done.out() + done.err())
                .isEqualTo(1);
        assertThat(done.out().replaceAll(" +", " "))
                .contains(
                        "delete loyalty_cards " + extra + ": the source has none",
                        "keep loyalty_visits 'new', '2021-01-01', ",
                        ": cannot be repaired: its table has static columns");
        Path repaired = believed(directory.resolve("repair" + (works - 1)));
        JsonNode told = new ObjectMapper().readTree(Files.readAllBytes(repaired.resolve("report.json")));
        assertThat(told.at("/entities/" + CARDS + "/written").asLong()).isEqualTo(2);
        assertThat(told.at("/entities/" + CARDS + "/different").asLong()).isEqualTo(1);
        assertThat(told.at("/entities/" + CARDS + "/missing").asLong()).isZero();
        assertThat(told.at("/entities/" + VISITS + "/extra").asLong()).isEqualTo(1);
        assertThat(told.path("origins").toString())
                .contains("{\"table\":\"loyalty_cards\",\"column\":\"levels\",\"from\":\"copied\"");
        for (String id : List.of(missing, different, extra)) {
            assertThat(card(target, id)).isEqualTo(card(source, id));
        }

        Ended undone = keyferry(
                "repair",
                "--undo",
                repaired.resolve("undo.jsonl").toString(),
                "--to",
                Keyspaces.uri(target),
                "--execute",
                "--yes",
                "--work-dir",
                directory.resolve("undo" + works++).toString());
        assertThat(undone.exitCode()).as(undone.out() + undone.err()).isZero();
        assertThat(rows(target, CARDS)).isEqualTo(damaged);
    }

    @Test
    void doingItAgainChangesNothingAndDoublesNoList() throws IOException {
        String target = target();
        assertThat(typed("migrate", target, "--yes").exitCode()).isZero();
        inKeyspace("DELETE name FROM %s.loyalty_cards WHERE id = 11111111-0000-4000-8000-000000000001", source);
        try {
            Ended again = typed("migrate", target, "--yes", "--into-existing", "--with", COUNTERS);
            Ended third = typed("migrate", target, "--yes", "--into-existing", "--with", COUNTERS, "--json");

            assertThat(again.exitCode()).as(again.err() + again.out()).isZero();
            assertThat(third.exitCode()).as(third.err() + third.out()).isZero();
            assertThat(rows(target, CARDS)).isEqualTo(rows(source, CARDS));
            assertThat(rows(target, COUNTERS)).isEqualTo(rows(source, COUNTERS)).hasSize(50);
            assertThat(json(third)
                            .path("entities")
                            .path(COUNTERS)
                            .path("matched")
                            .asLong())
                    .isEqualTo(50);
        } finally {
            in(
                    "UPDATE %s.loyalty_cards USING TTL 4000 SET name = 'mixed' WHERE id = 11111111-0000-4000-8000-000000000001");
        }
    }

    /** A migration that dies while it carries cards, twenty rows a second. */
    private Path killedWhileItCarries(String target) throws Exception {
        Path work = directory.resolve("killed");
        Process process =
                Typing.process(directory, Typing.migrate(source, target, work, "--rate", "20", "--in-flight", "1"));
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> there(target, CARDS) && rows(target, CARDS).size() >= 5);
        process.toHandle().destroyForcibly();
        assertThat(Typing.finish(process).exitCode()).isEqualTo(137);
        assertThat(rows(target, CARDS)).hasSizeBetween(5, 52);
        return work;
    }

    private static boolean there(String keyspace, String table) {
        return SharedNode.session()
                        .execute(
                                "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?",
                                keyspace,
                                table)
                        .one()
                != null;
    }

    @Test
    @Tag("faults")
    void aRunThatWasKilledWhileItCarriedThemIsGoneOnWith() throws Exception {
        String target = target();
        Path work = killedWhileItCarries(target);

        Ended ended = keyferry("migrate", "--resume", "--work-dir", work.toString(), "--rate", "1000");

        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        assertThat(rows(target, CARDS)).isEqualTo(rows(source, CARDS));
        assertThat(rows(target, VISITS)).isEqualTo(rows(source, VISITS));
        assertThat(rows(target, "locks")).noneMatch(row -> row.contains("keyferry made"));
    }

    @Test
    @Tag("faults")
    void whatAKilledRunHasMadeIsUndoneWithTheirTablesButNotWithThoseOfOthers() throws Exception {
        String target = target();
        killedWhileItCarries(target);
        String[] undo = {"bootstrap", "--undo", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes"};
        inKeyspace("DELETE FROM %s.locks WHERE key = 'migrations'", target);

        inKeyspace("CREATE TABLE %s.somebodys (id int PRIMARY KEY)", target);
        Ended foreign = keyferry(undo);
        assertThat(foreign.exitCode()).isEqualTo(5);
        assertThat(foreign.err())
                .contains("tables that Kong 2.8 does not have: somebodys")
                .doesNotContain("loyalty");
        inKeyspace("DROP TABLE %s.somebodys", target);

        inKeyspace("INSERT INTO %s.loyalty_cards (id, name) VALUES (uuid(), 'new')", target);
        Ended written = keyferry(undo);
        assertThat(written.exitCode()).isEqualTo(5);
        assertThat(written.err().replaceAll("\\s+", " "))
                .contains("table loyalty_cards has 1 row that was not written by the run");
        inKeyspace("TRUNCATE %s.loyalty_cards", target);

        Ended ended = keyferry(undo);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(Keyspaces.exists(target)).isFalse();
    }

    @Test
    void refusesATypeThatTheKeyspaceDefinesAndATableWithAnotherKey() {
        in("CREATE TYPE %s.address (street text)");
        in("CREATE TABLE %s.loyalty_homes (id int PRIMARY KEY, home frozen<address>)");
        in("INSERT INTO %s.loyalty_homes (id, home) VALUES (1, {street: 'x'})");
        String target = target();
        try {
            Ended refused = typed("migrate", target, "--yes");
            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err().replaceAll("\\s+", " "))
                    .contains(
                            "table loyalty_homes of a custom plugin",
                            "home frozen<address>",
                            "--without loyalty_homes");
            assertThat(Keyspaces.exists(target)).isFalse();

            assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                            .exitCode())
                    .isZero();
            inKeyspace("CREATE TABLE %s.loyalty_cards (name text PRIMARY KEY, id uuid)", target);
            Ended misfit = typed("migrate", target, "--yes", "--without", "loyalty_homes");
            assertThat(misfit.exitCode()).isEqualTo(5);
            assertThat(misfit.err().replaceAll("\\s+", " "))
                    .contains(
                            "loyalty_cards stands on the target already", "(name text) is not the source's (id uuid)");
        } finally {
            in("DROP TABLE %s.loyalty_homes");
            in("DROP TYPE %s.address");
        }
    }

    @Test
    void fillsATableThatItsPluginMadeOnTheTargetAndItsWorkspace() throws IOException {
        in("CREATE TABLE %s.loyalty_old (id int PRIMARY KEY, name text, gone text)");
        in("INSERT INTO %s.loyalty_old (id, name, gone) VALUES (1, 'one', 'x')");
        String target = target();
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(target), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        inKeyspace("CREATE TABLE %s.loyalty_old (id int PRIMARY KEY, ws_id uuid, name text, more text)", target);
        inKeyspace("ALTER TABLE %s.consumers ADD shoe_size int", target);
        in("ALTER TABLE %s.consumers ADD shoe_size int");
        in("ALTER TABLE %s.consumers ADD hat_size int");
        in("INSERT INTO %s.consumers (id, username, shoe_size, hat_size) VALUES"
                + " (22222222-0000-4000-8000-000000000001, 'jo', 44, 7)");
        try {
            Ended ended = typed("migrate", target, "--yes", "--json");
            Ended strict = typed("plan", target, "--extra-columns", "refuse", "--into-existing");

            assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
            Row row = Objects.requireNonNull(SharedNode.session()
                    .execute("SELECT ws_id, name FROM " + target + ".loyalty_old WHERE id = 1")
                    .one());
            assertThat(row.getUuid(0))
                    .isNotNull()
                    .isEqualTo(SharedNode.session()
                            .execute("SELECT id FROM " + target + ".workspaces")
                            .one()
                            .getUuid(0));
            assertThat(row.getString(1)).isEqualTo("one");
            assertThat(json(ended).path("warnings").toString())
                    .contains(
                            "column gone of table loyalty_old holds values in 1 row",
                            "column hat_size of table consumers holds values in 1 row",
                            "table loyalty_old of a custom plugin has workspaces on the target");
            assertThat(json(ended)
                            .path("entities")
                            .path("consumers (shoe_size)")
                            .path("matched")
                            .asLong())
                    .isEqualTo(1);
            assertThat(SharedNode.session()
                            .execute("SELECT shoe_size FROM " + target
                                    + ".consumers WHERE id = 22222222-0000-4000-8000-000000000001")
                            .one()
                            .getInt(0))
                    .isEqualTo(44);
            assertThat(strict.exitCode()).isEqualTo(5);
            assertThat(strict.err()).contains("column hat_size", "column gone");
        } finally {
            in("DROP TABLE %s.loyalty_old");
            in("DELETE FROM %s.consumers WHERE id = 22222222-0000-4000-8000-000000000001");
            in("ALTER TABLE %s.consumers DROP shoe_size");
            in("ALTER TABLE %s.consumers DROP hat_size");
        }
    }

    @Test
    void refusesWhatIsKongEnterprisesByNameUnlessItIsLeftOut() {
        in("CREATE TABLE %s.rbac_users (id uuid PRIMARY KEY, name text)");
        in("CREATE TABLE %s.vitals_codes_by_route (id uuid PRIMARY KEY)");
        in("INSERT INTO %s.rbac_users (id, name) VALUES (uuid(), 'admin')");
        String target = target();
        try {
            Ended refused = typed("migrate", target, "--yes");
            Ended plan = typed("plan", target, "--without", "enterprise");

            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err().replaceAll("\\s+", " "))
                    .contains(
                            "a keyspace of Kong Enterprise: rbac_users (roles and users of the Admin API)",
                            "--without enterprise",
                            "decK");
            assertThat(plan.exitCode()).as(plan.err()).isZero();
            assertThat(plan.out().replaceAll("\\s+", " "))
                    .contains(
                            "rbac_users: of Kong Enterprise: roles and users of the Admin API",
                            "vitals_codes_by_route: of Kong Enterprise: traffic statistics (Vitals)",
                            "traffic statistics are not carried (1 tables of Vitals)");
        } finally {
            in("DROP TABLE %s.rbac_users");
            in("DROP TABLE %s.vitals_codes_by_route");
        }
    }

    @Test
    void refusesAKeyspaceOfKongEnterpriseFromBefore21ByItsTables() {
        String old = SharedNode.freshKeyspaceName("cli_old_enterprise");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(old), "--kong", "2.0", "--yes")
                        .exitCode())
                .isZero();
        inKeyspace(
                "CREATE TABLE %s.workspaces (id uuid PRIMARY KEY, name text, comment text, created_at timestamp,"
                        + " meta text, config text)",
                old);
        inKeyspace(
                "CREATE TABLE %s.workspace_entities (workspace_id text, workspace_name text, entity_id text,"
                        + " entity_type text, unique_field_name text, unique_field_value text,"
                        + " PRIMARY KEY (workspace_id, entity_id, unique_field_name))",
                old);
        inKeyspace("CREATE TABLE %s.rbac_roles (id uuid PRIMARY KEY, name text)", old);
        inKeyspace("INSERT INTO %s.workspaces (id, name) VALUES (uuid(), 'default')", old);
        inKeyspace(
                "INSERT INTO %s.workspace_entities (workspace_id, workspace_name, entity_id, entity_type,"
                        + " unique_field_name, unique_field_value) VALUES ('w', 'default', 'e', 'consumers', 'username',"
                        + " 'default:jo')",
                old);
        inKeyspace("INSERT INTO %s.rbac_roles (id, name) VALUES (uuid(), 'default:admin')", old);
        String target = target();
        try {
            for (String[] options : new String[][] {{"--yes"}, {"--yes", "--without", "enterprise"}}) {
                Ended refused = keyferry(
                        Typing.transfer("migrate", old, target, directory.resolve("enterprise" + works++), options));

                assertThat(refused.exitCode()).as(refused.err()).isEqualTo(5);
                assertThat(refused.err().replaceAll("\\s+", " "))
                        .contains(
                                "a keyspace of Kong Enterprise from before 2.1 (it has a table work",
                                "Upgrade it in place to Kong Enterprise 2.1 or later first");
                if (options.length == 1) {
                    assertThat(refused.err().replaceAll("\\s+", " "))
                            .contains(
                                    "workspace_entities (which entity is in which workspace, before 2.1)",
                                    "rbac_roles (roles and users of the Admin API)");
                }
                assertThat(Keyspaces.exists(target)).isFalse();
            }
        } finally {
            Keyspaces.drop(old);
        }
    }

    @Test
    void anExportSaysThatItsFileLacksThem() {
        Ended ended = keyferry(
                "export",
                "--from",
                Keyspaces.uri(source),
                directory.resolve("kong.yml").toString());

        assertThat(ended.exitCode()).isZero();
        assertThat((ended.out() + ended.err()).replaceAll("\\s+", " "))
                .contains("table loyalty_cards of a custom plugin is not in the file");
    }
}
