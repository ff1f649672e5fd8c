package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.keyferry.keyspace.cql.RetryableFailure;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table that no Kong knows, as bytes. Values of a row that expire at different times go in a
 * statement each; the one that lives longest is an INSERT, the others are UPDATEs, which do not make a row. All have the
 * write time of the run's first attempt, and each repetition a later one, as {@link RowWriter} has it and for the same
 * reason: a list that is written twice with one time is doubled. Writing a row again changes nothing. Thread-safe.
 */
final class CustomWriter implements AutoCloseable {
    private static final int ATTEMPTS = 8;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final CustomTransfer transfer;
    private final TargetSession target;
    private final CustomScan scan;
    private final List<String> columns;
    private final boolean nullsWritten;
    private final long writeTimeMicros;
    private final Clock clock;
    private final TransferListener listener;
    private final InFlight inFlight;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final AtomicReference<KeyferryException> failure = new AtomicReference<>();
    private final LongAdder bytes = new LongAdder();
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-custom-retry");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Prepares to write.
     *
     * @param scan of the target's table, with the columns in the order of the rows' values
     * @param rowsMayExist whether null must replace what a row may hold already
     * @param writeTimeMicros the write time of first attempts, in microseconds since the epoch; not later than now
     */
    CustomWriter(
            CustomTransfer transfer,
            TargetSession target,
            CustomScan scan,
            boolean rowsMayExist,
            long writeTimeMicros,
            CustomLoad.Settings settings) {
        this.transfer = requireNonNull(transfer, "transfer is null");
        this.target = requireNonNull(target, "target is null");
        this.scan = requireNonNull(scan, "scan is null");
        this.nullsWritten = rowsMayExist && transfer.manner() == CustomTransfer.Manner.ROWS;
        this.writeTimeMicros = writeTimeMicros;
        columns = scan.columns();
        clock = settings.clock();
        listener = settings.listener();
        inFlight = new InFlight(settings.requests());
    }

    /**
     * Sends a row on its way; waits while too many are.
     *
     * @param withStatics whether the partition's static values are to be written too: once a partition
     * @return whether there was anything to write; false when all of it has expired
     * @throws KeyferryException (TARGET) when an earlier write failed for good
     */
    boolean write(CustomRow row, boolean withStatics) throws InterruptedException {
        target.pace().moved(1);
        long now = clock.instant().getEpochSecond();
        boolean wrote = false;
        if (withStatics && hasStatics()) {
            for (Map.Entry<Long, List<Integer>> group : groups(row, true).entrySet()) {
                wrote |= update(row, group.getKey(), group.getValue(), true, now);
            }
        }
        if (isPartitionOnly(row)) {
            return wrote;
        }
        boolean first = transfer.manner() == CustomTransfer.Manner.ROWS;
        NavigableMap<Long, List<Integer>> groups = groups(row, false);
        if (groups.isEmpty() && first) {
            insert(row, CustomRow.NEVER, List.of(), now);
            return true;
        }
        for (Map.Entry<Long, List<Integer>> group : groups.descendingMap().entrySet()) {
            wrote |= first
                    ? insert(row, group.getKey(), group.getValue(), now)
                    : update(row, group.getKey(), group.getValue(), false, now);
            first = false;
        }
        return wrote;
    }

    private boolean hasStatics() {
        for (int i = 0; i < columns.size(); i++) {
            if (scan.isStatic(i)) {
                return true;
            }
        }
        return false;
    }

    /** Static values of a partition without a row. */
    private static boolean isPartitionOnly(CustomRow row) {
        for (int i = 0; i < row.keys(); i++) {
            if (row.key(i) == null) {
                return true;
            }
        }
        return false;
    }

    /** The values that are there, by when they expire. */
    private NavigableMap<Long, List<Integer>> groups(CustomRow row, boolean statics) {
        NavigableMap<Long, List<Integer>> groups = new TreeMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (scan.isStatic(i) == statics && row.values().get(i) != null) {
                groups.computeIfAbsent(row.expiry(i), added -> new ArrayList<>())
                        .add(i);
            }
        }
        return groups;
    }

    /** The row with its longest-lived values; the table's default time to live counts for one with no value at all. */
    private boolean insert(CustomRow row, long expiry, List<Integer> values, long now) throws InterruptedException {
        if (expiry <= now) {
            return false;
        }
        List<String> regular = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!scan.isStatic(i)) {
                regular.add(columns.get(i));
            }
        }
        List<String> names = new ArrayList<>(scan.keyColumns());
        names.addAll(regular);
        boolean bare = values.isEmpty();
        PreparedStatement statement = prepare("INSERT INTO " + target.table(transfer.table()) + " ("
                + names.stream().map(TargetSession::quoted).collect(Collectors.joining(", ")) + ") VALUES ("
                + names.stream().map(name -> "?").collect(Collectors.joining(", ")) + ")"
                + (bare ? "" : " USING TTL ?"));
        BoundStatementBuilder bound = statement.boundStatementBuilder();
        for (int i = 0; i < row.keys(); i++) {
            bound = bound.setBytesUnsafe(i, row.key(i));
        }
        for (int i = 0; i < regular.size(); i++) {
            int column = columns.indexOf(regular.get(i));
            if (values.contains(column)) {
                bound = bound.setBytesUnsafe(row.keys() + i, row.values().get(column));
            } else if (nullsWritten && row.values().get(column) == null) {
                bound = bound.setToNull(row.keys() + i);
            }
        }
        if (!bare) {
            bound = bound.setInt(names.size(), timeToLive(expiry, now));
        }
        send(bound.build(), row);
        return true;
    }

    private boolean update(CustomRow row, long expiry, List<Integer> values, boolean statics, long now)
            throws InterruptedException {
        if (expiry <= now) {
            return false;
        }
        List<String> keys = statics ? scan.table().partitionKey() : scan.keyColumns();
        PreparedStatement statement = prepare("UPDATE " + target.table(transfer.table()) + " USING TTL ? SET "
                + values.stream()
                        .map(column -> TargetSession.quoted(columns.get(column)) + " = ?")
                        .collect(Collectors.joining(", "))
                + " WHERE "
                + keys.stream().map(key -> TargetSession.quoted(key) + " = ?").collect(Collectors.joining(" AND ")));
        BoundStatementBuilder bound = statement.boundStatementBuilder().setInt(0, timeToLive(expiry, now));
        int at = 1;
        for (int column : values) {
            bound = bound.setBytesUnsafe(at++, row.values().get(column));
        }
        for (int i = 0; i < keys.size(); i++) {
            bound = bound.setBytesUnsafe(at++, row.key(i));
        }
        send(bound.build(), row);
        return true;
    }

    /** 0 says for ever, whatever the table's default is. */
    private static int timeToLive(long expiry, long now) {
        return expiry == CustomRow.NEVER ? 0 : Math.toIntExact(expiry - now);
    }

    /**
     * Counts the target's counters to where the source's stand. Reads what is there first, so that doing it again changes
     * nothing; after a time-out it is read again, since nobody knows whether it was counted.
     */
    void count(CustomRow row) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            CustomRow there = scan.find(row).orElse(null);
            List<Integer> changed = new ArrayList<>();
            List<Long> by = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                ByteBuffer wanted = row.values().get(i);
                long difference = number(wanted)
                        - (there == null ? 0 : number(there.values().get(i)));
                if (wanted != null && difference != 0) {
                    changed.add(i);
                    by.add(difference);
                }
            }
            if (changed.isEmpty()) {
                return;
            }
            target.requireOurs();
            target.pace().moved(1);
            target.pace().begin();
            try {
                count(row, changed, by).toCompletableFuture().join();
                return;
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (attempt == ATTEMPTS || !RetryableFailure.is(cause)) {
                    throw failed(row, attempt, cause);
                }
                listener.retried(Step.IMPORT, RetryableFailure.reason(cause));
                TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << (attempt - 1));
            } finally {
                target.pace().end();
            }
        }
    }

    private CompletionStage<AsyncResultSet> count(CustomRow row, List<Integer> changed, List<Long> by) {
        PreparedStatement statement = prepare("UPDATE " + target.table(transfer.table()) + " SET "
                + changed.stream()
                        .map(columns::get)
                        .map(TargetSession::quoted)
                        .map(name -> name + " = " + name + " + ?")
                        .collect(Collectors.joining(", "))
                + " WHERE "
                + scan.keyColumns().stream()
                        .map(key -> TargetSession.quoted(key) + " = ?")
                        .collect(Collectors.joining(" AND ")));
        BoundStatementBuilder bound = statement.boundStatementBuilder();
        for (int i = 0; i < by.size(); i++) {
            bound = bound.setLong(i, by.get(i));
        }
        for (int i = 0; i < row.keys(); i++) {
            bound = bound.setBytesUnsafe(by.size() + i, row.key(i));
        }
        bytes.add(Long.BYTES);
        return target.driver().executeAsync(bound.build().setConsistencyLevel(target.consistency()));
    }

    private static long number(@Nullable ByteBuffer counter) {
        return counter == null || counter.remaining() < Long.BYTES ? 0 : counter.getLong(counter.position());
    }

    private PreparedStatement prepare(String cql) {
        synchronized (prepared) {
            return prepared.computeIfAbsent(cql, each -> target.driver().prepare(each));
        }
    }

    private void send(BoundStatement statement, CustomRow row) throws InterruptedException {
        requireNoFailure();
        long size = 0;
        for (int i = 0; i < statement.size(); i++) {
            ByteBuffer value = statement.isSet(i) ? statement.getBytesUnsafe(i) : null;
            size += value == null ? 0 : value.remaining();
        }
        int weight = inFlight.acquire(size);
        bytes.add(size);
        target.pace().begin();
        listener.inFlight(Step.IMPORT, 1);
        attempt(statement.setConsistencyLevel(target.consistency()), row, weight, 1);
    }

    private void attempt(BoundStatement statement, CustomRow row, int weight, int attempt) {
        try {
            target.requireOurs();
        } catch (KeyferryException e) {
            failure.compareAndSet(null, e);
            answered(weight);
            return;
        }
        target.driver()
                .executeAsync(statement.setQueryTimestamp(writeTimeMicros + attempt - 1))
                .whenComplete((result, thrown) -> {
                    if (thrown == null) {
                        answered(weight);
                        return;
                    }
                    Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
                            ? thrown.getCause()
                            : thrown;
                    if (attempt < ATTEMPTS && RetryableFailure.is(cause) && failure.get() == null) {
                        listener.retried(Step.IMPORT, RetryableFailure.reason(cause));
                        var unused = retries.schedule(
                                () -> attempt(statement, row, weight, attempt + 1),
                                FIRST_PAUSE_MILLIS << (attempt - 1),
                                TimeUnit.MILLISECONDS);
                        return;
                    }
                    failure.compareAndSet(null, failed(row, attempt, cause));
                    answered(weight);
                });
    }

    private void answered(int weight) {
        target.pace().end();
        listener.inFlight(Step.IMPORT, -1);
        inFlight.release(weight);
    }

    private KeyferryException failed(CustomRow row, int attempts, Throwable cause) {
        return new KeyferryException(
                Kind.TARGET,
                "row " + row.keyText() + " of table " + transfer.table() + " cannot be written to " + target.keyspace()
                        + " at " + target.consistency() + " (" + attempts + " attempts): " + cause.getMessage(),
                cause);
    }

    /** Bytes of values sent so far, repetitions aside. */
    long bytes() {
        return bytes.sum();
    }

    /**
     * Waits until all writes are answered. Nobody may write meanwhile.
     *
     * @throws KeyferryException (TARGET) when one failed for good
     */
    void flush() throws InterruptedException {
        inFlight.awaitNone();
        requireNoFailure();
    }

    private void requireNoFailure() {
        KeyferryException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() {
        retries.shutdownNow();
    }
}
