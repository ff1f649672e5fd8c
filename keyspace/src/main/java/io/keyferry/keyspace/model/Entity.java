package io.keyferry.keyspace.model;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One entity of one Kong version: its fields' values, the workspace it belongs to, and when it expires. Immutable.
 * Derived columns ({@code cache_key}, prefixes, {@code partition}) are no part of it.
 */
public final class Entity {
    private static final long NEVER = Long.MAX_VALUE;

    private final EntityType type;
    private final @Nullable Value[] values;
    private final @Nullable UUID workspace;
    private final long expiresAt;
    private final @Nullable String unreadable;

    private Entity(Builder builder) {
        type = builder.type;
        values = builder.values;
        workspace = builder.workspace;
        expiresAt = builder.expiresAt;
        unreadable = builder.unreadable;
    }

    public static Builder builder(EntityType type) {
        return new Builder(type);
    }

    /** A builder that starts as a copy of this entity. */
    public Builder toBuilder() {
        Builder builder = new Builder(type);
        System.arraycopy(values, 0, builder.values, 0, values.length);
        builder.workspace = workspace;
        builder.expiresAt = expiresAt;
        builder.unreadable = unreadable;
        return builder;
    }

    public EntityType type() {
        return type;
    }

    /** The field's value; null when the field is absent, {@link Value#NULL} when it is null. */
    public @Nullable Value value(Field field) {
        return values[field.ordinal()];
    }

    /** As {@link #value(Field)}, by name; null also when the type has no such field. */
    public @Nullable Value value(String fieldName) {
        Field field = type.field(fieldName).orElse(null);
        return field == null ? null : value(field);
    }

    /** The field's text; empty when the field is absent, null or not text. */
    public Optional<String> text(String fieldName) {
        return value(fieldName) instanceof Value.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    /** What identifies this entity. Fails for an entity without its primary key. */
    public EntityKey key() {
        if (value(type.primaryKey()) instanceof Value.Text id) {
            return new EntityKey(type.name(), id.value());
        }
        throw new IllegalStateException(type + " without " + type.primaryKey());
    }

    /** The name by which people know the entity, where it has one. */
    public Optional<String> name() {
        return type.endpointKey().flatMap(this::text);
    }

    /** The id of the workspace; empty before Kong 2.1 and for types that belong to none. */
    public Optional<UUID> workspace() {
        return Optional.ofNullable(workspace);
    }

    /** When the entity expires, in seconds since the epoch; empty when it does not. */
    public OptionalLong expiresAt() {
        return expiresAt == NEVER ? OptionalLong.empty() : OptionalLong.of(expiresAt);
    }

    /**
     * Why a column of the row could not be read, with the row named; its field is null then, so the entity must not be
     * taken for the row. Empty for a sound row.
     */
    public Optional<String> unreadable() {
        return Optional.ofNullable(unreadable);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Entity that && sameAs(that));
    }

    private boolean sameAs(Entity that) {
        return type == that.type
                && Arrays.equals(values, that.values)
                && Objects.equals(workspace, that.workspace)
                && expiresAt == that.expiresAt
                && Objects.equals(unreadable, that.unreadable);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Type and id only: values may be secret. */
    @Override
    public String toString() {
        return type + " " + text(type.primaryKey()).orElse("?");
    }

    /** Puts an entity together. Not thread-safe; reusable after {@link #build()}. */
    public static final class Builder {
        private final EntityType type;
        private @Nullable Value[] values;
        /** Whether an entity has the values, so that they must not change any more. */
        private boolean built;

        private @Nullable UUID workspace;
        private long expiresAt = NEVER;
        private @Nullable String unreadable;

        private Builder(EntityType type) {
            this.type = requireNonNull(type, "type is null");
            values = new Value[type.fields().size()];
        }

        /** Sets a field; null makes it absent. */
        public Builder put(Field field, @Nullable Value value) {
            if (built) {
                values = values.clone();
                built = false;
            }
            values[field.ordinal()] = value;
            return this;
        }

        public Builder put(String fieldName, @Nullable Value value) {
            return put(type.requiredField(fieldName), value);
        }

        public @Nullable Value value(Field field) {
            return values[field.ordinal()];
        }

        public Builder workspace(@Nullable UUID id) {
            workspace = id;
            return this;
        }

        /** Sets when the entity expires, in seconds since the epoch. */
        public Builder expiresAt(long epochSecond) {
            expiresAt = epochSecond;
            return this;
        }

        public Builder neverExpires() {
            expiresAt = NEVER;
            return this;
        }

        /** Says that a column of the row cannot be read, and why. */
        public Builder unreadable(String why) {
            unreadable = why;
            return this;
        }

        public Entity build() {
            built = true;
            return new Entity(this);
        }
    }
}
