package io.keyferry.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.rehearsal.TableSchema.Column;
import io.keyferry.rehearsal.TableSchema.Index;
import io.keyferry.rehearsal.TableSchema.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns rows of {@code system_schema} in their JSON form, recorded or live, into tables. */
final class SchemaForm {
    private SchemaForm() {}

    static SortedMap<String, TableSchema> tables(
            Iterable<JsonNode> tables, Iterable<JsonNode> columns, Iterable<JsonNode> indexes) {
        Map<String, List<Column>> columnsOf = new HashMap<>();
        for (JsonNode column : columns) {
            columnsOf
                    .computeIfAbsent(text(column, "table_name"), table -> new ArrayList<>())
                    .add(new Column(
                            text(column, "column_name"),
                            text(column, "type"),
                            Kind.valueOf(text(column, "kind").toUpperCase(Locale.ROOT)),
                            column.path("position").asInt(-1),
                            text(column, "clustering_order").equalsIgnoreCase("desc")));
        }
        Map<String, SortedMap<String, Index>> indexesOf = new HashMap<>();
        for (JsonNode index : indexes) {
            Map<String, String> options = new HashMap<>();
            index.path("options")
                    .properties()
                    .forEach(option ->
                            options.put(option.getKey(), option.getValue().asText()));
            String target = options.remove("target");
            if (target == null) {
                throw new RehearsalException("Index " + text(index, "index_name") + " on " + text(index, "table_name")
                        + " has no target in its options: the schema is incomplete.");
            }
            indexesOf
                    .computeIfAbsent(text(index, "table_name"), table -> new TreeMap<>())
                    .put(text(index, "index_name"), new Index(target, options));
        }
        SortedMap<String, TableSchema> result = new TreeMap<>();
        for (JsonNode table : tables) {
            String name = text(table, "table_name");
            result.put(
                    name,
                    new TableSchema(
                            name,
                            columnsOf.getOrDefault(name, List.of()),
                            indexesOf.getOrDefault(name, new TreeMap<>()),
                            table.path("default_time_to_live").asInt(0)));
        }
        return result;
    }

    private static String text(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isTextual()) {
            throw new RehearsalException("A row of system_schema has no '" + field + "': " + row);
        }
        return value.textValue();
    }
}
