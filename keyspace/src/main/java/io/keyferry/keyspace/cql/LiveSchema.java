package io.keyferry.keyspace.cql;

import java.util.List;
import java.util.Optional;

/**
 * A keyspace as it stands in {@code system_schema}: not what Kong made once, but what is there now. Immutable.
 *
 * @param replication empty when there is no such keyspace
 * @param tables by name
 * @param views names of materialized views, which Kong never makes
 * @param types names of user-defined types, which Kong never makes
 */
public record LiveSchema(
        String keyspace,
        Optional<Replication> replication,
        boolean durableWrites,
        List<Table> tables,
        List<String> views,
        List<String> types) {
    /**
     * A table.
     *
     * @param columns partition key, clustering key, static, regular; those of a kind by position, then by name
     * @param indexes by name
     * @param defaultTtl {@code default_time_to_live} in seconds, 0 for none
     */
    public record Table(String name, List<Column> columns, List<Index> indexes, int defaultTtl) {
        public Table {
            columns = List.copyOf(columns);
            indexes = List.copyOf(indexes);
        }

        public Optional<Column> column(String columnName) {
            return columns.stream()
                    .filter(column -> column.name().equals(columnName))
                    .findFirst();
        }

        /** Names of the partition key's columns, in order. */
        public List<String> partitionKey() {
            return names(Kind.PARTITION_KEY);
        }

        /** Names of the clustering columns, in order. */
        public List<String> clusteringKey() {
            return names(Kind.CLUSTERING);
        }

        private List<String> names(Kind kind) {
            return columns.stream()
                    .filter(column -> column.kind() == kind)
                    .map(Column::name)
                    .toList();
        }
    }

    /** What a column is to its table, in the order in which columns are listed. */
    public enum Kind {
        PARTITION_KEY,
        CLUSTERING,
        STATIC,
        REGULAR
    }

    /**
     * A column.
     *
     * @param type as the catalogue spells it, e.g. {@code map<text,frozen<set<text>>>}
     * @param position in the key, -1 outside of it
     * @param descending for a clustering column that is ordered so
     */
    public record Column(String name, String type, Kind kind, int position, boolean descending) {}

    /**
     * An index.
     *
     * @param column what it indexes, without {@code values()} and the like
     * @param customClass of an index that is not Cassandra's own
     */
    public record Index(String name, String column, Optional<String> customClass) {}

    public LiveSchema {
        tables = List.copyOf(tables);
        views = List.copyOf(views);
        types = List.copyOf(types);
    }

    /** The same keyspace before anything was made in it. */
    public LiveSchema withoutTables() {
        return new LiveSchema(keyspace, replication, durableWrites, List.of(), List.of(), List.of());
    }

    /** Whether the keyspace exists. */
    public boolean exists() {
        return replication.isPresent();
    }

    /** Whether there is no table, or no keyspace at all. */
    public boolean isEmpty() {
        return tables.isEmpty();
    }

    public Optional<Table> table(String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
