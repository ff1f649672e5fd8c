package io.keyferry.rehearsal;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A table as {@code system_schema} tells it, as far as it matters to us. Immutable.
 *
 * @param columns partition key, clustering columns, then static and regular ones by name
 * @param indexes by name
 * @param defaultTimeToLive in seconds, 0 for none
 */
public record TableSchema(String name, List<Column> columns, SortedMap<String, Index> indexes, int defaultTimeToLive) {

    /** The place of a column in the table's key, in the order of {@code CREATE TABLE}. */
    public enum Kind {
        PARTITION_KEY,
        CLUSTERING,
        STATIC,
        REGULAR
    }

    /**
     * A column.
     *
     * @param type in CQL
     * @param position within the kind; -1 outside of the key
     * @param descending for clustering columns
     */
    public record Column(String name, String type, Kind kind, int position, boolean descending) {
        public Column {
            requireNonNull(name, "name");
            requireNonNull(type, "type");
            requireNonNull(kind, "kind");
        }

        public boolean inKey() {
            return kind == Kind.PARTITION_KEY || kind == Kind.CLUSTERING;
        }

        boolean isCounter() {
            return type.equals("counter");
        }

        boolean isMutableCollection() {
            return type.startsWith("list<") || type.startsWith("set<") || type.startsWith("map<");
        }
    }

    /**
     * A secondary index.
     *
     * @param target in CQL, so quoted where CQL asks for it
     * @param options other than the target; with {@code class_name} it is a custom index
     */
    public record Index(String target, Map<String, String> options) {
        public Index {
            requireNonNull(target, "target");
            options = Map.copyOf(options);
        }
    }

    public TableSchema {
        requireNonNull(name, "name");
        Comparator<Column> order =
                comparing(Column::kind).thenComparing(Column::position).thenComparing(Column::name);
        columns = columns.stream().sorted(order).toList();
        indexes = Collections.unmodifiableSortedMap(new TreeMap<>(indexes));
    }

    public List<Column> key() {
        return columns.stream().filter(Column::inKey).toList();
    }

    boolean holdsCounters() {
        return columns.stream().anyMatch(Column::isCounter);
    }
}
