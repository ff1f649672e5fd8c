package io.keyferry.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The form {@code keyferry.report/1}, to the letter: scripts and dashboards lean on it. */
final class ReportJsonTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final String GOLDEN = """
        {
          "schema": "keyferry.report/1",
          "run": "20261120T100000Z-migrate",
          "command": "migrate",
          "outcome": "different",
          "keyferry": "0.1.0",
          "options": {"--kong": "2.8"},
          "by": "jo@host",
          "started": "2026-11-20T10:00:00Z",
          "finished": "2026-11-20T10:00:12.345Z",
          "seconds": 12.345,
          "from": {"place": "cassandra://a/kong", "kong": "2.0.5", "cassandra": "3.11.19"},
          "to": {"place": "cassandra://b/kong"},
          "entities": {
            "routes": {
              "source": 1234, "target": 1233, "read": 1234, "excluded": {"for a reason": 2}, "written": 1232,
              "matched": 1230, "matched_by_rule": 7, "matched_by_rules": {}, "different": 1, "missing": 1, "extra": 2,
              "drifted": 0, "expired": 0, "only_of_target": {"extra": 0, "drifted": 0, "expired": 0},
              "digest": {
                "source": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "expected": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "target": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
              }
            },
            "snis": {
              "source": 0, "target": 0, "read": 0, "excluded": {}, "written": 0,
              "matched": 0, "matched_by_rule": 0, "matched_by_rules": {}, "different": 0, "missing": 0, "extra": 0,
              "drifted": 0, "expired": 0, "only_of_target": {"extra": 0, "drifted": 0, "expired": 0}
            }
          },
          "rules": {"T1": 37},
          "verification": {
            "self_test": {"damaged": 64, "found": 64, "of_custom_tables": 0},
            "source_read": "anew",
            "second_reading": {"rows": 2467, "buckets_apart": 0},
            "buckets_read_again": 2, "rows_read_again": 345,
            "invariants": [
              {
                "name": "cache_keys", "means": "cache_key is made of the row's own values", "checked": 70, "violated": 1,
                "first": [
                  {"invariant": "cache_keys", "type": "plugins", "id": "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b",
                   "name": "acl", "detail": "it is stale"}
                ]
              },
              {
                "name": "references", "means": "every reference names an entity that is there", "checked": 9,
                "violated": 1, "tolerated": "as it was", "first": []
              },
              {
                "name": "schema_meta", "means": "schema_meta lists all migrations, none of them pending", "checked": 0,
                "violated": 0, "unchecked": "not yet", "first": []
              }
            ],
            "types": {
              "routes": {
                "slices": 1, "positions": "18446744073709551616", "covers": "all positions of the table, each once", "buckets": 16,
                "buckets_read_again": 2, "rows_read_again": 345, "raw": ["paths"],
                "canonical_only": {"name": "stands behind the workspace's id"}, "untold": ["created_at"]
              }
            }
          },
          "ledger": [{"table": "routes", "column": "ws_id", "fate": "derived", "why": "the workspace's id"}],
          "origins": [{"table": "routes", "column": "paths", "from": "copied", "of": "routes.paths", "why": ""}],
          "differences": [
            {
              "type": "routes", "id": "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b", "name": "r1", "workspace": "default",
              "verdict": "different", "fields": {"paths": {"expected": ["/a"], "target": null}}
            }
          ],
          "expected": {
            "seconds": 5.0, "steps": {"export": 5.0}, "measured": {"rows": 1234, "bytes": 98765, "seconds": 2.5},
            "assumed": ["the target is as fast as the source"]
          },
          "steps": [{"name": "export", "seconds": 3.1, "entities": 100, "bytes": 123456}],
          "timeline": [
            {"step": "export", "second": 1.5, "seconds": 0.5, "entities": 40},
            {"step": "export", "second": 3.1, "seconds": 1.6, "entities": 60}
          ],
          "warnings": ["look here"],
          "files": [
            {
              "name": "differences.jsonl", "bytes": 200, "lines": 1,
              "sha256": "abababababababababababababababababababababababababababababababab"
            }
          ]
        }
        """;

    private static JsonNode written(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(report, out);
        return MAPPER.readTree(out.toByteArray());
    }

    @Test
    void hasTheFormOfTheContract() throws IOException {
        assertThat(written(Reports.different()).toPrettyString())
                .as("the order of members too")
                .isEqualTo(MAPPER.readTree(GOLDEN).toPrettyString());
    }

    @Test
    void sayWhyARunWasRefused() throws IOException {
        JsonNode report = written(Reports.refused());

        assertThat(report.path("outcome").asText()).isEqualTo("refused");
        assertThat(report.path("error").asText()).isEqualTo("the target holds entities");
    }

    @Test
    void namesEveryOutcome() {
        assertThat(Outcome.values())
                .extracting(Outcome::label)
                .containsExactlyInAnyOrder(
                        "equal", "done", "different", "drifted", "refused", "failed", "interrupted", "planned");
    }

    @Test
    void writesADifferenceOnOneLine() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.writeLine(Reports.different().differences().get(0), out);
        ReportJson.writeLine(Reports.different().differences().get(0), out);

        String line = "{\"type\":\"routes\",\"id\":\"" + Reports.ID
                + "\",\"name\":\"r1\",\"workspace\":\"default\",\"verdict\":\"different\","
                + "\"fields\":{\"paths\":{\"expected\":[\"/a\"],\"target\":null}}}\n";
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(line + line);
    }
}
