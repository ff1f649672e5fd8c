package io.keyferry.keyspace.catalog;

import java.util.List;
import java.util.Optional;

/**
 * A table as a fresh bootstrap of the version creates it. Immutable.
 *
 * @param columns all columns, key columns first
 * @param defaultTtl {@code default_time_to_live} in seconds, 0 for none
 * @param fate what a migration does with the rows, and why
 */
public record TableLayout(
        String name,
        List<Column> columns,
        List<String> partitionKey,
        List<String> clusteringKey,
        List<Index> indexes,
        int defaultTtl,
        TableFate fate) {

    /**
     * A column with its type.
     *
     * @param cqlType the type as Cassandra spells it, e.g. {@code map<text, frozen<set<text>>>}
     */
    public record Column(String name, String cqlType) {}

    /** A built-in secondary index on one column. */
    public record Index(String name, String column) {}

    public TableLayout {
        columns = List.copyOf(columns);
        partitionKey = List.copyOf(partitionKey);
        clusteringKey = List.copyOf(clusteringKey);
        indexes = List.copyOf(indexes);
    }

    /**
     * Whether all rows live in one partition whose key is the constant table name, ordered by {@code id}. True of
     * {@code services}, {@code routes}, {@code certificates}, {@code ca_certificates} and {@code snis}.
     */
    public boolean onePartition() {
        return partitionKey.size() == 1 && partitionKey.get(0).equals("partition");
    }

    public Optional<Column> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }
}
