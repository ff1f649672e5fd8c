package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keyferry.rehearsal.TableSchema.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares two keyspaces and tells every difference in a line of its own: tables, columns, keys, indexes, default time to
 * live, then rows by key and column, with the time to live of each value. Write times and the order of rows do not
 * matter. Immutable.
 *
 * @param normaliser for values outside of the key
 * @param ttlTolerance by how much times to live may differ, since they run down while a test runs
 */
public record KeyspaceComparison(Normaliser normaliser, Duration ttlTolerance) {
    private static final int LONGEST_VALUE = 200;

    public KeyspaceComparison {
        requireNonNull(normaliser, "normaliser");
        requireNonNull(ttlTolerance, "ttlTolerance");
    }

    /** Values must be the same, times to live within two minutes. */
    public static KeyspaceComparison exact() {
        return new KeyspaceComparison(Normaliser.none(), Duration.ofMinutes(2));
    }

    /** As {@link #exact()}, but JSON in text columns is compared by its meaning, with {@code {}} the same as {@code []}. */
    public static KeyspaceComparison ofMeaning() {
        return exact().withNormaliser(Normaliser.jsonText().then(Normaliser.emptyObjectsAreArrays()));
    }

    public KeyspaceComparison withNormaliser(Normaliser value) {
        return new KeyspaceComparison(value, ttlTolerance);
    }

    public KeyspaceComparison withTtlTolerance(Duration value) {
        return new KeyspaceComparison(normaliser, value);
    }

    /** Everything that differs, empty when nothing does. */
    public List<String> differences(RecordedKeyspace expected, RecordedKeyspace actual) {
        List<String> differences = new ArrayList<>(schemaDifferences(expected, actual));
        differences.addAll(rowDifferences(expected, actual));
        return differences;
    }

    /** What differs in tables, columns, keys, indexes and default time to live. */
    public List<String> schemaDifferences(RecordedKeyspace expected, RecordedKeyspace actual) {
        List<String> differences = new ArrayList<>();
        for (String name : union(expected.tables(), actual.tables())) {
            TableSchema left = expected.tables().get(name);
            TableSchema right = actual.tables().get(name);
            if (left == null || right == null) {
                differences.add("table " + name + (right == null ? ": missing" : ": not expected"));
                continue;
            }
            String where = "table " + name + ": ";
            compare(differences, where + "column ", columns(left), columns(right));
            compare(differences, where + "index ", left.indexes(), right.indexes());
            if (left.defaultTimeToLive() != right.defaultTimeToLive()) {
                differences.add(where + "default_time_to_live: expected " + left.defaultTimeToLive() + ", is "
                        + right.defaultTimeToLive());
            }
        }
        return differences;
    }

    /** What differs in the rows of the tables that both have. */
    public List<String> rowDifferences(RecordedKeyspace expected, RecordedKeyspace actual) {
        List<String> differences = new ArrayList<>();
        for (TableSchema table : expected.tables().values()) {
            if (actual.tables().containsKey(table.name())) {
                compareRows(differences, table, expected.rowsOf(table.name()), actual.rowsOf(table.name()));
            }
        }
        return differences;
    }

    private void compareRows(
            List<String> differences, TableSchema table, List<RecordedRow> expected, List<RecordedRow> actual) {
        Map<String, RecordedRow> left = byKey(table, expected);
        Map<String, RecordedRow> right = byKey(table, actual);
        left.forEach((key, row) -> {
            RecordedRow other = right.get(key);
            if (other == null) {
                differences.add("row " + key + ": missing");
            } else {
                compareRow(differences, key, table.name(), row, other);
            }
        });
        right.keySet().stream()
                .filter(key -> !left.containsKey(key))
                .forEach(key -> differences.add("row " + key + ": not expected"));
    }

    private void compareRow(
            List<String> differences, String key, String table, RecordedRow expected, RecordedRow actual) {
        for (String column : union(expected.values(), actual.values())) {
            JsonNode left = normal(table, column, expected);
            JsonNode right = normal(table, column, actual);
            if (!left.equals(KeyspaceComparison::compareLeaves, right)) {
                differences.add("row " + key + ": " + column + ": expected " + shown(left) + ", is " + shown(right));
            }
            Integer leftTtl = expected.ttl().get(column);
            Integer rightTtl = actual.ttl().get(column);
            if (!close(leftTtl, rightTtl)) {
                differences.add("row " + key + ": " + column + ": expected ttl " + leftTtl + ", is " + rightTtl);
            }
        }
    }

    private JsonNode normal(String table, String column, RecordedRow row) {
        JsonNode value = row.values().getOrDefault(column, JsonNodeFactory.instance.nullNode());
        return normaliser.normalise(table, column, value);
    }

    private boolean close(@Nullable Integer left, @Nullable Integer right) {
        if (left == null || right == null) {
            return Objects.equals(left, right);
        }
        return Math.abs(left - right) <= ttlTolerance.toSeconds();
    }

    /** 1 and 1.0 are one number, whatever classes the parser made of them. */
    private static int compareLeaves(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue());
        }
        return left.equals(right) ? 0 : 1;
    }

    private static <V> void compare(
            List<String> differences, String what, Map<String, V> expected, Map<String, V> actual) {
        for (String name : union(expected, actual)) {
            V left = expected.get(name);
            V right = actual.get(name);
            if (right == null) {
                differences.add(what + name + ": missing");
            } else if (left == null) {
                differences.add(what + name + ": not expected");
            } else if (!left.equals(right)) {
                differences.add(what + name + ": expected " + left + ", is " + right);
            }
        }
    }

    private static Map<String, Column> columns(TableSchema table) {
        return table.columns().stream().collect(Collectors.toMap(Column::name, column -> column));
    }

    private static Map<String, RecordedRow> byKey(TableSchema table, List<RecordedRow> rows) {
        Map<String, RecordedRow> result = new LinkedHashMap<>();
        for (RecordedRow row : rows) {
            String key = table.key().stream()
                    .map(column -> column.name() + "=" + row.values().get(column.name()))
                    .collect(Collectors.joining(", ", table.name() + "[", "]"));
            result.put(key, row);
        }
        return result;
    }

    private static SortedSet<String> union(Map<String, ?> left, Map<String, ?> right) {
        SortedSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        return names;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
    }
}
