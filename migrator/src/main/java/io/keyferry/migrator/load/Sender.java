package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.RetryableFailure;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends statements that write, many at once, and small ones together in unlogged batches, see {@link Window}: a request
 * costs a cluster more than the row in it. A batch is of no more rows and bytes than Cassandra takes without a warning; if
 * it is refused, its rows are sent one by one, so that a wrong one is known.
 *
 * <p>A row that fails for want of time or nodes is sent again, alone, as long as the target's
 * {@linkplain Patience patience} lasts, and with a later write time: Cassandra appends a list that is written twice with
 * one time (CASSANDRA-11368). The times lie at the start of the run, never later than now, so that what a gateway writes
 * afterwards wins. A row that waited expires when it was meant to all the same. Nothing is sent while the keyspace is not
 * ours. Thread-safe; answers arrive on threads of the driver.
 */
final class Sender implements AutoCloseable {
    /** Two times and a time to live, 20 bytes; and of an element of a list its place, 16. */
    private static final int BYTES_PER_CELL = 36;

    /** Less than a run that is stopped has to end in, so that it can still let go of its lock and tell how it ended. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    /** What Cassandra calls the marker in {@code USING TTL ?}. */
    private static final String TTL = "[ttl]";

    /** A row on its way; its attempts are made one after another. */
    private record Write(
            BoundStatement statement,
            Supplier<String> row,
            Runnable arrived,
            int weight,
            long began,
            Patience.Attempts attempts) {
        /** The statement, with what is left of its time to live. */
        BoundStatement now() {
            int waited = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            var markers = statement.getPreparedStatement().getVariableDefinitions();
            if (waited == 0 || !markers.contains(TTL)) {
                return statement;
            }
            int ttl = statement.getInt(TTL);
            return ttl == 0 ? statement : statement.setInt(TTL, Math.max(1, ttl - waited));
        }
    }

    private final TargetSession target;
    private final long writeTimeMicros;
    private final TransferListener listener;
    private final InFlight inFlight;
    private final Window<Write> window;
    private final AtomicReference<KeyferryException> failure = new AtomicReference<>();
    private final LongAdder bytes = new LongAdder();
    private volatile boolean closed;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-retry");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Prepares to send.
     *
     * @param writeTimeMicros the write time of first attempts, in microseconds since the epoch; not later than now
     * @param requests how many writes may be on their way at once
     */
    Sender(TargetSession target, long writeTimeMicros, int requests, TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.writeTimeMicros = writeTimeMicros;
        this.listener = requireNonNull(listener, "listener is null");
        inFlight = new InFlight(requests);
        window = new Window<>(requests, this::attempt);
    }

    /** How many bytes a statement's values have. */
    static long size(BoundStatement statement) {
        long size = 0;
        for (int i = 0; i < statement.size(); i++) {
            if (statement.isSet(i)) {
                @Nullable ByteBuffer value = statement.getBytesUnsafe(i);
                size += value == null ? 0 : value.remaining();
            }
        }
        return size;
    }

    /** What Cassandra counts as a statement's share of a batch, or somewhat more: each element of a list is a cell. */
    private static long sizeInBatch(BoundStatement statement, long size) {
        long cells = 0;
        for (int i = 0; i < statement.size(); i++) {
            if (statement.isSet(i)) {
                cells += Math.max(1, elements(statement.getType(i), statement.getBytesUnsafe(i)));
            }
        }
        return size + BYTES_PER_CELL * cells;
    }

    /** How many elements a collection has, by the number that it begins with. */
    private static int elements(DataType type, @Nullable ByteBuffer value) {
        boolean collection = type instanceof ListType || type instanceof SetType || type instanceof MapType;
        return collection && value != null && value.remaining() >= Integer.BYTES ? value.getInt(value.position()) : 0;
    }

    /**
     * Sends a statement on its way; waits while too many are.
     *
     * @param size of its values, see {@link #size}
     * @param row names the row that it writes, in the message of a failure
     * @param arrived is called when it is acknowledged
     * @throws KeyferryException (TARGET or LOCKED) when an earlier one failed for good, (INTERNAL) when what is called
     *     for an earlier one failed
     */
    void send(BoundStatement statement, long size, Supplier<String> row, Runnable arrived) throws InterruptedException {
        requireNoFailure();
        long began = System.nanoTime();
        int weight = inFlight.acquire(size);
        target.pace().begin();
        listener.inFlight(Step.IMPORT, 1);
        bytes.add(size);
        Write write = new Write(
                statement, row, arrived, weight, began, target.patience().begin());
        window.send(write, sizeInBatch(statement, size));
    }

    private void attempt(List<Write> together) {
        if (closed) {
            together.forEach(this::answered);
            window.answered(together.size(), false);
            return;
        }
        try {
            target.requireOurs();
        } catch (KeyferryException e) {
            if (target.mayBeOursAgain()) {
                for (Write write : together) {
                    againOrFail(write, write.attempts().pauseWithoutLeave(), "LockNotRenewed", e);
                }
            } else {
                together.forEach(write -> fail(e, write));
            }
            window.answered(together.size(), false);
            return;
        }
        CompletionStage<AsyncResultSet> answer;
        try {
            answer = target.driver().executeAsync(request(together));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e); // A session that was closed.
        }
        answer.whenComplete((result, thrown) -> {
            if (thrown == null) {
                together.forEach(this::arrived);
            } else {
                failed(together, unwrapped(thrown));
            }
            window.answered(together.size(), thrown == null);
        });
    }

    private void arrived(Write write) {
        try {
            write.arrived().run();
        } catch (RuntimeException e) {
            String told = write.row().get() + " is written, but could not be counted: " + e;
            failure.compareAndSet(null, new KeyferryException(Kind.INTERNAL, told, e));
        }
        answered(write);
    }

    /** Writes that go together are first attempts, all of which have the same write time. */
    private Statement<?> request(List<Write> together) {
        Write first = together.get(0);
        long time = writeTimeMicros + first.attempts().failures();
        if (together.size() == 1) {
            return first.now()
                    .setExecutionProfileName(Connector.SENT_ONCE)
                    .setConsistencyLevel(target.consistency())
                    .setQueryTimestamp(time);
        }
        return BatchStatement.builder(BatchType.UNLOGGED)
                .addStatements(together.stream().map(Write::now).toArray(BoundStatement[]::new))
                .setExecutionProfileName(Connector.SENT_ONCE)
                .setConsistencyLevel(target.consistency())
                .setQueryTimestamp(time)
                .build();
    }

    private void failed(List<Write> together, Throwable cause) {
        // One of them may be wrong, or all of them too much for one request.
        boolean refused = together.size() > 1 && !RetryableFailure.is(cause);
        if (refused) {
            window.separate();
        }
        for (Write write : together) {
            OptionalLong pause = write.attempts().pauseAfter(cause);
            againOrFail(write, refused ? OptionalLong.of(0) : pause, RetryableFailure.reason(cause), cause);
        }
    }

    /** A write that is made again waits first, and then in line with others; it goes alone. */
    private void againOrFail(Write write, OptionalLong pause, String reason, Throwable thrown) {
        if (pause.isPresent() && failure.get() == null) {
            listener.retried(Step.IMPORT, reason);
            try {
                var unused = retries.schedule(() -> window.sendAlone(write), pause.getAsLong(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed meanwhile: nobody waits for it any more.
            }
            return;
        }
        fail(
                new KeyferryException(
                        Kind.TARGET,
                        write.row().get() + " cannot be written to " + target.keyspace() + " at "
                                + target.consistency() + " (" + write.attempts().failures() + " attempts): "
                                + thrown.getMessage(),
                        thrown),
                write);
    }

    private void fail(KeyferryException failed, Write write) {
        failure.compareAndSet(null, failed);
        answered(write);
    }

    private void answered(Write write) {
        target.pace().end();
        inFlight.release(write.weight());
        listener.inFlight(Step.IMPORT, -1);
    }

    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    /** Bytes of values sent so far, repetitions aside. */
    long bytes() {
        return bytes.sum();
    }

    /**
     * Waits until all are answered. Nobody may send meanwhile.
     *
     * @throws KeyferryException as {@link #send}
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

    /**
     * Sends nothing more, and waits some seconds for what is on the wire, of an interrupted thread too: when this returns,
     * the keyspace may soon be another's.
     */
    @Override
    public void close() {
        closed = true;
        retries.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            window.awaitAnswers(LAST_ANSWERS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
