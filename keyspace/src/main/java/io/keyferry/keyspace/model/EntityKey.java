package io.keyferry.keyspace.model;

import static java.util.Objects.requireNonNull;

/**
 * What identifies an entity in a keyspace.
 *
 * @param type the entity type's name, e.g. {@code services}
 * @param id the primary key's value as text, a lower-case UUID for nearly all types
 */
public record EntityKey(String type, String id) {
    public EntityKey {
        requireNonNull(type, "type is null");
        requireNonNull(id, "id is null");
    }

    @Override
    public String toString() {
        return type + " " + id;
    }
}
