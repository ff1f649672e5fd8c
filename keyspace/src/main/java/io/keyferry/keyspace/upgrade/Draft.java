package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entity on its way from one version to another: fields by name, of no version yet. Not thread-safe. */
final class Draft {
    private final Entity origin;
    private final Catalog target;
    private final Map<String, Value> fields = new LinkedHashMap<>();

    Draft(Entity origin, Catalog target) {
        this.origin = origin;
        this.target = target;
        for (Field field : origin.type().fields()) {
            Value value = origin.value(field);
            if (value != null) {
                fields.put(field.name(), value);
            }
        }
    }

    /** The entity as it was read. */
    Entity origin() {
        return origin;
    }

    Catalog target() {
        return target;
    }

    @Nullable
    Value get(String field) {
        return fields.get(field);
    }

    boolean isNullOrAbsent(String field) {
        Value value = fields.get(field);
        return value == null || value == Value.NULL;
    }

    Optional<String> text(String field) {
        return fields.get(field) instanceof Value.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    void put(String field, Value value) {
        fields.put(field, value);
    }

    /** Puts the value where the field is null or absent, and tells whether it did. */
    boolean fill(String field, Value value) {
        if (!isNullOrAbsent(field)) {
            return false;
        }
        put(field, value);
        return true;
    }

    /** The plugin's configuration; empty when it is null or no record. */
    Optional<Map<String, Value>> config() {
        return fields.get("config") instanceof Value.Mapping mapping ? Optional.of(mapping.values()) : Optional.empty();
    }

    void putConfig(Map<String, Value> config) {
        put("config", new Value.Mapping(config));
    }

    /** The entity in the target's version: fields that it does not know are gone, new ones absent. */
    Entity finish(EntityType type) {
        Entity.Builder entity = Entity.builder(type);
        for (Field field : type.fields()) {
            entity.put(field, fields.get(field.name()));
        }
        origin.workspace().ifPresent(entity::workspace);
        origin.expiresAt().ifPresent(entity::expiresAt);
        return entity.build();
    }
}
