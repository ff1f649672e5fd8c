package io.keyferry.keyspace.spill;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What an entity has to do with others, as keys that meet in a {@link KeySpill}: its id, the ids that it refers to, and
 * what no other entity may have. Stateless and thread-safe.
 */
public final class EntityKeys {
    private EntityKeys() {}

    /** The key of an entity's id. */
    public static String[] id(String type, String id) {
        return new String[] {"id", type, id};
    }

    /** The fields in which an entity names another one. */
    public static List<Field> references(Entity entity) {
        List<Field> references = new ArrayList<>();
        for (Field field : entity.type().foreignFields()) {
            if (entity.value(field) instanceof Value.Text) {
                references.add(field);
            }
        }
        return references;
    }

    /** The id key of the entity that a field names. */
    public static String[] reference(Entity entity, Field field) {
        return id(
                requireNonNull(field.schema().reference()),
                entity.text(field.name()).orElse(""));
    }

    /**
     * What no other entity may have, by what people call it.
     *
     * @param defaultWorkspace of the entity's keyspace, which counts as none
     */
    public static Map<String, String[]> uniques(Entity entity, Optional<UUID> defaultWorkspace) {
        EntityType type = entity.type();
        Optional<UUID> own = entity.workspace();
        String workspace =
                own.isEmpty() || own.equals(defaultWorkspace) ? "" : own.get().toString();
        Map<String, String[]> uniques = new LinkedHashMap<>();
        for (Field field : type.uniqueFields()) {
            if (entity.value(field) instanceof Value.Text text) {
                String scope = field.schema().uniqueAcrossWorkspaces() || !type.workspaceable() ? "" : workspace;
                uniques.put(field.name(), new String[] {"unique", type.name(), field.name(), scope, text.value()});
            }
        }
        if (type.cacheKey().size() > 1) {
            List<String> key = new ArrayList<>(List.of("cache key", type.name(), workspace));
            type.cacheKey().forEach(field -> key.add(entity.text(field).orElse("")));
            uniques.put(String.join(", ", type.cacheKey()), key.toArray(String[]::new));
        }
        return uniques;
    }
}
