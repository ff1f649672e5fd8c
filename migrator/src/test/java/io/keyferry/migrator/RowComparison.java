package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import io.keyferry.rehearsal.TableSchema;
import io.keyferry.rehearsal.TableSchema.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares the rows of two keyspaces, column by column, in canonical form. */
final class RowComparison {
    private final RecordedKeyspace kong;
    private final RecordedKeyspace ours;
    private final List<RowDifference> differences = new ArrayList<>();

    private RowComparison(RecordedKeyspace kong, RecordedKeyspace ours) {
        this.kong = kong;
        this.ours = ours;
    }

    /** Everything that differs; times to live too, to the second. */
    static List<RowDifference> differences(RecordedKeyspace kong, RecordedKeyspace ours) {
        RowComparison comparison = new RowComparison(kong, ours);
        TreeSet<String> tables = new TreeSet<>(kong.tables().keySet());
        tables.addAll(ours.tables().keySet());
        tables.forEach(comparison::compareTable);
        return List.copyOf(comparison.differences);
    }

    /** A keyspace with one id in place of another, wherever it stands. */
    static RecordedKeyspace replaced(RecordedKeyspace keyspace, String id, String by) {
        SortedMap<String, List<RecordedRow>> rows = new TreeMap<>();
        keyspace.rows()
                .forEach((table, found) -> rows.put(
                        table,
                        found.stream()
                                .map(row -> {
                                    SortedMap<String, JsonNode> values = new TreeMap<>(row.values());
                                    values.replaceAll((column, value) -> Canonical.replaced(value, id, by));
                                    return new RecordedRow(values, row.ttl(), row.writetimes());
                                })
                                .toList()));
        return new RecordedKeyspace(keyspace.name(), keyspace.tables(), rows);
    }

    /** A keyspace as if nothing in it expired. */
    static RecordedKeyspace withoutTtl(RecordedKeyspace keyspace) {
        SortedMap<String, List<RecordedRow>> rows = new TreeMap<>();
        keyspace.rows()
                .forEach((table, found) -> rows.put(
                        table,
                        found.stream().map(row -> RecordedRow.of(row.values())).toList()));
        return new RecordedKeyspace(keyspace.name(), keyspace.tables(), rows);
    }

    /** A column's value, null where the table has no such column. */
    static JsonNode value(RecordedRow row, String column) {
        return row.values().getOrDefault(column, NullNode.getInstance());
    }

    /** The rows of a table by the text of their keys. */
    static Map<String, RecordedRow> byKey(RecordedKeyspace keyspace, String table) {
        TableSchema schema = keyspace.tables().get(table);
        Map<String, RecordedRow> rows = new LinkedHashMap<>();
        if (schema != null) {
            keyspace.rowsOf(table).forEach(row -> rows.put(key(schema, row), row));
        }
        return rows;
    }

    /** The values of the key columns; the constant partition of some tables is no news. */
    private static String key(TableSchema schema, RecordedRow row) {
        return schema.key().stream()
                .map(Column::name)
                .filter(name -> !name.equals("partition"))
                .map(name ->
                        row.values().getOrDefault(name, NullNode.getInstance()).asText())
                .collect(Collectors.joining(" "));
    }

    private void compareTable(String table) {
        Map<String, RecordedRow> left = byKey(kong, table);
        Map<String, RecordedRow> right = byKey(ours, table);
        left.forEach((key, row) -> {
            RecordedRow other = right.get(key);
            if (other == null) {
                differences.add(RowDifference.missing(table, key, row));
            } else {
                compareRow(table, key, row, other);
            }
        });
        right.forEach((key, row) -> {
            if (!left.containsKey(key)) {
                differences.add(RowDifference.added(table, key, row));
            }
        });
    }

    private void compareRow(String table, String key, RecordedRow left, RecordedRow right) {
        Map<String, String> types = new HashMap<>(types(kong.tables().get(table)));
        types.putAll(types(ours.tables().get(table)));
        for (String column : new TreeSet<>(types.keySet())) {
            String type = types.getOrDefault(column, "text");
            JsonNode kongs = canonical(left, column, type);
            JsonNode our = canonical(right, column, type);
            if (!kongs.equals(our)) {
                add(RowDifference.Kind.VALUE, table, key, column, kongs, our, left, right);
            }
            JsonNode kongsTtl = seconds(left.ttl().get(column));
            JsonNode ourTtl = seconds(right.ttl().get(column));
            if (!kongsTtl.equals(ourTtl)) {
                add(RowDifference.Kind.TTL, table, key, column, kongsTtl, ourTtl, left, right);
            }
        }
    }

    private void add(
            RowDifference.Kind kind,
            String table,
            String key,
            String column,
            JsonNode kongs,
            JsonNode our,
            RecordedRow left,
            RecordedRow right) {
        differences.add(new RowDifference(kind, table, key, column, kongs, our, Optional.of(left), Optional.of(right)));
    }

    private static Map<String, String> types(@Nullable TableSchema table) {
        return table == null
                ? Map.of()
                : table.columns().stream().collect(Collectors.toMap(Column::name, Column::type));
    }

    private static JsonNode canonical(RecordedRow row, String column, String type) {
        return Canonical.column(value(row, column), type);
    }

    private static JsonNode seconds(@Nullable Integer ttl) {
        return ttl == null ? NullNode.getInstance() : IntNode.valueOf(ttl);
    }
}
