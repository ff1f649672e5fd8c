package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.keyferry.rehearsal.RecordedRow;
import java.util.Optional;

/**
 * One difference between rows that Kong left and ours.
 *
 * @param key the values of the key columns, for messages and look-ups
 * @param column empty when a whole row differs
 * @param kong Kong's value in canonical form; of a time to live the seconds
 * @param ours our value in canonical form
 * @param kongRow empty for a row that only we have
 * @param ourRow empty for a row that only Kong has
 */
record RowDifference(
        Kind kind,
        String table,
        String key,
        String column,
        JsonNode kong,
        JsonNode ours,
        Optional<RecordedRow> kongRow,
        Optional<RecordedRow> ourRow) {
    private static final int LONGEST_VALUE = 300;

    /** What differs. */
    enum Kind {
        /** Kong has a row that we have not. */
        MISSING,
        /** We have a row that Kong has not. */
        ADDED,
        VALUE,
        TTL
    }

    static RowDifference missing(String table, String key, RecordedRow row) {
        return row(Kind.MISSING, table, key, Optional.of(row), Optional.empty());
    }

    static RowDifference added(String table, String key, RecordedRow row) {
        return row(Kind.ADDED, table, key, Optional.empty(), Optional.of(row));
    }

    private static RowDifference row(
            Kind kind, String table, String key, Optional<RecordedRow> kong, Optional<RecordedRow> ours) {
        return new RowDifference(kind, table, key, "", NullNode.getInstance(), NullNode.getInstance(), kong, ours);
    }

    boolean in(String someTable) {
        return table.equals(someTable);
    }

    boolean isValueOf(String someColumn) {
        return kind == Kind.VALUE && column.equals(someColumn);
    }

    /** A column of our row, else of Kong's. */
    JsonNode value(String someColumn) {
        return ourRow.or(() -> kongRow).map(row -> row.values().get(someColumn)).orElse(NullNode.getInstance());
    }

    @Override
    public String toString() {
        String where = table + "[" + key + "]";
        return switch (kind) {
            case MISSING -> where + ": Kong has this row, we have not";
            case ADDED -> where + ": we have this row, Kong has not";
            case VALUE -> where + "." + column + ": Kong has " + shown(kong) + ", we have " + shown(ours);
            case TTL -> where + "." + column + ": time to live with Kong " + kong + ", with us " + ours;
        };
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
    }
}
