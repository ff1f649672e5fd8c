package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.Reference;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The entities that a document refers to by name, as people write by hand. Only names that are referred to are kept; an
 * export refers by id and needs none. Not thread-safe.
 */
final class Names {
    private record Name(String type, Optional<UUID> workspace, String text) {}

    private final Set<Name> wanted = new HashSet<>();
    private final Map<Name, String> ids = new HashMap<>();

    /** Notes the names that an entity refers to. */
    void want(BoundEntity bound) {
        for (Reference reference : bound.references()) {
            wanted.add(name(bound.entity(), reference));
        }
    }

    boolean anyWanted() {
        return !wanted.isEmpty();
    }

    /** Notes an entity that may be referred to. */
    void define(Entity entity) {
        entity.name().ifPresent(text -> {
            Name name = new Name(entity.type().name(), entity.workspace(), text);
            if (wanted.contains(name)) {
                ids.put(name, entity.key().id());
            }
        });
    }

    /** Whether every name that an entity refers to is known. */
    boolean know(BoundEntity bound) {
        return bound.references().stream().allMatch(reference -> ids.containsKey(name(bound.entity(), reference)));
    }

    /** The entity with ids in place of names; the document was checked, so every name is known. */
    Entity resolve(BoundEntity bound) {
        return find(bound).orElseThrow(() -> new IllegalStateException("a name that was not checked"));
    }

    /** The entity with ids in place of names; empty when a name is unknown. */
    Optional<Entity> find(BoundEntity bound) {
        if (bound.references().isEmpty()) {
            return Optional.of(bound.entity());
        }
        Entity.Builder resolved = bound.entity().toBuilder();
        for (Reference reference : bound.references()) {
            String id = ids.get(name(bound.entity(), reference));
            if (id == null) {
                return Optional.empty();
            }
            resolved.put(reference.field(), Value.text(id));
        }
        return Optional.of(resolved.build());
    }

    private static Name name(Entity entity, Reference reference) {
        return new Name(requireNonNull(reference.field().schema().reference()), entity.workspace(), reference.name());
    }
}
