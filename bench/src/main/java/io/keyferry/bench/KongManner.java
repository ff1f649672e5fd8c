package io.keyferry.bench;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes consumers and key-auth credentials in the manner of Kong's own import: one after another; for each, its
 * workspace is read, the row by its id, a look-up for each unique field and each reference; then it is written, in a
 * logged batch when it has tags, and read back. Without what Lua costs on top, so it flatters Kong. A program of its own:
 * {@code HOST PORT DATACENTER COUNT FROM TO}; prints the entities and the seconds.
 */
final class KongManner {
    private static final double NANOS = 1e9;
    private static final Map<String, List<String>> UNIQUE =
            Map.of("consumers", List.of("username", "custom_id"), "keyauth_credentials", List.of("key"));

    private final CqlSession session;
    private final String keyspace;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private KongManner(CqlSession session, String keyspace) {
        this.session = session;
        this.keyspace = keyspace;
    }

    public static void main(String[] args) {
        try (CqlSession session = BareDriver.connect(args)) {
            int each = Integer.parseInt(args[3]) / 2;
            KongManner manner = new KongManner(session, args[5]);
            Map<String, List<Row>> rows = new HashMap<>();
            for (String table : UNIQUE.keySet()) {
                rows.put(
                        table,
                        session.execute("SELECT * FROM " + args[4] + "." + table + " LIMIT " + each)
                                .all());
            }
            long started = System.nanoTime();
            rows.forEach((table, all) -> all.forEach(row -> manner.upsert(table, row)));
            System.out.println(2 * each + " " + (System.nanoTime() - started) / NANOS);
        }
    }

    private void upsert(String table, Row row) {
        run("SELECT * FROM %s.workspaces WHERE id = ?", row.getUuid("ws_id"));
        byId(table, row.getUuid("id"));
        for (String field : UNIQUE.getOrDefault(table, List.of())) {
            if (!row.isNull(field)) {
                run("SELECT * FROM %s." + table + " WHERE " + field + " = ?", row.getString(field));
            }
        }
        if (table.equals("keyauth_credentials")) {
            byId("consumers", row.getUuid("consumer_id"));
        }
        write(table, row);
        byId(table, row.getUuid("id"));
    }

    private void byId(String table, UUID id) {
        run("SELECT * FROM %s." + table + " WHERE id = ?", id);
    }

    private void run(String cql, Object value) {
        session.execute(atQuorum(prepare(cql).bind(value))).one();
    }

    private PreparedStatement prepare(String cql) {
        return prepared.computeIfAbsent(cql, text -> session.prepare(text.formatted(keyspace)));
    }

    private static <S extends Statement<S>> S atQuorum(S statement) {
        return statement.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM);
    }

    private void write(String table, Row row) {
        List<String> names = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        row.getColumnDefinitions().forEach(column -> {
            String name = column.getName().asInternal();
            if (!name.equals("id")) {
                names.add(name + " = ?");
                values.add(row.getObject(name));
            }
        });
        values.add(row.getUuid("id"));
        PreparedStatement update = prepare("UPDATE %s." + table + " SET " + String.join(", ", names) + " WHERE id = ?");
        Set<String> tags = row.getSet("tags", String.class);
        if (tags.isEmpty()) {
            session.execute(atQuorum(update.bind(values.toArray())));
            return;
        }
        BatchStatementBuilder batch = new BatchStatementBuilder(BatchType.LOGGED);
        batch.addStatement(update.bind(values.toArray()));
        PreparedStatement tag =
                prepare("INSERT INTO %s.tags (tag, entity_name, entity_id, other_tags) VALUES (?, ?, ?, ?)");
        tags.forEach(name ->
                batch.addStatement(tag.bind(name, table, row.getUuid("id").toString(), tags)));
        session.execute(atQuorum(batch.build()));
    }
}
