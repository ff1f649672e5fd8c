package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.verifier.report.ReportCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The entities that a report names as not being as they should be, all of them: those of {@code differences.jsonl} where
 * it is beside the report, else those of the report if it lists all. Immutable.
 *
 * @param report what the report says else
 * @param rows each once, in the report's order
 */
record NamedRows(JsonNode report, List<Row> rows) {
    /** As many as are held in memory and looked at one by one. */
    private static final int MOST = 100_000;

    private static final String DIFFERENCES = "differences.jsonl";

    /** An entity, by the names that the report has for it. */
    record Row(String type, String id, Optional<String> name, String workspace) {}

    NamedRows {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a report that is sound.
     *
     * @param file a {@code report.json}, or the work directory that holds it
     * @throws KeyferryException (USAGE) when it cannot be read, (REFUSED) when it does not add up, was changed, does not
     *     compare, or does not name all
     */
    static NamedRows read(Path file) {
        Path report = Files.isDirectory(file) ? file.resolve(WorkDirectory.REPORT) : file;
        ReportCheck check = ReportCheck.of(report, Optional.empty());
        if (!check.problems().isEmpty()) {
            throw KeyferryException.refused(report + " is not to be believed, and nothing was written: "
                    + String.join("; ", check.problems()) + ". Run 'keyferry verify' for a new one.");
        }
        if (!check.report().has("verification")) {
            throw KeyferryException.refused(report + " is of a run that did not compare ("
                    + check.report().path("outcome").asText() + "), so it names no rows: run 'keyferry verify' first");
        }
        long found = check.found();
        if (found > MOST) {
            throw KeyferryException.refused(found + " rows differ, and repair takes up to " + MOST
                    + ": that is a copy to be made again. Run 'keyferry migrate --into-existing', or start over.");
        }
        return new NamedRows(check.report(), rows(report, check.report(), found));
    }

    private static List<Row> rows(Path file, JsonNode report, long found) {
        List<Row> rows = new ArrayList<>();
        Set<List<String>> seen = new HashSet<>();
        Path all = file.resolveSibling(DIFFERENCES);
        // Whether that file is the report's own was checked with the report.
        if (vouchedFor(report) && Files.exists(all)) {
            try (BufferedReader reader = Files.newBufferedReader(all)) {
                JsonMapper json = new JsonMapper();
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    add(json.readTree(line), seen, rows);
                }
            } catch (IOException e) {
                throw KeyferryException.usage(all + " cannot be read: " + e);
            }
            return rows;
        }
        if (report.path("differences").size() < found) {
            throw KeyferryException.refused(
                    file + " lists " + report.path("differences").size() + " of " + found + " differences: put the "
                            + DIFFERENCES + " of the same run beside it, which has all");
        }
        report.path("differences").forEach(difference -> add(difference, seen, rows));
        return rows;
    }

    private static boolean vouchedFor(JsonNode report) {
        for (JsonNode file : report.path("files")) {
            if (file.path("name").asText().equals(DIFFERENCES)) {
                return true;
            }
        }
        return false;
    }

    private static void add(JsonNode difference, Set<List<String>> seen, List<Row> rows) {
        String type = difference.path("type").asText();
        String id = difference.path("id").asText();
        if (seen.add(List.of(type, id))) {
            rows.add(new Row(
                    type,
                    id,
                    Optional.ofNullable(difference.path("name").textValue()),
                    difference.path("workspace").asText()));
        }
    }
}
