package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.codec.RowCodec;
import io.keyferry.keyspace.codec.Scar;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Lower;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import io.keyferry.keyspace.cql.Select.Upper;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table as entities, slice by slice or one by one. Thread-safe; each slice is read by one thread.
 */
public final class TableScan {
    /** Takes one entity. */
    @FunctionalInterface
    public interface EntityConsumer {
        void accept(Entity entity) throws Exception;
    }

    /** Takes one entity and what is odd about its row. */
    @FunctionalInterface
    public interface RowInspector {
        void accept(Entity entity, Set<Scar> scars) throws Exception;
    }

    /** Takes one row. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(StoredRow row) throws Exception;
    }

    private final ReadSession session;
    private final TableLayout layout;
    private final RowCodec codec;
    private final Select select;
    private final Map<Restriction, PreparedSelect> prepared = new ConcurrentHashMap<>();
    private final Select inspecting;
    private final Map<Restriction, PreparedSelect> inspections = new ConcurrentHashMap<>();
    private final List<String> writeTimeColumns;
    /** Unfrozen ones. */
    private final List<String> collections;

    private final AtomicReference<@Nullable PreparedSelect> writeTimes = new AtomicReference<>();
    private final LiveSchema.Table table;
    private final PageSize pageSize;
    private final boolean backwards;

    TableScan(ReadSession session, EntityType type, LiveSchema.Table table) {
        this(session, type, table, new PageSize(PageSize.LARGEST), false);
    }

    private TableScan(
            ReadSession session, EntityType type, LiveSchema.Table table, PageSize pageSize, boolean backwards) {
        this.backwards = backwards;
        this.session = requireNonNull(session, "session is null");
        this.table = requireNonNull(table, "table is null");
        this.pageSize = requireNonNull(pageSize, "pageSize is null");
        layout = type.table();
        codec = RowCodec.of(
                type, table.columns().stream().map(LiveSchema.Column::name).collect(Collectors.toSet()));
        List<Selector> selectors = new ArrayList<>();
        codec.columns().forEach(column -> selectors.add(new Selector.Column(column)));
        codec.ttlColumns().forEach(column -> selectors.add(new Selector.Ttl(column)));
        select = new Select(layout.name(), selectors, new Restriction.None(), OptionalInt.empty(), backwards);
        table.columns().stream()
                .map(LiveSchema.Column::name)
                .filter(column -> column.equals("cache_key"))
                .forEach(column -> selectors.add(new Selector.Column(column)));
        inspecting = new Select(layout.name(), selectors, new Restriction.None(), OptionalInt.empty(), backwards);
        writeTimeColumns = table.columns().stream()
                .filter(column -> column.kind() == LiveSchema.Kind.REGULAR
                        && !column.type().contains("<")
                        && !column.type().equals("counter"))
                .map(LiveSchema.Column::name)
                .toList();
        collections = table.columns().stream()
                .filter(column -> column.kind() == LiveSchema.Kind.REGULAR
                        && column.type().contains("<")
                        && !column.type().startsWith("frozen<"))
                .map(LiveSchema.Column::name)
                .toList();
    }

    public EntityType type() {
        return codec.type();
    }

    /** The same table read in pages of at most so many rows. */
    public TableScan inPagesOf(int rows) {
        return new TableScan(session, type(), table, new PageSize(rows), backwards);
    }

    /** The same table, each partition of it from its last row to its first. */
    public TableScan reversed() {
        return new TableScan(session, type(), table, pageSize, !backwards);
    }

    /** The types of all columns that the table really has, by name. */
    public Map<String, String> columnTypes() {
        Map<String, String> types = new LinkedHashMap<>();
        table.columns().forEach(column -> types.put(column.name(), column.type()));
        return types;
    }

    /** The order in which rows come. */
    public RowOrder order() {
        return RowOrder.of(type());
    }

    /** A column's place in {@link StoredRow#bytes}; empty when it is not read. */
    public OptionalInt columnIndex(String column) {
        int index = codec.columns().indexOf(column);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /**
     * Cuts the table into slices of about so many rows, by a sample of its keys.
     *
     * @throws KeyferryException (SOURCE or TARGET) when the table cannot be read
     */
    public SlicePlan plan(int rowsPerSlice) {
        return layout.onePartition()
                ? new IdSampler(session, layout).plan(rowsPerSlice)
                : new TokenSampler(session, layout).plan(rowsPerSlice);
    }

    /**
     * Reads a slice in the table's order.
     *
     * @return the bytes that the server sent
     * @throws KeyferryException (SOURCE or TARGET) when a page cannot be read after several attempts, (REFUSED) when a
     *     row holds what it should not
     */
    public long read(Slice slice, Step step, TransferListener listener, EntityConsumer consumer) {
        return readRows(slice, step, listener, row -> consumer.accept(row.entity()));
    }

    /** Reads a slice as {@link #read} does, with the bytes of each row. */
    public long readRows(Slice slice, Step step, TransferListener listener, RowConsumer consumer) {
        List<Object> values = new ArrayList<>();
        PreparedSelect statement = prepared(restriction(slice, values));
        return read(
                statement,
                values,
                step,
                listener,
                (row, arrived) -> consumer.accept(new StoredRow(decode(row, arrived), row)),
                slice.toString());
    }

    /** Reads a slice as {@link #readRows} does, and looks at what the entities do not show ({@link StoredRow#scars}). */
    public long readRowsWithScars(Slice slice, Step step, TransferListener listener, RowConsumer consumer) {
        List<Object> values = new ArrayList<>();
        PreparedSelect statement = inspections.computeIfAbsent(
                restriction(slice, values), rows -> session.prepare(inspecting.where(rows)));
        return read(
                statement,
                values,
                step,
                listener,
                (row, arrived) -> {
                    Entity entity = decode(row, arrived);
                    consumer.accept(new StoredRow(entity, row, codec.scars(row, entity)));
                },
                slice.toString());
    }

    /**
     * Reads a slice as {@link #read} does, and looks at what its entities do not show.
     *
     * @return the bytes that the server sent
     * @throws KeyferryException (SOURCE or TARGET) when a page cannot be read after several attempts
     */
    public long inspect(Slice slice, Step step, TransferListener listener, RowInspector inspector) {
        List<Object> values = new ArrayList<>();
        PreparedSelect statement = session.prepare(inspecting.where(restriction(slice, values)));
        PagedRows rows = paged((size, state) -> session.execute(statement, values, size, state), step, listener);
        try {
            return rows.forEachArrived((row, arrived) -> {
                Entity entity = codec.decodeAsItIs(row, arrived);
                inspector.accept(entity, codec.scars(row, entity));
            });
        } catch (Exception e) {
            throw translated(slice.toString(), e);
        }
    }

    /** Reads the whole table on the calling thread, in its order. */
    public long readAll(Step step, TransferListener listener, EntityConsumer consumer) {
        Slice whole = layout.onePartition()
                ? new Slice.Ids(null, null)
                : new Slice.Tokens(OptionalLong.empty(), OptionalLong.empty());
        return read(whole, step, listener, consumer);
    }

    /** The entity with this primary key, read now. */
    public Optional<Entity> find(String id) {
        return findRow(id).map(StoredRow::entity);
    }

    /** The row with this primary key, read now. */
    public Optional<StoredRow> findRow(String id) {
        AtomicReference<StoredRow> found = new AtomicReference<>();
        List<Object> values = keyValues(id);
        read(
                prepared(new Restriction.Key(keyColumns())),
                values,
                Step.VERIFY,
                TransferListener.NONE,
                (row, arrived) -> found.set(new StoredRow(decode(row, arrived), row)),
                "the row " + id);
        return Optional.ofNullable(found.get());
    }

    /**
     * When the latest of the row's cells was written, in microseconds since the epoch; empty for no such row. Cells of
     * unfrozen collections count where the server tells their times, as Cassandra 5.0 does.
     */
    public OptionalLong lastWrite(String id) {
        PreparedSelect statement = writeTimes();
        List<Selector> times = statement.select().selectors();
        if (times.isEmpty()) {
            return OptionalLong.empty();
        }
        long[] latest = {Long.MIN_VALUE};
        try {
            paged(
                            (size, state) -> session.execute(statement, keyValues(id), size, state),
                            Step.VERIFY,
                            TransferListener.NONE)
                    .forEach(row -> {
                        for (int i = 0; i < times.size(); i++) {
                            latest[0] = row.isNull(i) ? latest[0] : Math.max(latest[0], row.getLong(i));
                        }
                    });
        } catch (Exception e) {
            throw translated("write times of " + id, e);
        }
        return latest[0] == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(latest[0]);
    }

    /** The write times of all cells; of collections too where the server takes the question, which it is asked once. */
    private PreparedSelect writeTimes() {
        return writeTimes.updateAndGet(known -> known != null ? known : prepareWriteTimes());
    }

    private PreparedSelect prepareWriteTimes() {
        List<Selector> times = new ArrayList<>();
        writeTimeColumns.forEach(column -> times.add(new Selector.WriteTime(column)));
        List<Selector> more = new ArrayList<>(times);
        collections.forEach(column -> more.add(new Selector.LatestWriteTime(column)));
        if (more.size() > times.size()) {
            try {
                return session.prepare(ofKey(more));
            } catch (KeyferryException e) {
                if (times.isEmpty() || !(e.getCause() instanceof QueryValidationException)) {
                    throw e;
                }
            }
        }
        return session.prepare(ofKey(times));
    }

    private Select ofKey(List<Selector> selectors) {
        return new Select(layout.name(), selectors, new Restriction.Key(keyColumns()), OptionalInt.empty());
    }

    /** Takes a row's primary key, and when the latest of its cells was written, in microseconds since the epoch. */
    @FunctionalInterface
    public interface WriteTimeConsumer {
        void accept(String id, long micros);
    }

    /**
     * Tells of all rows when they were written last, but of those that hold nothing but a key.
     *
     * @throws KeyferryException (SOURCE or TARGET) when a page cannot be read after several attempts
     */
    public void lastWrites(Step step, TransferListener listener, WriteTimeConsumer consumer) {
        List<Selector> selectors = new ArrayList<>();
        selectors.add(new Selector.Column(type().primaryKey()));
        writeTimeColumns.forEach(column -> selectors.add(new Selector.WriteTime(column)));
        PreparedSelect statement =
                session.prepare(new Select(layout.name(), selectors, new Restriction.None(), OptionalInt.empty()));
        try {
            paged((size, state) -> session.execute(statement, List.of(), size, state), step, listener)
                    .forEach(row -> {
                        long latest = Long.MIN_VALUE;
                        for (int i = 1; i < selectors.size(); i++) {
                            latest = row.isNull(i) ? latest : Math.max(latest, row.getLong(i));
                        }
                        if (latest != Long.MIN_VALUE) {
                            consumer.accept(String.valueOf(row.getObject(0)), latest);
                        }
                    });
        } catch (Exception e) {
            throw translated("write times", e);
        }
    }

    private long read(
            PreparedSelect statement,
            List<Object> values,
            Step step,
            TransferListener listener,
            PagedRows.ArrivedConsumer consumer,
            String what) {
        PagedRows rows = paged((size, state) -> session.execute(statement, values, size, state), step, listener);
        try {
            return rows.forEachArrived(consumer);
        } catch (Exception e) {
            throw translated(what, e);
        }
    }

    private PagedRows paged(PagedRows.Fetch fetch, Step step, TransferListener listener) {
        return new PagedRows(fetch, step, listener, session.address().patience(), pageSize);
    }

    /** A row of the source that cannot be read is the upgrade's to judge, which the user may have told what to do. */
    private Entity decode(Row row, long arrived) {
        return session.side() == Side.FROM ? codec.decodeAsItIs(row, arrived) : codec.decode(row, arrived);
    }

    private KeyferryException translated(String what, Exception failure) {
        if (failure instanceof KeyferryException known) {
            return known;
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new KeyferryException(KeyferryException.Kind.INTERRUPTED, "interrupted", failure);
        }
        if (failure instanceof ExecutionException && failure.getCause() != null) {
            return session.failure("table " + layout.name() + ", " + what, failure.getCause());
        }
        return new KeyferryException(
                KeyferryException.Kind.INTERNAL, "table " + layout.name() + ", " + what + ": " + failure, failure);
    }

    private PreparedSelect prepared(Restriction restriction) {
        return prepared.computeIfAbsent(restriction, rows -> session.prepare(select.where(rows)));
    }

    private List<String> keyColumns() {
        return layout.onePartition() ? List.of("partition", "id") : layout.partitionKey();
    }

    private List<Object> keyValues(String id) {
        Field key = type().requiredField(type().primaryKey());
        Object value = key.cqlType().equals("uuid") ? UUID.fromString(id) : id;
        return layout.onePartition() ? List.of(layout.name(), value) : List.of(value);
    }

    private Restriction restriction(Slice slice, List<Object> values) {
        if (slice instanceof Slice.Tokens tokens) {
            tokens.after().ifPresent(values::add);
            tokens.upTo().ifPresent(values::add);
            return new Restriction.TokenRange(
                    layout.partitionKey(),
                    tokens.after().isPresent(),
                    tokens.upTo().isPresent());
        }
        Slice.Ids ids = (Slice.Ids) slice;
        values.add(layout.name());
        add(values, ids.from());
        add(values, ids.before());
        return new Restriction.Within(
                List.of("partition"),
                "id",
                ids.from() == null ? Optional.empty() : Optional.of(Lower.FROM),
                ids.before() == null ? Optional.empty() : Optional.of(Upper.BEFORE));
    }

    private static void add(List<Object> values, @Nullable UUID bound) {
        if (bound != null) {
            values.add(bound);
        }
    }
}
