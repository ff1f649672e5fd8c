package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.UUID;

/**
 * Kong's composite cache key: the entity's name, five slots, and from Kong 2.1 the workspace, joined by colons. Kong
 * stores it for entities whose cache key has more than one field, looks them up by it, and holds them unique by it.
 * Kong makes that of {@code keys} in a way of its own, without empty slots and workspace.
 */
final class CacheKey {
    private static final int SLOTS = 5;

    private CacheKey() {}

    /** The key of an entity, e.g. {@code acls:<consumer>:<group>::::<workspace>}. */
    static String of(Entity entity, boolean withWorkspace) {
        EntityType type = entity.type();
        boolean bare = type.name().equals("keys");
        StringBuilder key = new StringBuilder(type.name());
        for (int slot = 0; slot < (bare ? type.cacheKey().size() : SLOTS); slot++) {
            key.append(':');
            if (slot < type.cacheKey().size()) {
                append(key, entity, type.cacheKey().get(slot));
            }
        }
        if (withWorkspace && !bare) {
            key.append(':').append(entity.workspace().map(UUID::toString).orElse(""));
        }
        return key.toString();
    }

    private static void append(StringBuilder key, Entity entity, String fieldName) {
        Value value = entity.value(fieldName);
        if (value != null && value != Value.NULL) {
            key.append(Values.text(value));
        }
    }
}
