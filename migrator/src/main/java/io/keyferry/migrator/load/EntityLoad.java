package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.schema.TargetSession;
import java.time.Clock;
import java.util.function.Consumer;

/** Writes entities that are known to be good into a new keyspace of their own version. Use once. */
public final class EntityLoad {
    private static final long MICROS_PER_MILLI = 1_000;

    /** Something that gives entities, one by one. */
    @FunctionalInterface
    public interface Entities {
        void forEach(Consumer<Entity> consumer);
    }

    private final TargetSession target;
    private final LiveSchema schema;
    private final int requests;
    private final Clock clock;

    /** Prepares to write. */
    public EntityLoad(TargetSession target, LiveSchema schema, int requests, Clock clock) {
        this.target = requireNonNull(target, "target is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.requests = requests;
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Writes all entities that have not expired.
     *
     * @throws KeyferryException (TARGET) when a row cannot be written
     */
    public void write(Entities entities) {
        long now = clock.instant().getEpochSecond();
        try (RowWriter writer = new RowWriter(
                target, schema, Nulls.UNSET, clock.millis() * MICROS_PER_MILLI, requests, TransferListener.NONE)) {
            entities.forEach(entity -> {
                long left = entity.expiresAt().isPresent() ? entity.expiresAt().getAsLong() - now : 0;
                if (left >= 0) {
                    write(writer, entity, (int) left);
                }
            });
            writer.flush();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void write(RowWriter writer, Entity entity, int ttl) {
        try {
            writer.write(entity, ttl);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static KeyferryException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
    }
}
