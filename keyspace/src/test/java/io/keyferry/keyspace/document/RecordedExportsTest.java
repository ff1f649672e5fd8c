package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code kong config db_export} wrote, beside the rows that it exported. */
final class RecordedExportsTest {
    /** Not in any export: derived or of the keyspace itself, and the credentials that 2.0 forgets. */
    private static final Set<String> NOT_EXPORTED =
            Set.of("tags", "schema_meta", "workspaces", "locks", "cluster_events", "clustering_data_planes");

    @ParameterizedTest
    @CsvSource({
        "2.0.5, 2.0.5/sample",
        "2.8.5, 2.8.5/sample",
        "2.8.5, 2.8.5/extras",
        "2.8.5, 2.8.5/nulls",
        "2.8.5, export-import/2.8.5-to-2.8.5",
        "2.8.5, export-import/2.0.5-to-2.8.5"
    })
    void everyRowIsRead(String kong, String folder) throws IOException {
        Path recorded = Documents.recorded(folder);
        Map<String, Integer> expected = new TreeMap<>();
        JsonNode counts = new ObjectMapper()
                .readTree(recorded.resolve("db/row_counts.json").toFile());
        counts.properties().forEach(count -> {
            boolean forgotten = kong.equals("2.0.5") && count.getKey().equals("basicauth_credentials");
            if (!NOT_EXPORTED.contains(count.getKey())
                    && !forgotten
                    && count.getValue().asInt() > 0) {
                expected.put(count.getKey(), count.getValue().asInt());
            }
        });
        Map<String, Integer> read = new TreeMap<>();
        for (DocumentEntry entry : entries(kong, recorded)) {
            read.merge(entry.type().name(), 1, Integer::sum);
        }
        assertThat(read).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"2.0.5, 2.0.5/sample", "2.8.5, 2.8.5/sample", "2.8.5, 2.8.5/nulls"})
    void theThoroughParserReadsTheSame(String kong, String folder) throws IOException, Malformed {
        Path file = Documents.recorded(folder).resolve("export.yml");
        List<DocumentEntry> fast = entries(kong, Documents.recorded(folder));
        List<DocumentEntry> thorough = new ArrayList<>();
        try (PartSource parts = new DocumentSource(file).thorough(Malformed.syntax(1, "is looked at twice"))) {
            int next = 0;
            Part part = parts.next();
            while (part != null) {
                if (part.kind() == Part.Kind.ELEMENT) {
                    DocumentEntry entry = fast.get(next++);
                    assertThat(part.value()).isEqualTo(entry.fields());
                    assertThat(part.line()).isEqualTo(entry.line());
                    thorough.add(entry);
                }
                part = parts.next();
            }
        }
        assertThat(thorough).hasSameSizeAs(fast);
    }

    @Test
    void valuesAreThoseOfTheRows() throws IOException {
        List<DocumentEntry> entries = entries("2.8.5", Documents.recorded("2.8.5/sample"));
        assertThat(entry(entries, "5b335508-28be-5238-870f-72273946cd84").get("cert_alt"))
                .isInstanceOfSatisfying(
                        Value.Text.class, text -> assertThat(text.value()).endsWith("-----END CERTIFICATE-----\n"));
        assertThat(entry(entries, "e6537fc7-f62a-5840-940e-adc03c815b5f").get("created_at"))
                .isEqualTo(Value.number(1795197700.994));
        assertThat(entry(entries, "85ac029d-5157-5814-961b-23847489c5d7").get("username"))
                .isEqualTo(Value.text("ünïcödé 用户 😀"));
        assertThat(entry(entries, "8a8693d8-5e34-52eb-a083-b4ef20bcbcf0").get("paths"))
                .isEqualTo(new Value.Sequence(List.of(Value.text("/one"), Value.text("/two/(?<x>\\d+)"))));
        assertThat(entry(entries, "67167dd9-765f-5c15-868d-6820b8cfc86a").get("ttl"))
                .isEqualTo(Value.whole(299));
        assertThat(entry(entries, "3dcb9bf5-be72-5b7a-af72-f27f4c7a0a23").get("tags"))
                .isEqualTo(Value.NULL);
    }

    @ParameterizedTest
    @CsvSource({"2.0.5, 2.0.5/sample", "2.8.5, 2.8.5/sample", "2.8.5, 2.8.5/extras", "2.8.5, 2.8.5/nulls"})
    void kongsExportsAreGood(String kong, String folder) throws IOException {
        List<String> problems = new ArrayList<>();
        Path file = Documents.recorded(folder).resolve("export.yml");
        Documents.bind(file, Catalog.forVersion(KongVersion.parse(kong)), problems);
        assertThat(problems).isEmpty();
    }

    private static List<DocumentEntry> entries(String kong, Path folder) throws IOException {
        return Documents.entries(folder.resolve("export.yml"), Catalog.forVersion(KongVersion.parse(kong)));
    }

    private static Map<String, Value> entry(List<DocumentEntry> entries, String id) {
        return entries.stream()
                .filter(entry -> Value.text(id).equals(entry.fields().values().get("id")))
                .findFirst()
                .orElseThrow()
                .fields()
                .values();
    }
}
