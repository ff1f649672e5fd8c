package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowCodec;
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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes entities as rows, with the rows of {@code tags} that follow from them, many at once. A write that fails for
 * want of time or nodes is made again with a later write time: Cassandra appends a list that is written twice with one
 * time (CASSANDRA-11368). The times lie at the start of the run, never later than now, so that what a gateway writes
 * afterwards wins. One thread calls {@link #write}; answers arrive on others.
 */
final class RowWriter implements AutoCloseable {
    /** The place of {@code other_tags} in {@link #insertTag}. */
    private static final int OTHER_TAGS = 3;

    private record Table(RowCodec codec, PreparedStatement insert, boolean withTtl) {}

    /** A row on its way; its attempts are made one after another. */
    private record Write(
            BoundStatement statement,
            Entity entity,
            int weight,
            Watermark.Receipt receipt,
            Patience.Attempts attempts) {}

    private final TargetSession target;
    private final LiveSchema schema;
    private final Nulls nulls;
    private final long writeTimeMicros;
    private final TransferListener listener;
    private final InFlight inFlight;
    private final Window window;
    private final Map<EntityType, Table> tables = new HashMap<>();
    private final PreparedStatement insertTag;
    private final AtomicReference<KeyferryException> failure = new AtomicReference<>();
    private final LongAdder bytes = new LongAdder();
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-retry");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Prepares to write.
     *
     * @param schema the target's tables as they are
     * @param nulls whether rows may exist already, so that null must replace what they hold
     * @param writeTimeMicros the write time of first attempts, in microseconds since the epoch; not later than now
     * @param requests how many writes may be on their way at once
     */
    RowWriter(
            TargetSession target,
            LiveSchema schema,
            Nulls nulls,
            long writeTimeMicros,
            int requests,
            TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.nulls = requireNonNull(nulls, "nulls is null");
        this.writeTimeMicros = writeTimeMicros;
        this.listener = requireNonNull(listener, "listener is null");
        inFlight = new InFlight(requests);
        window = new Window(requests);
        insertTag = target.prepare("INSERT INTO " + target.table("tags")
                + " (tag, entity_name, entity_id, other_tags) VALUES (?, ?, ?, ?) USING TTL ?");
    }

    /**
     * Sends an entity's rows on their way; waits while too many are.
     *
     * @param ttlSeconds the time to live, 0 for none
     * @throws KeyferryException (TARGET) when an earlier write failed for good
     */
    void write(Entity entity, int ttlSeconds) throws InterruptedException {
        write(
                entity,
                ttlSeconds,
                new Watermark(ImportState.NOTHING).next(entity.type().name()));
    }

    /**
     * As {@link #write(Entity, int)}.
     *
     * @param receipt is told of each row that is sent and of each answer
     */
    void write(Entity entity, int ttlSeconds, Watermark.Receipt receipt) throws InterruptedException {
        target.pace().moved(1);
        Table table = tables.computeIfAbsent(entity.type(), this::prepare);
        BoundStatementBuilder row = table.insert().boundStatementBuilder();
        row = table.codec().bind(row, entity, nulls);
        if (table.withTtl()) {
            row = row.setInt(table.codec().insertColumns().size(), ttlSeconds);
        }
        send(row.build(), entity, receipt);
        if (entity.value("tags") instanceof Value.Sequence tags) {
            writeTags(entity, tags, ttlSeconds, receipt);
        }
    }

    /** One row a tag, each with all tags of the entity, as Kong keeps them. */
    private void writeTags(Entity entity, Value.Sequence tags, int ttlSeconds, Watermark.Receipt receipt)
            throws InterruptedException {
        Set<String> all = new LinkedHashSet<>();
        for (Value tag : tags.values()) {
            if (tag instanceof Value.Text text) {
                all.add(text.value());
            }
        }
        if (all.isEmpty()) {
            return;
        }
        // Encoded once: of ten thousand tags each row holds all, a gigabyte in sum.
        ByteBuffer encoded = requireNonNull(insertTag
                .boundStatementBuilder()
                .setSet(OTHER_TAGS, all, String.class)
                .getBytesUnsafe(OTHER_TAGS));
        for (String tag : all) {
            BoundStatementBuilder row = insertTag
                    .boundStatementBuilder()
                    .setString(0, tag)
                    .setString(1, entity.type().name())
                    .setString(2, entity.key().id())
                    .setBytesUnsafe(OTHER_TAGS, encoded.duplicate())
                    .setInt(4, ttlSeconds);
            send(row.build(), entity, receipt);
        }
    }

    private Table prepare(EntityType type) {
        LiveSchema.Table live = schema.table(type.table().name())
                .orElseThrow(() -> new KeyferryException(
                        Kind.TARGET,
                        "the target has no table " + type.table().name() + ": bootstrap it for this Kong version"));
        RowCodec codec = RowCodec.of(
                type, live.columns().stream().map(LiveSchema.Column::name).collect(Collectors.toSet()));
        boolean withTtl = type.ttlColumn().isPresent();
        String columns =
                codec.insertColumns().stream().map(TargetSession::quoted).collect(Collectors.joining(", "));
        String markers = codec.insertColumns().stream().map(column -> "?").collect(Collectors.joining(", "));
        String cql = "INSERT INTO " + target.table(type.table().name()) + " (" + columns + ") VALUES (" + markers + ")"
                + (withTtl ? " USING TTL ?" : "");
        return new Table(codec, target.prepare(cql), withTtl);
    }

    private void send(BoundStatement statement, Entity entity, Watermark.Receipt receipt) throws InterruptedException {
        requireNoFailure();
        long size = size(statement);
        int weight = inFlight.acquire(size);
        target.pace().begin();
        listener.inFlight(Step.IMPORT, 1);
        bytes.add(size);
        receipt.sent(size);
        Write write = new Write(
                statement.setConsistencyLevel(target.consistency()),
                entity,
                weight,
                receipt,
                target.patience().begin());
        window.send(() -> attempt(write));
    }

    private void attempt(Write write) {
        try {
            target.requireOurs();
        } catch (KeyferryException e) {
            fail(e, write);
            return;
        }
        long time = writeTimeMicros + write.attempts().failures();
        CompletionStage<AsyncResultSet> answer;
        try {
            answer = target.driver().executeAsync(write.statement().setQueryTimestamp(time));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e); // A session that was closed.
        }
        answer.whenComplete((result, thrown) -> {
            if (thrown == null) {
                write.receipt().arrived();
                answered(write, true);
            } else {
                retryOrFail(write, unwrapped(thrown));
            }
        });
    }

    /** A write that is made again waits first, and then in line with others. */
    private void retryOrFail(Write write, Throwable thrown) {
        OptionalLong pause = failure.get() == null ? write.attempts().pauseAfter(thrown) : OptionalLong.empty();
        if (pause.isPresent()) {
            listener.retried(Step.IMPORT, RetryableFailure.reason(thrown));
            try {
                var unused = retries.schedule(
                        () -> window.send(() -> attempt(write)), pause.getAsLong(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed meanwhile: nobody waits for it any more.
            }
            window.answered(false);
            return;
        }
        fail(
                new KeyferryException(
                        Kind.TARGET,
                        write.entity().key() + " cannot be written to " + target.keyspace() + " at "
                                + target.consistency() + " ("
                                + Math.max(1, write.attempts().failures())
                                + " attempts): " + thrown.getMessage(),
                        thrown),
                write);
    }

    private void fail(KeyferryException failed, Write write) {
        failure.compareAndSet(null, failed);
        answered(write, false);
    }

    private void answered(Write write, boolean well) {
        target.pace().end();
        inFlight.release(write.weight());
        listener.inFlight(Step.IMPORT, -1);
        window.answered(well);
    }

    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    private static long size(BoundStatement statement) {
        long size = 0;
        for (int i = 0; i < statement.size(); i++) {
            if (statement.isSet(i)) {
                @Nullable ByteBuffer value = statement.getBytesUnsafe(i);
                size += value == null ? 0 : value.remaining();
            }
        }
        return size;
    }

    /** Bytes of values sent so far, repetitions aside. */
    long bytes() {
        return bytes.sum();
    }

    /**
     * Waits until all writes are answered.
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
