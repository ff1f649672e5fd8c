package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.keyferry.keyspace.cql.LiveSchema.Column;
import io.keyferry.keyspace.cql.LiveSchema.Index;
import io.keyferry.keyspace.cql.LiveSchema.Kind;
import io.keyferry.keyspace.cql.LiveSchema.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code system_schema} of Cassandra 3.0 to 5.0. The tables are local to each node, so ONE is enough. */
final class SchemaReader {
    private static final Pattern TARGET = Pattern.compile("(?:values|keys|entries|full)\\((.*)\\)");
    private static final Comparator<Column> AS_LISTED =
            Comparator.comparing(Column::kind).thenComparing(Column::position).thenComparing(Column::name);

    /** Others only some lines know, or spell each their own way (speculative_retry): the target's defaults stand. */
    private static final List<String> COMMON_OPTIONS = List.of(
            "bloom_filter_fp_chance",
            "caching",
            "comment",
            "compaction",
            "compression",
            "crc_check_chance",
            "default_time_to_live",
            "gc_grace_seconds",
            "max_index_interval",
            "memtable_flush_period_in_ms",
            "min_index_interval");

    private final CqlSession session;

    SchemaReader(CqlSession session) {
        this.session = session;
    }

    LiveSchema read(String keyspace) {
        List<Row> found = rows("replication, durable_writes", "keyspaces", keyspace);
        Optional<Row> row = found.stream().findFirst();
        return new LiveSchema(
                keyspace,
                row.map(one -> Replication.of(map(one, "replication"))),
                row.map(one -> one.getBoolean("durable_writes")).orElse(true),
                tables(keyspace),
                names("view_name", "views", keyspace),
                names("type_name", "types", keyspace));
    }

    /** The keyspaces with a table {@code schema_meta}: those that a Kong may have made. */
    List<String> kongKeyspaces() {
        List<String> keyspaces = new ArrayList<>();
        for (Row row : session.execute(local("SELECT keyspace_name, table_name FROM system_schema.tables"))) {
            if (text(row, "table_name").equals("schema_meta")) {
                keyspaces.add(text(row, "keyspace_name"));
            }
        }
        return keyspaces.stream().sorted().toList();
    }

    /** What another table like this one is made from. */
    TableDefinition definition(String keyspace, Table table) {
        Map<String, String> options = new TreeMap<>();
        for (Row row : rows("table_name, " + String.join(", ", COMMON_OPTIONS), "tables", keyspace)) {
            if (text(row, "table_name").equals(table.name())) {
                for (String option : COMMON_OPTIONS) {
                    Object value = row.getObject(option);
                    if (value != null) {
                        options.put(option, literal(value));
                    }
                }
            }
        }
        List<TableDefinition.IndexDefinition> indexes = new ArrayList<>();
        for (Row row : rows("table_name, index_name, options", "indexes", keyspace)) {
            if (text(row, "table_name").equals(table.name())) {
                Map<String, String> more = new TreeMap<>(map(row, "options"));
                String target = Objects.requireNonNullElse(more.remove("target"), "");
                Optional<String> custom = Optional.ofNullable(more.remove("class_name"));
                indexes.add(new TableDefinition.IndexDefinition(text(row, "index_name"), target, custom, more));
            }
        }
        return new TableDefinition(table, options, indexes);
    }

    private static String literal(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry ->
                            literal(String.valueOf(entry.getKey())) + ": " + literal(String.valueOf(entry.getValue())))
                    .sorted()
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof String text ? "'" + text.replace("'", "''") + "'" : String.valueOf(value);
    }

    /** The id of a table, which another table of the same name that is made later does not have. */
    Optional<UUID> tableId(String keyspace, String table) {
        return rows("table_name, id", "tables", keyspace).stream()
                .filter(row -> text(row, "table_name").equals(table))
                .findFirst()
                .map(row -> row.getUuid("id"));
    }

    private List<Table> tables(String keyspace) {
        Map<String, List<Column>> columns = new TreeMap<>();
        for (Row row : rows("table_name, column_name, type, kind, position, clustering_order", "columns", keyspace)) {
            columns.computeIfAbsent(text(row, "table_name"), name -> new ArrayList<>())
                    .add(column(row));
        }
        Map<String, List<Index>> indexes = new TreeMap<>();
        for (Row row : rows("table_name, index_name, options", "indexes", keyspace)) {
            indexes.computeIfAbsent(text(row, "table_name"), name -> new ArrayList<>())
                    .add(index(row));
        }
        List<Table> tables = new ArrayList<>();
        for (Row row : rows("table_name, default_time_to_live", "tables", keyspace)) {
            String name = text(row, "table_name");
            List<Column> sorted = columns.getOrDefault(name, List.of()).stream()
                    .sorted(AS_LISTED)
                    .toList();
            tables.add(
                    new Table(name, sorted, indexes.getOrDefault(name, List.of()), row.getInt("default_time_to_live")));
        }
        return tables;
    }

    private static Column column(Row row) {
        return new Column(
                text(row, "column_name"),
                text(row, "type").replaceAll(",\\s+", ","),
                Kind.valueOf(text(row, "kind").toUpperCase(Locale.ROOT)),
                row.getInt("position"),
                text(row, "clustering_order").equalsIgnoreCase("desc"));
    }

    private static Index index(Row row) {
        Map<String, String> options = map(row, "options");
        String target = options.getOrDefault("target", "");
        Matcher collection = TARGET.matcher(target);
        String column = collection.matches() ? collection.group(1) : target;
        boolean quoted = column.length() > 1 && column.startsWith("\"") && column.endsWith("\"");
        return new Index(
                text(row, "index_name"),
                quoted ? column.substring(1, column.length() - 1).replace("\"\"", "\"") : column,
                Optional.ofNullable(options.get("class_name")));
    }

    private List<String> names(String column, String table, String keyspace) {
        return rows(column, table, keyspace).stream()
                .map(row -> text(row, column))
                .sorted()
                .toList();
    }

    private List<Row> rows(String columns, String table, String keyspace) {
        String cql = "SELECT " + columns + " FROM system_schema." + table + " WHERE keyspace_name = ?";
        return session.execute(local(cql).setPositionalValues(List.of(keyspace)))
                .all();
    }

    private static SimpleStatement local(String cql) {
        return SimpleStatement.newInstance(cql)
                .setConsistencyLevel(ConsistencyLevel.ONE)
                .setIdempotent(true);
    }

    private static String text(Row row, String column) {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    private static Map<String, String> map(Row row, String column) {
        Map<String, String> map = row.getMap(column, String.class, String.class);
        return map == null ? Map.of() : map;
    }
}
