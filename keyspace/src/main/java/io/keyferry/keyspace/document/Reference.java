package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Field;

/**
 * A foreign field that a document states by the other entity's name. The bound entity has the field absent until
 * someone who knows all entities puts the id there.
 *
 * @param field the foreign field
 * @param name what the document says
 */
public record Reference(Field field, String name) {
    public Reference {
        requireNonNull(field, "field is null");
        requireNonNull(name, "name is null");
    }
}
