package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.ReportSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real runs report, held against the published schema and against the keyspaces themselves. */
class ReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private static String source;
    private static String target;
    private static Path work;

    @BeforeAll
    static void migrate() {
        source = Keyspaces.sample("report_old");
        target = SharedNode.freshKeyspaceName("report_new");
        work = directory.resolve("migrate");
        Ended migrated = keyferry(Typing.migrate(source, target, work));
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
    }

    @AfterAll
    static void dropKeyspaces() {
        Keyspaces.drop(source);
        Keyspaces.drop(target);
    }

    private static JsonNode report(Path work) throws IOException {
        return JSON.readTree(Files.readAllBytes(work.resolve("report.json")));
    }

    private static void fitsTheSchema(JsonNode report) {
        assertThat(new ReportSchema().problems(report)).isEmpty();
        assertThat(new ReportSchema().undescribed(report)).isEmpty();
    }

    /** {@code table.column} of all columns that a keyspace really has. */
    private static List<String> columns(String keyspace) {
        List<String> columns = new ArrayList<>();
        SharedNode.session()
                .execute("SELECT table_name, column_name FROM system_schema.columns WHERE keyspace_name = ?", keyspace)
                .forEach(row -> columns.add(row.getString(0) + "." + row.getString(1)));
        return columns;
    }

    private static List<String> columns(JsonNode lines) {
        List<String> columns = new ArrayList<>();
        for (JsonNode line : lines) {
            if (!line.path("column").asText().isEmpty()) {
                columns.add(
                        line.path("table").asText() + "." + line.path("column").asText());
            }
        }
        return columns;
    }

    private static JsonNode line(JsonNode lines, String table, String column) {
        for (JsonNode line : lines) {
            if (line.path("table").asText().equals(table)
                    && line.path("column").asText().equals(column)) {
                return line;
            }
        }
        throw new AssertionError("no line of " + table + "." + column);
    }

    @Test
    void fitsThePublishedSchemaHoweverTheRunEnds() throws IOException {
        fitsTheSchema(report(work));
        Path planned = directory.resolve("planned");
        keyferry(Typing.transfer("plan", source, "report_plan", planned));
        assertThat(report(planned).path("outcome").asText()).isEqualTo("planned");
        fitsTheSchema(report(planned));
        Path refused = directory.resolve("refused");
        keyferry(Typing.migrate(source, target, refused));
        assertThat(report(refused).path("outcome").asText()).isEqualTo("refused");
        fitsTheSchema(report(refused));
        Path failed = directory.resolve("failed");
        keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri("report_nowhere"),
                "--work-dir",
                failed.toString());
        assertThat(report(failed).path("outcome").asText()).isEqualTo("failed");
        fitsTheSchema(report(failed));
    }

    @Test
    void ledgerNamesEveryColumnOfTheSourceOnce() throws IOException {
        JsonNode report = report(work);

        assertThat(columns(report.path("ledger"))).containsExactlyInAnyOrderElementsOf(columns(source));
        assertThat(line(report.path("ledger"), "sessions", "").path("why").asText())
                .contains("users log in again");
        assertThat(line(report.path("ledger"), "plugins", "run_on").path("fate").asText())
                .isEqualTo("excluded");
    }

    @Test
    void originsNameEveryColumnOfTheTargetOnce() throws IOException {
        JsonNode origins = report(work).path("origins");

        assertThat(columns(origins)).containsExactlyInAnyOrderElementsOf(columns(target));
        assertThat(line(origins, "routes", "paths").path("of").asText()).isEqualTo("routes.paths");
        assertThat(line(origins, "services", "enabled").path("why").asText()).isEqualTo("T15: services are enabled");
        assertThat(line(origins, "routes", "name").path("from").asText()).isEqualTo("transformed");
        assertThat(line(origins, "plugins", "cache_key").path("from").asText()).isEqualTo("derived");
        assertThat(line(origins, "schema_meta", "executed").path("from").asText())
                .isEqualTo("bootstrapped");
        assertThat(line(origins, "tags", "tag").path("from").asText()).isEqualTo("derived");
        assertThat(line(origins, "sessions", "data").path("from").asText()).isEqualTo("empty");
    }

    @Test
    void verifyTellsBothLedgersToo() throws IOException {
        Path verified = directory.resolve("verified");
        keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--work-dir",
                verified.toString());

        JsonNode report = report(verified);
        fitsTheSchema(report);
        assertThat(columns(report.path("ledger"))).containsExactlyInAnyOrderElementsOf(columns(source));
        assertThat(columns(report.path("origins"))).containsExactlyInAnyOrderElementsOf(columns(target));
    }

    private Ended verifyReport(Path file, String... more) {
        List<String> args = new ArrayList<>(List.of("verify-report", file.toString()));
        args.addAll(List.of(more));
        return keyferry(args.toArray(String[]::new));
    }

    @Test
    void verifyReportBelievesWhatRealRunsReport() {
        Ended checked = verifyReport(work);

        assertThat(checked.out())
                .contains("sums: add up", "differences.jsonl: has the SHA-256", "Nothing is wrong with this report.");
        assertThat(checked.exitCode()).isZero();
    }

    @Test
    void verifyReportSaysWhatWasChanged() throws IOException {
        Path changed = directory.resolve("changed.json");
        ObjectNode report = (ObjectNode) report(work);
        ((ObjectNode) report.at("/entities/consumers")).put("matched", 1);
        Files.writeString(changed, report.toString());

        Ended checked = verifyReport(changed);

        assertThat(checked.out())
                .contains("WRONG: entities.consumers: read is 36, but", "This report is not to be believed.");
        assertThat(checked.exitCode()).isEqualTo(1);
        assertThat(verifyReport(changed, "--json").out()).contains("\"good\" : false");
        assertThat(verifyReport(directory.resolve("nowhere.json")).exitCode()).isEqualTo(2);
    }

    @Test
    void signsReportsAndFindsTheSignature() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path secret = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
        Path open = pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Path signed = directory.resolve("signed");
        Ended verified = keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--json",
                "--sign-key",
                secret.toString(),
                "--work-dir",
                signed.toString());
        assertThat(verified.exitCode()).as(verified.err()).isZero();
        fitsTheSchema(report(signed));
        assertThat(signed.resolve("report.json.sig"))
                .satisfies(CommandsTest::isOfTheOwnerOnly)
                .hasSize(64);
        assertThat(verified.out())
                .as("what was printed is what was signed")
                .isEqualTo(Files.readString(signed.resolve("report.json")));

        Ended good = verifyReport(signed.resolve("report.json"), "--key", open.toString());
        assertThat(good.out()).contains("signature: good, by SHA256:", "the key given");
        assertThat(good.exitCode()).isZero();

        Ended unsigned = verifyReport(work, "--key", open.toString());
        assertThat(unsigned.out()).contains("WRONG: signature: the report is not signed, but should be");
        assertThat(unsigned.exitCode()).isEqualTo(1);

        Files.writeString(
                signed.resolve("report.json"),
                verified.out().replace("\"command\" : \"verify\"", "\"command\" : \"migrate\""));
        Ended tampered = verifyReport(signed, "--key", open.toString());
        assertThat(tampered.out()).contains("WRONG: signature: it is not that of this file");
        assertThat(tampered.exitCode()).isEqualTo(1);
    }

    @Test
    void refusesAKeyThatCannotSignBeforeAnythingIsDone() throws IOException {
        Path unused = directory.resolve("unused");
        Ended refused = keyferry(
                "verify",
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--sign-key",
                pem("PUBLIC KEY", new byte[44]).toString(),
                "--work-dir",
                unused.toString());

        assertThat(refused.err()).contains("holds a block PUBLIC KEY and not PRIVATE KEY");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(unused).doesNotExist();
    }

    private static Path pem(String label, byte[] encoded) throws IOException {
        Path file = Files.createTempFile(directory, "key", ".pem");
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END "
                        + label + "-----\n");
    }

    @Test
    void timelineAccountsForAllThatWasDone() throws IOException {
        JsonNode report = report(work);
        for (String step : List.of("export", "validate", "import")) {
            long done = 0;
            for (JsonNode pace : report.path("timeline")) {
                done += pace.path("step").asText().equals(step)
                        ? pace.path("entities").asLong()
                        : 0;
            }
            long said = -1;
            for (JsonNode time : report.path("steps")) {
                said = time.path("name").asText().equals(step)
                        ? time.path("entities").asLong()
                        : said;
            }
            assertThat(done).as(step).isEqualTo(said);
        }
        assertThat(Files.readString(work.resolve("report.html"))).contains("id=\"chart-timeline\"");
    }
}
