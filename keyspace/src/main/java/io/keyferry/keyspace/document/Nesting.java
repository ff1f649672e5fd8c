package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which entities can stand inside which: those with a foreign field that refers to the outer one, under their own type's
 * name, unless the outer type has a field of that name. How deep that goes is for {@link EntityBinder} to judge.
 * Immutable.
 */
final class Nesting {
    /** A type that can be nested, and its field that refers to the outer entity. */
    record Child(EntityType type, String field) {}

    private final Map<String, Map<String, Child>> byParent = new HashMap<>();

    Nesting(Catalog catalog) {
        for (EntityType type : catalog.entityTypes()) {
            for (Field field : type.foreignFields()) {
                String reference = field.schema().reference();
                if (reference != null) {
                    boolean taken = catalog.entityType(reference)
                            .flatMap(parent -> parent.field(type.name()))
                            .isPresent();
                    if (!taken) {
                        byParent.computeIfAbsent(reference, parent -> new HashMap<>())
                                .putIfAbsent(type.name(), new Child(type, field.name()));
                    }
                }
            }
        }
    }

    Map<String, Child> of(EntityType parent) {
        return byParent.getOrDefault(parent.name(), Map.of());
    }

    /** What of a mapping is the entity's own: without children, and without comments that are well-formed ones. */
    Value.Mapping ownFields(EntityType type, Value.Mapping mapping) {
        Map<String, Child> children = of(type);
        Map<String, Value> own = null;
        for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
            if (children.containsKey(member.getKey()) || isComment(member)) {
                // Most entities have neither, and most of a document's entities pass here.
                own = own == null ? new LinkedHashMap<>(mapping.values()) : own;
                own.remove(member.getKey());
            }
        }
        return own == null ? mapping : new Value.Mapping(own);
    }

    private static boolean isComment(Map.Entry<String, Value> member) {
        return switch (member.getKey()) {
            case "_comment" -> member.getValue() instanceof Value.Text || member.getValue() == Value.NULL;
            case "_ignore" -> member.getValue() instanceof Value.Sequence || member.getValue() == Value.NULL;
            default -> false;
        };
    }

    /** The entities in a nested list; an empty mapping is an empty list, since Lua cannot tell them apart. */
    static List<Value.Mapping> elements(String key, Value value, long line) throws Malformed {
        List<Value.Mapping> elements = new ArrayList<>();
        if (value instanceof Value.Sequence sequence) {
            for (Value element : sequence.values()) {
                if (!(element instanceof Value.Mapping mapping)) {
                    throw Malformed.content(line, "an element of '" + key + "' is not a mapping of fields: correct it");
                }
                elements.add(mapping);
            }
        } else if (!(value instanceof Value.Mapping mapping)
                || !mapping.values().isEmpty()) {
            throw Malformed.content(line, "'" + key + "' is not a list of entities: write '- ' items");
        }
        return elements;
    }
}
