package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.datastax.oss.driver.api.core.CqlSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keyferry.rehearsal.RecordedCase.Migration;
import io.keyferry.rehearsal.TableSchema.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordedKeyspaceTest {
    private static final Path RECORDED = RecordedCases.directory();

    static Stream<Path> folders() {
        Migration migration = RecordedCases.in(RECORDED, Migration.class).get(0);
        return Stream.of(migration.before(), migration.afterFinish(), RECORDED.resolve("2.8.5/extras/db"));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aLoadedRecordingIsReadBackAsItWasRecorded(Path folder) {
        CqlSession session = SharedNode.session();
        String keyspace = SharedNode.freshKeyspaceName("round_trip");

        RecordedKeyspace recorded = RecordedKeyspace.load(folder, session, keyspace);
        RecordedKeyspace live = RecordedKeyspace.read(session, keyspace);

        assertThat(KeyspaceComparison.exact().differences(recorded, live)).isEmpty();
        assertThat(live.rows().values().stream().mapToInt(List::size).sum()).isGreaterThan(90);
    }

    @Test
    void keepsWhatKongsTablesDoNotHave() {
        CqlSession session = SharedNode.session();
        String from = SharedNode.freshKeyspaceName("odd");
        Ddl ddl = new Ddl(session);
        ddl.execute(
                "CREATE KEYSPACE " + from + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        ddl.execute("CREATE TABLE " + from + ".hits (day date, route uuid, \"Count\" counter, errors counter,"
                + " PRIMARY KEY (day, route))");
        ddl.execute("CREATE TABLE " + from + ".odd (\"Group\" text, seq int, at timestamp static, amount decimal,"
                + " raw blob, big varint, names frozen<list<text>>, by_name map<text, frozen<set<int>>>,"
                + " PRIMARY KEY (\"Group\", seq)) WITH CLUSTERING ORDER BY (seq DESC) AND default_time_to_live = 5000");
        ddl.execute("CREATE INDEX by_key ON " + from + ".odd (keys(by_name))");
        ddl.awaitAgreement();
        session.execute("UPDATE " + from + ".hits SET \"Count\" = \"Count\" + 7, errors = errors - 2"
                + " WHERE day = '2026-11-20' AND route = 9a68b57c-9d6e-5c6a-b991-32c0686ffbee");
        session.execute("INSERT INTO " + from + ".odd (\"Group\", seq, at, amount, raw, big, names, by_name)"
                + " VALUES ('it''s', 3, '2026-11-20 18:04:30.123Z', 1.50, 0xCAFE, 123456789012345678901234567890,"
                + " ['b', 'a'], {'x': {2, 1}}) USING TTL 0");
        session.execute(
                "UPDATE " + from + ".odd USING TTL 3000 SET amount = 2.25 WHERE \"Group\" = 'it''s' AND seq = 3");
        session.execute("INSERT INTO " + from + ".odd (\"Group\", seq) VALUES ('only a key', 1)");

        RecordedKeyspace odd = RecordedKeyspace.read(session, from);
        String to = SharedNode.freshKeyspaceName("odd_again");
        odd.createIn(session, to, 1);
        RecordedKeyspace again = RecordedKeyspace.read(session, to);

        assertThat(KeyspaceComparison.exact().differences(odd, again)).isEmpty();
        assertThat(odd.rowsOf("hits").get(0).values()).containsEntry("Count", JsonText.node(7));
        RecordedRow row = odd.rowsOf("odd").stream()
                .filter(candidate -> !candidate.ttl().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(row.ttl()).containsOnlyKeys("amount");
        assertThat(requireNonNull(again.tables().get("odd")).columns())
                .extracting(TableSchema.Column::name, TableSchema.Column::kind, TableSchema.Column::descending)
                .startsWith(
                        tuple("Group", Kind.PARTITION_KEY, false),
                        tuple("seq", Kind.CLUSTERING, true),
                        tuple("at", Kind.STATIC, false));
    }

    @Test
    void refusesToLoadIntoAKeyspaceThatExists() {
        CqlSession session = SharedNode.session();
        String keyspace = SharedNode.freshKeyspaceName("twice");
        Path folder = RECORDED.resolve("2.0.5/after-bootstrap");
        RecordedKeyspace.load(folder, session, keyspace);
        assertThatThrownBy(() -> RecordedKeyspace.load(folder, session, keyspace))
                .hasMessageContaining(keyspace)
                .hasMessageContaining("already exists");
    }

    @Test
    void saysThatThereIsNoSuchKeyspace() {
        assertThatThrownBy(() -> RecordedKeyspace.read(SharedNode.session(), "nowhere"))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("nowhere does not exist");
    }

    @Test
    void saysWhichFileOfARecordingIsMissing(@TempDir Path empty) {
        assertThatThrownBy(() -> RecordedKeyspace.of(empty))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("schema.json");
    }

    @Test
    void tellsEveryDifferenceByTableKeyAndColumn() throws IOException {
        RecordedKeyspace recorded = RecordedKeyspace.of(RECORDED.resolve("2.0.5/sample/db"));
        TreeMap<String, TableSchema> tables = new TreeMap<>(recorded.tables());
        tables.remove("acls");
        TableSchema routes = requireNonNull(recorded.tables().get("routes"));
        tables.put(
                "routes",
                new TableSchema(
                        "routes",
                        routes.columns().stream()
                                .filter(column -> !column.name().equals("tags"))
                                .toList(),
                        new TreeMap<>(),
                        60));
        TreeMap<String, List<RecordedRow>> rows = new TreeMap<>(recorded.rows());
        rows.put("snis", recorded.rowsOf("snis").subList(0, 1));
        RecordedRow sni = recorded.rowsOf("snis").get(0);
        TreeMap<String, JsonNode> changed = new TreeMap<>(sni.values());
        changed.put("name", TextNode.valueOf("changed"));
        rows.put("snis", List.of(new RecordedRow(changed, new TreeMap<>(Map.of("name", 500)), List.of())));

        List<String> differences =
                KeyspaceComparison.exact().differences(recorded, new RecordedKeyspace("other", tables, rows));

        assertThat(differences)
                .contains("table acls: missing", "table routes: column tags: missing")
                .contains("table routes: default_time_to_live: expected 0, is 60")
                .anyMatch(line -> line.matches("table routes: index routes_\\w+: missing"))
                .anyMatch(line -> line.matches("row snis\\[.*id=.*]: missing"))
                .anyMatch(line -> line.matches("row snis\\[.*id=.*]: name: expected \".*\", is \"changed\""))
                .anyMatch(line -> line.matches("row snis\\[.*id=.*]: name: expected ttl null, is 500"));
    }

    @Test
    void comparesJsonTextByItsMeaningWhenAsked() {
        JsonNode left = TextNode.valueOf("{\"a\":[],\"b\":{\"c\":1.0}}");
        JsonNode right = TextNode.valueOf("{ \"b\": {\"c\": 1}, \"a\": {} }");
        RecordedKeyspace recorded = RecordedKeyspace.of(RECORDED.resolve("2.0.5/sample/db"));
        RecordedKeyspace one = withPluginConfig(recorded, left);
        RecordedKeyspace other = withPluginConfig(recorded, right);
        assertThat(KeyspaceComparison.ofMeaning().differences(one, other)).isEmpty();
        assertThat(KeyspaceComparison.exact().differences(one, other)).hasSize(1);
    }

    private static RecordedKeyspace withPluginConfig(RecordedKeyspace keyspace, JsonNode config) {
        TreeMap<String, List<RecordedRow>> rows = new TreeMap<>(keyspace.rows());
        TreeMap<String, JsonNode> values =
                new TreeMap<>(keyspace.rowsOf("plugins").get(0).values());
        values.put("config", config);
        rows.put("plugins", List.of(RecordedRow.of(values)));
        return new RecordedKeyspace(keyspace.name(), keyspace.tables(), rows);
    }
}
