package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowCodec;
import io.keyferry.keyspace.cql.LiveSchema;
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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes entities as rows, with the rows of {@code tags} that follow from them, many at once and patiently, see
 * {@link Sender}. One thread calls {@link #write}.
 */
final class RowWriter implements AutoCloseable {
    /** The place of {@code other_tags} in {@link #insertTag}. */
    private static final int OTHER_TAGS = 3;

    private static final TypeCodec<Set<String>> SET_OF_TEXT = TypeCodecs.setOf(TypeCodecs.TEXT);

    private record Table(RowCodec codec, PreparedStatement insert, boolean withTtl) {}

    private final TargetSession target;
    private final LiveSchema schema;
    private final Nulls nulls;
    private final Sender sender;
    private final Map<EntityType, Table> tables = new HashMap<>();
    private final PreparedStatement insertTag;

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
        sender = new Sender(target, writeTimeMicros, requests, listener);
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
                .set(OTHER_TAGS, all, SET_OF_TEXT)
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
        long size = Sender.size(statement);
        receipt.sent(size);
        sender.send(statement, size, () -> entity.key().toString(), receipt::arrived);
    }

    /** Bytes of values sent so far, repetitions aside. */
    long bytes() {
        return sender.bytes();
    }

    /**
     * Waits until all writes are answered.
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
