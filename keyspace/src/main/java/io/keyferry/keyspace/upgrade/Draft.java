package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An entity on its way from one version to another: fields by name, of no version yet. Not thread-safe. */
final class Draft {
    private final Entity origin;
    private final Catalog target;
    private final Set<String> customPlugins;
    private final UpgradeLog log;
    private final Map<String, Value> fields = new LinkedHashMap<>();
    private @Nullable String exclusion;

    /**
     * Starts with the entity's fields.
     *
     * @param customPlugins plugins that the target has besides the bundled ones
     * @param log takes warnings
     */
    Draft(Entity origin, Catalog target, Set<String> customPlugins, UpgradeLog log) {
        this.origin = origin;
        this.target = target;
        this.customPlugins = customPlugins;
        this.log = log;
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

    boolean isCustomPlugin(String name) {
        return customPlugins.contains(name);
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

    /** A copy of the plugin's configuration, to be changed and put back; empty when it is null or no record. */
    Optional<Map<String, Value>> config() {
        return fields.get("config") instanceof Value.Mapping mapping
                ? Optional.of(new LinkedHashMap<>(mapping.values()))
                : Optional.empty();
    }

    void putConfig(Map<String, Value> config) {
        put("config", new Value.Mapping(config));
    }

    /** Warns of something about this entity; the same words for all entities with which it is the same. */
    void warn(String what) {
        log.warn(what, log.label(origin));
    }

    /**
     * As {@link #warn(String)}, with more to say about this entity.
     *
     * @param detail no secret
     */
    void warn(String what, String detail) {
        log.warn(what, log.label(origin) + " (" + detail + ")");
    }

    /** Leaves the entity out; the same words for all entities of one reason. */
    void exclude(String reason) {
        exclusion = reason;
    }

    /** Why the entity is to be left out, where it is. */
    Optional<String> exclusion() {
        return Optional.ofNullable(exclusion);
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
