package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.rehearsal.TableSchema.Column;
import io.keyferry.rehearsal.TableSchema.Index;
import io.keyferry.rehearsal.TableSchema.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * Makes a recorded keyspace real. Rows go in by {@code INSERT JSON}, so that types need no code here; one statement for
 * each distinct time to live within a row.
 *
 * <p>Statements are not idempotent, so the driver never repeats one: no list is written twice.
 */
final class KeyspaceMaker {
    private static final int IN_FLIGHT = 64;
    private static final int NEVER_EXPIRES = 0;

    private final CqlSession session;
    private final String keyspace;
    private final Deque<CompletionStage<?>> running = new ArrayDeque<>();

    KeyspaceMaker(CqlSession session, String keyspace) {
        this.session = requireNonNull(session, "session");
        this.keyspace = requireNonNull(keyspace, "keyspace");
    }

    void make(RecordedKeyspace recorded, int replicas) {
        Ddl ddl = new Ddl(session);
        ddl.execute("CREATE KEYSPACE " + Cql.name(keyspace)
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': " + replicas + "}");
        for (TableSchema table : recorded.tables().values()) {
            ddl.execute(createTable(table));
            table.indexes().forEach((name, index) -> ddl.execute(createIndex(table, name, index)));
        }
        ddl.awaitAgreement();
        for (TableSchema table : recorded.tables().values()) {
            List<RecordedRow> rows = recorded.rowsOf(table.name());
            if (rows.isEmpty()) {
                continue;
            }
            if (table.holdsCounters()) {
                rows.forEach(row -> count(table, row));
            } else {
                insert(table, rows);
            }
        }
        finish(0);
    }

    private String createTable(TableSchema table) {
        String columns = table.columns().stream()
                .map(column ->
                        Cql.name(column.name()) + " " + column.type() + (column.kind() == Kind.STATIC ? " static" : ""))
                .collect(joining(", "));
        StringBuilder cql = new StringBuilder("CREATE TABLE ")
                .append(qualified(table))
                .append(" (")
                .append(columns)
                .append(", PRIMARY KEY ((")
                .append(names(table, Kind.PARTITION_KEY))
                .append(')');
        String clustering = names(table, Kind.CLUSTERING);
        if (!clustering.isEmpty()) {
            cql.append(", ").append(clustering);
        }
        cql.append(")) WITH default_time_to_live = ").append(table.defaultTimeToLive());
        if (!clustering.isEmpty()) {
            cql.append(" AND CLUSTERING ORDER BY (")
                    .append(table.columns().stream()
                            .filter(column -> column.kind() == Kind.CLUSTERING)
                            .map(column -> Cql.name(column.name()) + (column.descending() ? " DESC" : " ASC"))
                            .collect(joining(", ")))
                    .append(')');
        }
        return cql.toString();
    }

    private String createIndex(TableSchema table, String name, Index index) {
        String on = Cql.name(name) + " ON " + qualified(table) + " (" + index.target() + ")";
        String customClass = index.options().get("class_name");
        if (customClass == null) {
            return "CREATE INDEX " + on;
        }
        String options = new TreeMap<>(index.options())
                .entrySet().stream()
                        .filter(option -> !option.getKey().equals("class_name"))
                        .map(option -> Cql.literal(option.getKey()) + ": " + Cql.literal(option.getValue()))
                        .collect(joining(", "));
        return "CREATE CUSTOM INDEX " + on + " USING " + Cql.literal(customClass)
                + (options.isEmpty() ? "" : " WITH OPTIONS = {" + options + "}");
    }

    private void insert(TableSchema table, List<RecordedRow> rows) {
        PreparedStatement insert = session.prepare(
                "INSERT INTO " + qualified(table) + " JSON ? DEFAULT UNSET USING TIMESTAMP ? AND TTL ?");
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        for (RecordedRow row : rows) {
            long latest =
                    row.writetimes().stream().mapToLong(Long::longValue).max().orElse(now);
            groups(table, row).forEach((ttl, json) -> {
                BoundStatement bound =
                        insert.bind().setString(0, json.toString()).setLong(1, Math.min(latest, now));
                // A row that is nothing but its key has a time to live that nobody can ask for: the table's default.
                boolean onlyKey = json.size() == table.key().size();
                run(onlyKey ? bound : bound.setInt(2, ttl));
            });
        }
    }

    /** The values of a row by their time to live, each with the key; at least one, for a row may be only a key. */
    private static Map<Integer, ObjectNode> groups(TableSchema table, RecordedRow row) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        for (Column column : table.key()) {
            put(key, column, row);
        }
        Map<Integer, ObjectNode> groups = new TreeMap<>();
        for (Column column : table.columns()) {
            if (!column.inKey() && !value(column, row).isNull()) {
                int ttl = row.ttl().getOrDefault(column.name(), NEVER_EXPIRES);
                put(groups.computeIfAbsent(ttl, any -> key.deepCopy()), column, row);
            }
        }
        if (groups.isEmpty()) {
            groups.put(NEVER_EXPIRES, key);
        }
        return groups;
    }

    private static void put(ObjectNode json, Column column, RecordedRow row) {
        JsonNode value = value(column, row);
        if (!value.isNull()) {
            json.set(Cql.jsonField(column.name()), value);
        }
    }

    private void count(TableSchema table, RecordedRow row) {
        String counts = table.columns().stream()
                .filter(column -> column.isCounter() && !value(column, row).isNull())
                .map(column -> Cql.name(column.name()) + " = " + Cql.name(column.name()) + " + "
                        + value(column, row).longValue())
                .collect(joining(", "));
        if (counts.isEmpty()) {
            return;
        }
        String where = table.key().stream()
                .map(column -> Cql.name(column.name()) + " = fromJson("
                        + Cql.literal(value(column, row).toString()) + ")")
                .collect(joining(" AND "));
        run(SimpleStatement.newInstance("UPDATE " + qualified(table) + " SET " + counts + " WHERE " + where));
    }

    private void run(Statement<?> statement) {
        running.add(session.executeAsync(statement.setConsistencyLevel(ConsistencyLevel.QUORUM)));
        finish(IN_FLIGHT);
    }

    private void finish(int mayRun) {
        while (running.size() > mayRun) {
            try {
                running.remove().toCompletableFuture().join();
            } catch (RuntimeException e) {
                throw new RehearsalException(
                        "A row was not written into " + keyspace + ": drop the keyspace and load it anew", e);
            }
        }
    }

    private String qualified(TableSchema table) {
        return Cql.name(keyspace) + "." + Cql.name(table.name());
    }

    private static String names(TableSchema table, Kind kind) {
        return table.columns().stream()
                .filter(column -> column.kind() == kind)
                .map(column -> Cql.name(column.name()))
                .collect(joining(", "));
    }

    private static JsonNode value(Column column, RecordedRow row) {
        return row.values().getOrDefault(column.name(), JsonNodeFactory.instance.nullNode());
    }
}
