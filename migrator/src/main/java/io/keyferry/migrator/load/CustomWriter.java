package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.keyferry.keyspace.cql.Patience;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table that no Kong knows, as bytes. Values of a row that expire at different times go in a
 * statement each; the one that lives longest is an INSERT, the others are UPDATEs, which do not make a row. All are sent
 * as patiently as rows of Kong's own, see {@link Sender}. Writing a row again changes nothing. Thread-safe.
 */
final class CustomWriter implements AutoCloseable {
    private final CustomTransfer transfer;
    private final TargetSession target;
    private final CustomScan scan;
    private final List<String> columns;
    private final boolean nullsWritten;
    private final Clock clock;
    private final TransferListener listener;
    private final Sender sender;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    /** Bytes of counters, which are not sent but asked and answered. */
    private final LongAdder counted = new LongAdder();

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
        columns = scan.columns();
        clock = settings.clock();
        listener = settings.listener();
        sender = new Sender(target, writeTimeMicros, settings.requests(), listener);
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
        Patience.Attempts attempts = target.patience().begin();
        while (true) {
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
            target.awaitOurs();
            target.pace().moved(1);
            target.pace().begin();
            try {
                count(row, changed, by).toCompletableFuture().join();
                return;
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                long pause = attempts.pauseAfter(cause).orElseThrow(() -> failed(row, attempts.failures(), cause));
                listener.retried(Step.IMPORT, RetryableFailure.reason(cause));
                TimeUnit.MILLISECONDS.sleep(pause);
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
        counted.add(Long.BYTES);
        return target.driver().executeAsync(bound.build().setConsistencyLevel(target.consistency()));
    }

    private static long number(@Nullable ByteBuffer counter) {
        return counter == null || counter.remaining() < Long.BYTES ? 0 : counter.getLong(counter.position());
    }

    private PreparedStatement prepare(String cql) {
        synchronized (prepared) {
            return prepared.computeIfAbsent(cql, target::prepare);
        }
    }

    private void send(BoundStatement statement, CustomRow row) throws InterruptedException {
        sender.send(statement, Sender.size(statement), () -> text(row), () -> {});
    }

    private String text(CustomRow row) {
        return "row " + row.keyText() + " of table " + transfer.table();
    }

    private KeyferryException failed(CustomRow row, int attempts, Throwable cause) {
        return new KeyferryException(
                Kind.TARGET,
                text(row) + " cannot be written to " + target.keyspace() + " at " + target.consistency() + " ("
                        + attempts + " attempts): " + cause.getMessage(),
                cause);
    }

    /** Bytes of values sent so far, repetitions aside. */
    long bytes() {
        return sender.bytes() + counted.sum();
    }

    /**
     * Waits until all writes are answered. Nobody may write meanwhile.
     *
     * @throws KeyferryException (TARGET) when one failed for good
     */
    void flush() throws InterruptedException {
        sender.flush();
    }

    @Override
    public void close() {
        sender.close();
    }
}
