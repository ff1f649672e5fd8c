package io.keyferry.migrator.load;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.codec.RowCodec;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Looks up in a keyspace that holds entities whether a unique value or cache key of a new entity belongs to another
 * one. Same ids are no conflict: they will be overwritten. Not thread-safe.
 */
public final class ExistingKeys {
    private static final String CACHE_KEY = "cache_key";

    private final ReadSession target;
    private final Map<String, PreparedSelect> selects = new HashMap<>();

    /** Looks into the keyspace of a session. */
    public ExistingKeys(ReadSession target) {
        this.target = target;
    }

    /**
     * What stands against writing the entity; empty when nothing does.
     *
     * @throws KeyferryException (TARGET) when the keyspace cannot be read
     */
    Optional<String> conflict(Entity entity) {
        return conflict(entity, Set.of());
    }

    /**
     * As {@link #conflict(Entity)}, where some entities of the same type will be gone.
     *
     * @param leaving their ids
     */
    public Optional<String> conflict(Entity entity, Set<String> leaving) {
        EntityType type = entity.type();
        Set<String> columns =
                type.table().columns().stream().map(TableLayout.Column::name).collect(Collectors.toSet());
        RowCodec codec = RowCodec.of(type, columns);
        for (Field field : type.fields()) {
            boolean unique = field.schema().unique() && !field.name().equals(type.primaryKey());
            if (unique && codec.storedText(field, entity).isPresent()) {
                Optional<String> owner = owner(
                        type, field.column(), codec.storedText(field, entity).get());
                if (isAnother(owner, entity, leaving)) {
                    return Optional.of("field " + field.name() + " has a value that " + type + " " + owner.orElseThrow()
                            + " of the target has already");
                }
            }
        }
        if (columns.contains(CACHE_KEY)) {
            Optional<String> owner = owner(type, CACHE_KEY, codec.cacheKey(entity));
            if (isAnother(owner, entity, leaving)) {
                return Optional.of("the combination of " + String.join(", ", type.cacheKey()) + " is that of " + type
                        + " " + owner.orElseThrow() + " of the target already");
            }
        }
        return Optional.empty();
    }

    private static boolean isAnother(Optional<String> owner, Entity entity, Set<String> leaving) {
        return owner.isPresent() && !owner.get().equals(entity.key().id()) && !leaving.contains(owner.get());
    }

    private Optional<String> owner(EntityType type, String column, String value) {
        PreparedSelect select = selects.computeIfAbsent(
                type.table().name() + "." + column,
                added -> target.prepare(
                        Select.of(type.table().name(), List.of("id")).where(new Restriction.Key(List.of(column)))));
        try {
            AsyncResultSet found = target.execute(select, List.of(value), 2, null)
                    .toCompletableFuture()
                    .get();
            Row row = found.one();
            return row == null ? Optional.empty() : Optional.of(String.valueOf(row.getUuid(0)));
        } catch (ExecutionException e) {
            throw target.failure(type.table().name() + " by " + column, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }
}
