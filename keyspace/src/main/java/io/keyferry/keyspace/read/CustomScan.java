package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.LiveSchema.Column;
import io.keyferry.keyspace.cql.LiveSchema.Kind;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that no Kong knows, slice by slice or one by one, known only by what {@code system_schema} says
 * of it. The cells of an unfrozen collection each have a time to live of their own, which Cassandra before 5.0 does not
 * tell; they count as living as long as the row's longest other value, since a plugin writes a row in one statement.
 * Thread-safe; each slice is read by one thread.
 */
public final class CustomScan {
    /** Takes one row. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(CustomRow row) throws Exception;
    }

    private final ReadSession session;
    private final LiveSchema.Table table;
    private final List<String> keys;
    private final List<String> columns;
    private final boolean[] isStatic;
    private final Select select;
    private final List<String> timed;
    private final int[] timeToLive;
    private final Map<Restriction, PreparedSelect> prepared = new ConcurrentHashMap<>();

    /**
     * Prepares to read.
     *
     * @param columns those outside of the key that count
     */
    public CustomScan(ReadSession session, LiveSchema.Table table, List<String> columns) {
        this.session = requireNonNull(session, "session is null");
        this.table = requireNonNull(table, "table is null");
        this.columns = List.copyOf(columns);
        keys = Stream.concat(table.partitionKey().stream(), table.clusteringKey().stream())
                .toList();
        isStatic = new boolean[columns.size()];
        for (int i = 0; i < isStatic.length; i++) {
            isStatic[i] = column(columns.get(i)).kind() == Kind.STATIC;
        }
        timed = timed();
        timeToLive = new int[columns.size()];
        Arrays.fill(timeToLive, -1);
        List<Selector> selectors = new ArrayList<>();
        keys.forEach(column -> selectors.add(new Selector.Column(column)));
        columns.forEach(column -> selectors.add(new Selector.Column(column)));
        for (String column : timed) {
            timeToLive[columns.indexOf(column)] = selectors.size();
            selectors.add(new Selector.Ttl(column));
        }
        select = new Select(table.name(), selectors, new Restriction.None(), OptionalInt.empty());
    }

    private Column column(String name) {
        return table.column(name)
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " has no column " + name));
    }

    /** The columns whose time to live Cassandra tells; whether a frozen collection's is, it says itself. */
    private List<String> timed() {
        List<String> plain = columns.stream()
                .filter(name -> !column(name).type().equals("counter")
                        && !isUnfrozenCollection(column(name).type()))
                .toList();
        List<String> simple = plain.stream()
                .filter(name -> !column(name).type().contains("<"))
                .toList();
        if (plain.size() > simple.size()) {
            try {
                session.prepare(new Select(
                        table.name(),
                        plain.stream().<Selector>map(Selector.Ttl::new).toList(),
                        new Restriction.None(),
                        OptionalInt.empty()));
            } catch (KeyferryException e) {
                if (!(e.getCause() instanceof InvalidQueryException)) {
                    throw e;
                }
                return simple;
            }
        }
        return plain;
    }

    private static boolean isUnfrozenCollection(String type) {
        return type.startsWith("list<") || type.startsWith("set<") || type.startsWith("map<");
    }

    public LiveSchema.Table table() {
        return table;
    }

    /** The columns of the key, in order. */
    public List<String> keyColumns() {
        return keys;
    }

    /** The columns outside of the key that are read, in the order of {@link CustomRow#values}. */
    public List<String> columns() {
        return columns;
    }

    /** Whether a column belongs to the partition and not to a row. */
    public boolean isStatic(int column) {
        return isStatic[column];
    }

    /**
     * Cuts the table into slices of about so many rows, by a sample of its keys. A partition is never cut.
     *
     * @throws KeyferryException (SOURCE or TARGET) when the table cannot be read
     */
    public SlicePlan plan(int rowsPerSlice) {
        return new TokenSampler(session, table.name(), table.partitionKey()).plan(rowsPerSlice);
    }

    /**
     * Reads a slice in the table's order, rows of a partition one after the other.
     *
     * @return the bytes that the server sent
     * @throws KeyferryException (SOURCE or TARGET) when a page cannot be read after several attempts
     */
    public long read(Slice slice, Step step, TransferListener listener, RowConsumer consumer) {
        Slice.Tokens tokens = (Slice.Tokens) slice;
        List<Object> values = new ArrayList<>();
        tokens.after().ifPresent(values::add);
        tokens.upTo().ifPresent(values::add);
        Restriction rows = new Restriction.TokenRange(
                table.partitionKey(), tokens.after().isPresent(), tokens.upTo().isPresent());
        return read(
                prepared(select, rows),
                values,
                step,
                listener,
                (row, arrived) -> consumer.accept(decode(row, arrived)));
    }

    /** The row with the same key as another, read now. */
    public Optional<CustomRow> find(CustomRow like) {
        AtomicReference<CustomRow> found = new AtomicReference<>();
        List<Object> values = new ArrayList<>();
        read(prepared(select, key(like, values)), values, Step.VERIFY, TransferListener.NONE, (row, arrived) -> {
            CustomRow decoded = decode(row, arrived);
            if (sameKey(decoded, like)) {
                found.set(decoded);
            }
        });
        return Optional.ofNullable(found.get());
    }

    /** When the latest of the row's values was written, in microseconds since the epoch; empty where none tells. */
    public OptionalLong lastWrite(CustomRow like) {
        if (timed.isEmpty()) {
            return OptionalLong.empty();
        }
        List<Selector> times =
                timed.stream().<Selector>map(Selector.WriteTime::new).toList();
        List<Object> values = new ArrayList<>();
        Restriction key = key(like, values);
        long[] latest = {Long.MIN_VALUE};
        Select writeTimes = new Select(table.name(), times, key, OptionalInt.empty());
        read(session.prepare(writeTimes), values, Step.VERIFY, TransferListener.NONE, (row, arrived) -> {
            for (int i = 0; i < times.size(); i++) {
                latest[0] = row.isNull(i) ? latest[0] : Math.max(latest[0], row.getLong(i));
            }
        });
        return latest[0] == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(latest[0]);
    }

    /** Of static values without a row only the partition is known. */
    private Restriction key(CustomRow like, List<Object> values) {
        List<String> known = new ArrayList<>();
        List<@Nullable Object> objects = like.keyObjects();
        for (int i = 0; i < keys.size(); i++) {
            Object value = objects.get(i);
            if (value != null) {
                known.add(keys.get(i));
                values.add(value);
            }
        }
        return new Restriction.Key(known);
    }

    private static boolean sameKey(CustomRow left, CustomRow right) {
        for (int i = 0; i < left.keys(); i++) {
            ByteBuffer one = left.key(i);
            ByteBuffer other = right.key(i);
            if (one == null ? other != null : !one.equals(other)) {
                return false;
            }
        }
        return true;
    }

    private CustomRow decode(Row row, long arrived) {
        List<@Nullable ByteBuffer> values = new ArrayList<>(columns.size());
        long[] expiries = new long[columns.size()];
        long longest = Long.MIN_VALUE;
        for (int i = 0; i < expiries.length; i++) {
            values.add(row.getBytesUnsafe(keys.size() + i));
            expiries[i] = CustomRow.NEVER;
            if (timeToLive[i] >= 0 && values.get(i) != null) {
                if (!row.isNull(timeToLive[i])) {
                    expiries[i] = arrived + row.getInt(timeToLive[i]);
                }
                longest = isStatic[i] ? longest : Math.max(longest, expiries[i]);
            }
        }
        for (int i = 0; i < expiries.length; i++) {
            if (timeToLive[i] < 0 && values.get(i) != null && !isStatic[i] && longest != Long.MIN_VALUE) {
                expiries[i] = longest;
            }
        }
        return new CustomRow(row, keys.size(), values, expiries);
    }

    private PreparedSelect prepared(Select statement, Restriction rows) {
        return prepared.computeIfAbsent(rows, each -> session.prepare(statement.where(each)));
    }

    private long read(
            PreparedSelect statement,
            List<Object> values,
            Step step,
            TransferListener listener,
            PagedRows.ArrivedConsumer consumer) {
        try {
            return new PagedRows((size, state) -> session.execute(statement, values, size, state), step, listener)
                    .forEachArrived(consumer);
        } catch (KeyferryException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(KeyferryException.Kind.INTERRUPTED, "interrupted", e);
        } catch (ExecutionException e) {
            throw session.failure("table " + table.name(), e.getCause() == null ? e : e.getCause());
        } catch (Exception e) {
            throw new KeyferryException(KeyferryException.Kind.INTERNAL, "table " + table.name() + ": " + e, e);
        }
    }
}
