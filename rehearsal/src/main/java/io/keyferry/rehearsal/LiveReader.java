package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.keyferry.rehearsal.TableSchema.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a live keyspace into the recorded form, by way of Cassandra's own JSON, so that types need no code here. */
final class LiveReader {
    private final CqlSession session;
    private final String keyspace;
    private final boolean collectionsHaveTtl;

    LiveReader(CqlSession session, String keyspace) {
        this.session = requireNonNull(session, "session");
        this.keyspace = requireNonNull(keyspace, "keyspace");
        this.collectionsHaveTtl = major(session) >= 5;
    }

    RecordedKeyspace read() {
        SortedMap<String, TableSchema> tables =
                SchemaForm.tables(schemaRows("tables"), schemaRows("columns"), schemaRows("indexes"));
        if (tables.isEmpty()) {
            throw new RehearsalException("The keyspace " + keyspace + " does not exist or has no tables.");
        }
        SortedMap<String, List<RecordedRow>> rows = new TreeMap<>();
        for (TableSchema table : tables.values()) {
            rows.put(table.name(), rows(table));
        }
        return new RecordedKeyspace(keyspace, tables, rows);
    }

    private List<JsonNode> schemaRows(String table) {
        List<JsonNode> rows = new ArrayList<>();
        for (Row row : execute(
                "SELECT JSON * FROM system_schema." + table + " WHERE keyspace_name = " + Cql.literal(keyspace))) {
            rows.add(json(row.getString(0)));
        }
        return rows;
    }

    private List<RecordedRow> rows(TableSchema table) {
        List<String> selected = new ArrayList<>();
        for (Column column : table.columns()) {
            String name = Cql.name(column.name());
            selected.add("toJson(" + name + ")");
            if (hasTtl(column)) {
                selected.add("ttl(" + name + ")");
            }
            if (hasWritetime(column)) {
                selected.add("writetime(" + name + ")");
            }
        }
        List<RecordedRow> rows = new ArrayList<>();
        for (Row row : execute("SELECT " + String.join(", ", selected) + " FROM " + Cql.name(keyspace) + "."
                + Cql.name(table.name()))) {
            rows.add(row(table, row));
        }
        return rows;
    }

    /** Takes the values in the order in which they were selected. */
    private RecordedRow row(TableSchema table, Row row) {
        SortedMap<String, JsonNode> values = new TreeMap<>();
        SortedMap<String, Integer> ttl = new TreeMap<>();
        TreeSet<Long> writetimes = new TreeSet<>();
        int next = 0;
        for (Column column : table.columns()) {
            values.put(column.name(), json(row.getString(next++)));
            if (hasTtl(column)) {
                longest(row.getObject(next++)).ifPresent(seconds -> ttl.put(column.name(), seconds));
            }
            if (hasWritetime(column) && row.getObject(next++) instanceof Long time) {
                writetimes.add(time);
            }
        }
        return new RecordedRow(values, ttl, List.copyOf(writetimes));
    }

    /** A collection has a time to live for each element. */
    private static OptionalInt longest(@Nullable Object seconds) {
        List<?> all = seconds instanceof List<?> list ? list : Collections.singletonList(seconds);
        return all.stream()
                .filter(Integer.class::isInstance)
                .mapToInt(Integer.class::cast)
                .max();
    }

    private boolean hasTtl(Column column) {
        return hasWritetime(column)
                || (collectionsHaveTtl && !column.inKey() && !column.isCounter() && column.isMutableCollection());
    }

    private static boolean hasWritetime(Column column) {
        return !column.inKey() && !column.isCounter() && !column.isMutableCollection();
    }

    private Iterable<Row> execute(String cql) {
        return session.execute(SimpleStatement.newInstance(cql)
                .setConsistencyLevel(ConsistencyLevel.QUORUM)
                .setIdempotent(true));
    }

    private static JsonNode json(@Nullable String text) {
        try {
            return text == null ? NullNode.getInstance() : JsonText.parse(text);
        } catch (IOException e) {
            throw new RehearsalException("Cassandra's JSON cannot be parsed: " + text, e);
        }
    }

    private static int major(CqlSession session) {
        Row local = requireNonNull(
                session.execute("SELECT release_version FROM system.local").one(), "system.local");
        String version = requireNonNull(local.getString(0), "release_version");
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }
}
