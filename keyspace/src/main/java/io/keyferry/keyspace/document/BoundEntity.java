package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.model.Entity;
import java.util.List;

/**
 * An entity as a document states it, checked by itself: not against other entities.
 *
 * @param references the foreign fields that are still to be resolved
 */
public record BoundEntity(Entity entity, List<Reference> references) {
    public BoundEntity {
        requireNonNull(entity, "entity is null");
        references = List.copyOf(references);
    }
}
