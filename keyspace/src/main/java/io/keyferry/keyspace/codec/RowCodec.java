package io.keyferry.keyspace.codec;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.data.SettableByIndex;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Between the rows of one table and the entities of one type. Resolved once per table from the columns that really
 * exist, since a keyspace that was upgraded may lack some or hold others. Thread-safe.
 *
 * <p>Reading takes rows of {@link #columns()} and {@code TTL()} of {@link #ttlColumns()}, in this order; writing sets
 * {@link #insertColumns()} in this order. Facts: Kong's Cassandra strategy in all versions from 1.5 to 3.3.
 */
public final class RowCodec {
    private static final String WS_ID = "ws_id";
    private static final String CACHE_KEY = "cache_key";
    private static final String PARTITION = "partition";
    private static final long FOREVER = 1L << 40;

    private record Cell(Field field, ColumnCodec codec) {}

    private final EntityType type;
    private final List<Cell> cells = new ArrayList<>();
    private final boolean hasWorkspace;
    private final boolean hasCacheKey;
    private final List<String> columns = new ArrayList<>();
    private final List<String> ttlColumns = new ArrayList<>();
    /** Of each of them, its place among all columns. */
    private final int[] ttlOf;

    private final List<String> insertColumns = new ArrayList<>();
    private final int workspaceIndex;
    /** That of the row before, most often the next one's too. Any thread's will do. */
    private @Nullable WorkspacePrefix prefix;

    private RowCodec(EntityType type, Set<String> present) {
        this.type = requireNonNull(type, "type is null");
        for (Field field : type.fields()) {
            if (present.contains(field.column())) {
                cells.add(new Cell(field, ColumnCodec.of(field)));
                columns.add(field.column());
            }
        }
        hasWorkspace = type.workspaceable() && present.contains(WS_ID);
        workspaceIndex = hasWorkspace ? columns.size() : -1;
        insertColumns.addAll(columns);
        if (hasWorkspace) {
            columns.add(WS_ID);
            insertColumns.add(WS_ID);
        }
        hasCacheKey = present.contains(CACHE_KEY);
        if (hasCacheKey) {
            insertColumns.add(CACHE_KEY);
        }
        if (type.table().onePartition()) {
            insertColumns.add(PARTITION);
        }
        if (type.ttlColumn().isPresent()) {
            for (Cell cell : cells) {
                if (canHaveTtl(cell.field())) {
                    ttlColumns.add(cell.field().column());
                }
            }
        }
        ttlOf = ttlColumns.stream().mapToInt(columns::indexOf).toArray();
    }

    /**
     * The codec of a type for a table that has these columns.
     *
     * @param columns names of the table's real columns
     */
    public static RowCodec of(EntityType type, Set<String> columns) {
        return new RowCodec(type, columns);
    }

    private boolean canHaveTtl(Field field) {
        boolean key = type.table().partitionKey().contains(field.column())
                || type.table().clusteringKey().contains(field.column());
        return !key && !field.cqlType().contains("<");
    }

    public EntityType type() {
        return type;
    }

    /** The columns to select first: those of the fields, and {@code ws_id} where there is one. */
    public List<String> columns() {
        return List.copyOf(columns);
    }

    /**
     * The columns whose {@code TTL()} to select after {@link #columns()}, of types that can expire: every one that can
     * have its own. An update by Kong may leave cells without the row's time to live, so one cannot speak for all.
     */
    public List<String> ttlColumns() {
        return List.copyOf(ttlColumns);
    }

    /** The columns that {@link #bind} sets, in its order. */
    public List<String> insertColumns() {
        return List.copyOf(insertColumns);
    }

    /**
     * The entity that a row holds, as Kong would read it: prefixes stripped, required fields that are null filled with
     * their defaults, empty text null.
     *
     * @param readAt seconds since the epoch when the row was read, to make an expiry of its remaining time to live
     * @throws KeyferryException (REFUSED) when a column does not hold what it should, naming table, key and column
     */
    public Entity decode(Row row, long readAt) {
        Entity entity = decodeAsItIs(row, readAt);
        entity.unreadable().ifPresent(why -> {
            throw KeyferryException.refused(why);
        });
        return entity;
    }

    /** As {@link #decode}, but a row that does not hold what it should says so in {@link Entity#unreadable}. */
    public Entity decodeAsItIs(Row row, long readAt) {
        Entity.Builder entity = Entity.builder(type);
        UUID workspace = hasWorkspace ? CqlBytes.uuid(row.getBytesUnsafe(workspaceIndex)) : null;
        entity.workspace(workspace);
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            entity.put(cell.field(), decode(row, i, cell, workspace, entity));
        }
        long ttl = longestTtl(row);
        if (ttl >= 0) {
            entity.expiresAt(readAt + ttl);
        }
        return ReadRules.apply(type, entity).build();
    }

    private Value decode(Row row, int index, Cell cell, @Nullable UUID workspace, Entity.Builder entity) {
        Field field = cell.field();
        Value value;
        try {
            value = cell.codec().read(row, index);
        } catch (IOException | IllegalArgumentException e) {
            entity.unreadable("table " + type.table().name() + ", row "
                    + row.getObject(type.requiredField(type.primaryKey()).column()) + ", column " + field.column()
                    + " cannot be read: " + e.getMessage()
                    + ". Mend the row with Kong's Admin API or delete it, then run again.");
            return Value.NULL;
        }
        if (value instanceof Value.Text text) {
            if (field.storage() == Storage.WORKSPACE_PREFIXED && workspace != null) {
                value = prefix(workspace).strip(text);
            } else if (text.value().isEmpty() && !allowsEmpty(field)) {
                value = null;
            }
        }
        if (value == null && field.schema().required() && field.schema().defaultValue() != null) {
            value = Value.of(field.schema().defaultValue());
        }
        return value == null ? Value.NULL : value;
    }

    /** Kong reads an empty string as null unless the schema says {@code len_min = 0}. */
    private static boolean allowsEmpty(Field field) {
        return field.schema().constraints().path("len_min").asInt(1) == 0;
    }

    /**
     * What is odd about a row that {@link #decodeAsItIs} made an entity of. Takes rows of {@link #columns()} and
     * {@link #ttlColumns()}, and {@code cache_key} behind them where the table has it.
     */
    public Set<Scar> scars(Row row, Entity entity) {
        Set<Scar> scars = EnumSet.noneOf(Scar.class);
        if (hasWorkspace && entity.workspace().isEmpty()) {
            scars.add(Scar.NO_WORKSPACE);
        }
        if (entity.workspace().isPresent()) {
            WorkspacePrefix own = prefix(entity.workspace().get());
            for (int i = 0; i < cells.size(); i++) {
                if (cells.get(i).field().storage() == Storage.WORKSPACE_PREFIXED) {
                    String stored = CqlBytes.text(row.getBytesUnsafe(i));
                    if (stored != null && !own.standsBefore(stored)) {
                        scars.add(Scar.UNPREFIXED);
                    }
                }
            }
            int cacheKey = columns.size() + ttlColumns.size();
            if (row.getColumnDefinitions().size() > cacheKey
                    && !cacheKey(entity).equals(CqlBytes.text(row.getBytesUnsafe(cacheKey)))) {
                scars.add(Scar.STALE_CACHE_KEY);
            }
        }
        if (hasMixedTtl(row)) {
            scars.add(Scar.MIXED_TTL);
        }
        return scars;
    }

    /** A second apart is what two readings of one clock may be. */
    private boolean hasMixedTtl(Row row) {
        long shortest = Long.MAX_VALUE;
        long longest = Long.MIN_VALUE;
        for (int i = 0; i < ttlOf.length; i++) {
            if (!row.isNull(ttlOf[i])) {
                Integer left = CqlBytes.number(row.getBytesUnsafe(columns.size() + i));
                long ttl = left == null ? FOREVER : left;
                shortest = Math.min(shortest, ttl);
                longest = Math.max(longest, ttl);
            }
        }
        return longest - shortest > 1 && shortest != Long.MAX_VALUE;
    }

    private long longestTtl(Row row) {
        long longest = -1;
        for (int i = columns.size(); i < columns.size() + ttlColumns.size(); i++) {
            Integer ttl = CqlBytes.number(row.getBytesUnsafe(i));
            if (ttl != null) {
                longest = Math.max(longest, ttl);
            }
        }
        return longest;
    }

    /**
     * Sets the columns of an entity as Kong would write it, the derived ones ({@code ws_id}, {@code cache_key},
     * {@code partition}) with them.
     *
     * @param nulls whether fields that are absent or null are written as null, which replaces what a row may hold, or
     *     left unset, which leaves no tombstone in a new row
     */
    public <S extends SettableByIndex<S>> S bind(S unbound, Entity entity, Nulls nulls) {
        S statement = unbound;
        int index = 0;
        for (Cell cell : cells) {
            Value value = entity.value(cell.field());
            if (value == null || value == Value.NULL || isEmptyCollection(cell.field(), value)) {
                if (nulls == Nulls.WRITTEN) {
                    statement = statement.setToNull(index);
                }
            } else {
                statement = cell.codec().write(statement, index, prefixed(cell.field(), value, entity));
            }
            index++;
        }
        if (hasWorkspace) {
            statement = statement.set(index, entity.workspace().orElse(null), TypeCodecs.UUID);
            index++;
        }
        if (hasCacheKey) {
            statement = statement.set(index, cacheKey(entity), TypeCodecs.TEXT);
            index++;
        }
        if (type.table().onePartition()) {
            statement = statement.set(index, type.name(), TypeCodecs.TEXT);
        }
        return statement;
    }

    /** The text that a field's column holds for this entity, prefix included; empty when it is null or no text. */
    public Optional<String> storedText(Field field, Entity entity) {
        return entity.value(field) instanceof Value.Text text
                ? Optional.of(Values.text(prefixed(field, text, entity)))
                : Optional.empty();
    }

    /** Kong's cache key of an entity, for types that have a column for it. */
    public String cacheKey(Entity entity) {
        return CacheKey.of(entity, hasWorkspace);
    }

    private static boolean isEmptyCollection(Field field, Value value) {
        return field.cqlType().contains("<") && field.type() != FieldType.RECORD && Values.isEmptyCollection(value);
    }

    private Value prefixed(Field field, Value value, Entity entity) {
        Optional<UUID> workspace = entity.workspace();
        boolean prefixed = hasWorkspace && field.storage() == Storage.WORKSPACE_PREFIXED && workspace.isPresent();
        return prefixed ? prefix(workspace.get()).add(value) : value;
    }

    private WorkspacePrefix prefix(UUID workspace) {
        WorkspacePrefix last = prefix;
        if (last == null || !last.workspace().equals(workspace)) {
            last = WorkspacePrefix.of(workspace);
            prefix = last;
        }
        return last;
    }
}
