package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.RetryableFailure;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Single rows of the target as they are, in the protocol's bytes, with no codec in between: to keep what is about to be
 * changed, to put it back, and to delete. Every column that a table really has is kept, whether a Kong knows it or not.
 * Not thread-safe.
 */
public final class TargetRows {
    private static final String TAGS = "tags";

    /** A row's table and key, the key's columns in their order. */
    public record RowKey(String table, Map<String, ByteBuffer> columns) {}

    /**
     * A row as it was.
     *
     * @param columns outside of the key that are not null; empty also where there is no such row
     * @param exists whether there was such a row
     * @param expiresAt in seconds since the epoch, 0 for never
     * @param lastWrite of its cells, in microseconds; 0 where nobody knows
     */
    public record Kept(RowKey key, boolean exists, Map<String, ByteBuffer> columns, long expiresAt, long lastWrite) {}

    /** Statements of one table. */
    private record Table(
            List<String> key,
            List<String> others,
            List<String> timed,
            PreparedStatement select,
            PreparedStatement insert,
            PreparedStatement delete) {}

    private final TargetSession target;
    private final LiveSchema schema;
    private final Clock clock;
    private final TransferListener listener;
    private final Map<String, Table> tables = new HashMap<>();

    /**
     * Rows of a keyspace with this schema.
     *
     * @param listener hears what is tried again
     */
    public TargetRows(TargetSession target, LiveSchema schema, Clock clock, TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** The key of an entity's row. */
    public RowKey keyOf(EntityType type, String id) {
        Map<String, ByteBuffer> columns = new LinkedHashMap<>();
        String idColumn = type.requiredField(type.primaryKey()).column();
        for (String column : table(type.table().name()).key()) {
            columns.put(
                    column,
                    column.equals(idColumn)
                            ? bytes(type.table().name(), column, id)
                            : bytes(type.table().name(), column, type.table().name()));
        }
        return new RowKey(type.table().name(), columns);
    }

    /** The keys of the rows of {@code tags} that either of two states of an entity has; none where there is no table. */
    public Set<RowKey> tagsOf(EntityType type, String id, List<Entity> states) {
        if (schema.table(TAGS).isEmpty()) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        for (Entity state : states) {
            if (state.value(TAGS) instanceof Value.Sequence tags) {
                for (Value tag : tags.values()) {
                    if (tag instanceof Value.Text text) {
                        names.add(text.value());
                    }
                }
            }
        }
        return names.stream().map(name -> tag(type, id, name)).collect(Collectors.toSet());
    }

    private RowKey tag(EntityType type, String id, String name) {
        Map<String, ByteBuffer> columns = new LinkedHashMap<>();
        columns.put("tag", bytes(TAGS, "tag", name));
        columns.put("entity_name", bytes(TAGS, "entity_name", type.name()));
        columns.put("entity_id", bytes(TAGS, "entity_id", id));
        return new RowKey(TAGS, columns);
    }

    private ByteBuffer bytes(String tableName, String column, String text) {
        String type = schema.table(tableName)
                .flatMap(table -> table.column(column))
                .map(LiveSchema.Column::type)
                .orElse("text");
        if (type.equals("uuid")) {
            UUID uuid = UUID.fromString(text);
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .flip();
        }
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a row.
     *
     * @throws KeyferryException (TARGET) when it cannot be read after several attempts
     */
    public Kept read(RowKey key) {
        Table table = table(key.table());
        Row row = attempt(key, attempt -> {
            BoundStatementBuilder select = table.select().boundStatementBuilder();
            int index = 0;
            for (String column : table.key()) {
                select = select.setBytesUnsafe(index++, key.columns().get(column));
            }
            return target.driver()
                    .execute(select.build().setConsistencyLevel(target.consistency()))
                    .one();
        });
        Map<String, ByteBuffer> columns = new LinkedHashMap<>();
        if (row == null) {
            return new Kept(key, false, columns, 0, 0);
        }
        int keys = table.key().size();
        for (int i = 0; i < table.others().size(); i++) {
            ByteBuffer value = row.getBytesUnsafe(keys + i);
            if (value != null) {
                columns.put(table.others().get(i), value);
            }
        }
        long lastWrite = 0;
        long ttl = 0;
        int first = keys + table.others().size();
        for (int i = 0; i < table.timed().size(); i++) {
            lastWrite = Math.max(lastWrite, row.isNull(first + 2 * i) ? 0 : row.getLong(first + 2 * i));
            ttl = Math.max(ttl, row.isNull(first + 2 * i + 1) ? 0 : row.getInt(first + 2 * i + 1));
        }
        return new Kept(key, true, columns, ttl == 0 ? 0 : now() + ttl, lastWrite);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /** Whether the row has expired by now, so that there is nothing to put back. */
    public boolean expired(Kept kept) {
        return kept.expiresAt() != 0 && kept.expiresAt() <= now();
    }

    /**
     * Puts a row back as it was, columns that were null included.
     *
     * @param time the write time, in microseconds
     * @throws KeyferryException (TARGET) when it cannot be written after several attempts
     */
    public void put(Kept kept, long time) {
        Table table = table(kept.key().table());
        attempt(kept.key(), attempt -> {
            BoundStatementBuilder insert = table.insert().boundStatementBuilder();
            int index = 0;
            for (String column : table.key()) {
                insert = insert.setBytesUnsafe(index++, kept.key().columns().get(column));
            }
            for (String column : table.others()) {
                ByteBuffer value = kept.columns().get(column);
                insert = value == null ? insert.setToNull(index) : insert.setBytesUnsafe(index, value);
                index++;
            }
            insert = insert.setLong(index++, time + attempt);
            int ttl = kept.expiresAt() == 0 ? 0 : Math.toIntExact(Math.max(1, kept.expiresAt() - now()));
            insert = insert.setInt(index, ttl);
            target.awaitOurs();
            target.driver().execute(insert.build().setConsistencyLevel(target.consistency()));
            return true;
        });
    }

    /**
     * Deletes a row.
     *
     * @param time the write time, in microseconds; what was written at this time or before is gone
     * @throws KeyferryException (TARGET) when it cannot be deleted after several attempts
     */
    public void delete(RowKey key, long time) {
        Table table = table(key.table());
        attempt(key, attempt -> {
            BoundStatementBuilder delete =
                    table.delete().boundStatementBuilder().setLong(0, time + attempt);
            int index = 1;
            for (String column : table.key()) {
                delete = delete.setBytesUnsafe(index++, key.columns().get(column));
            }
            target.awaitOurs();
            target.driver().execute(delete.build().setConsistencyLevel(target.consistency()));
            return true;
        });
    }

    private interface Attempt<T extends @Nullable Object> {
        T at(int attempt);
    }

    /** A later attempt has a later time: Cassandra appends a list that is written twice with one (CASSANDRA-11368). */
    private <T extends @Nullable Object> T attempt(RowKey key, Attempt<T> doing) {
        Patience.Attempts attempts = target.patience().begin();
        while (true) {
            try {
                return doing.at(attempts.failures());
            } catch (DriverException e) {
                pause(attempts.pauseAfter(e)
                        .orElseThrow(() -> new KeyferryException(
                                Kind.TARGET,
                                "a row of table " + key.table() + " of " + target.keyspace()
                                        + " cannot be read or written (" + attempts.failures() + " attempts): "
                                        + e.getMessage(),
                                e)));
                listener.retried(Step.IMPORT, RetryableFailure.reason(e));
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    private Table table(String name) {
        return tables.computeIfAbsent(name, this::prepare);
    }

    private Table prepare(String name) {
        LiveSchema.Table live = schema.table(name)
                .orElseThrow(() -> new KeyferryException(Kind.TARGET, "the target has no table " + name));
        List<String> key = new ArrayList<>(live.partitionKey());
        key.addAll(live.clusteringKey());
        List<String> others = new ArrayList<>();
        List<String> timed = new ArrayList<>();
        for (LiveSchema.Column column : live.columns()) {
            if (column.kind() == LiveSchema.Kind.REGULAR) {
                others.add(column.name());
                if (!column.type().contains("<")) {
                    timed.add(column.name());
                }
            }
        }
        List<String> selected = new ArrayList<>(quoted(key));
        selected.addAll(quoted(others));
        for (String column : quoted(timed)) {
            selected.add("WRITETIME(" + column + ")");
            selected.add("TTL(" + column + ")");
        }
        String where = quoted(key).stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
        List<String> all = new ArrayList<>(quoted(key));
        all.addAll(quoted(others));
        String markers = all.stream().map(column -> "?").collect(Collectors.joining(", "));
        return new Table(
                key,
                others,
                timed,
                prepared("SELECT " + String.join(", ", selected) + " FROM " + target.table(name) + " WHERE " + where),
                prepared("INSERT INTO " + target.table(name) + " (" + String.join(", ", all) + ") VALUES (" + markers
                        + ") USING TIMESTAMP ? AND TTL ?"),
                prepared("DELETE FROM " + target.table(name) + " USING TIMESTAMP ? WHERE " + where));
    }

    private PreparedStatement prepared(String cql) {
        return target.prepare(cql);
    }

    private static List<String> quoted(List<String> columns) {
        return columns.stream().map(TargetSession::quoted).toList();
    }
}
