package io.keyferry.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the recorded form: {@code schema.json} with rows of {@code system_schema}, {@code rows/<table>.json}. */
final class RecordingReader {
    private RecordingReader() {}

    static RecordedKeyspace read(Path folder) {
        Path schemaFile = folder.resolve("schema.json");
        JsonNode schema = JsonText.parse(schemaFile);
        for (String unknown : List.of("types", "views", "functions", "aggregates")) {
            if (!schema.path(unknown).isEmpty()) {
                throw new RehearsalException("The keyspace in " + schemaFile + " has " + unknown
                        + ", which cannot be made real here: record it without them.");
            }
        }
        SortedMap<String, TableSchema> tables =
                SchemaForm.tables(schema.path("tables"), schema.path("columns"), schema.path("indexes"));
        SortedMap<String, List<RecordedRow>> rows = new TreeMap<>();
        for (TableSchema table : tables.values()) {
            Path file = folder.resolve("rows").resolve(table.name() + ".json");
            if (Files.exists(file)) {
                rows.put(table.name(), rows(table, file));
            }
        }
        return new RecordedKeyspace(schema.path("keyspace").asText(), tables, rows);
    }

    private static List<RecordedRow> rows(TableSchema table, Path file) {
        List<RecordedRow> rows = new ArrayList<>();
        for (JsonNode recorded : JsonText.parse(file)) {
            SortedMap<String, JsonNode> values = new TreeMap<>();
            for (TableSchema.Column column : table.columns()) {
                values.put(column.name(), recorded.path("row").path(column.name()));
            }
            values.replaceAll((column, value) -> value.isMissingNode() ? NullNode.getInstance() : value);
            recorded.path("row").fieldNames().forEachRemaining(column -> {
                if (!values.containsKey(column)) {
                    throw new RehearsalException("A row in " + file + " has a column '" + column
                            + "' that the table has not: schema.json and the rows are of different keyspaces.");
                }
            });
            SortedMap<String, Integer> ttl = new TreeMap<>();
            recorded.path("ttl")
                    .properties()
                    .forEach(entry -> ttl.put(entry.getKey(), entry.getValue().intValue()));
            List<Long> writetimes = new ArrayList<>();
            recorded.path("writetimes").forEach(time -> writetimes.add(time.longValue()));
            rows.add(new RecordedRow(values, ttl, writetimes));
        }
        return rows;
    }
}
