package io.keyferry.keyspace.sample;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which fields of a version's entities, and which keys of its plugins' configurations, have a value in some entity. */
final class Coverage {
    private final Catalog catalog;
    private final Set<String> used = new TreeSet<>();

    Coverage(Catalog catalog) {
        this.catalog = catalog;
    }

    void add(Entity entity) {
        EntityType type = entity.type();
        String plugin = type.name().equals("plugins") ? entity.text("name").orElseThrow() : "";
        for (Field field : type.fields()) {
            Value value = entity.value(field);
            if (value == null || value == Value.NULL) {
                continue;
            }
            if (field.name().equals("config") && !plugin.isEmpty()) {
                add("plugin " + plugin, schema(plugin), value);
            } else {
                add(type.name() + "." + field.name(), field.schema(), value);
            }
        }
    }

    private FieldSchema schema(String plugin) {
        return catalog.plugin(plugin).map(PluginSchema::config).orElseThrow();
    }

    private void add(String path, FieldSchema schema, Value value) {
        if (value == Value.NULL) {
            return;
        }
        used.add(path);
        if (schema.type() == FieldType.RECORD && value instanceof Value.Mapping record) {
            for (FieldSchema member : schema.fields()) {
                add(path + "." + member.name(), member, record.values().getOrDefault(member.name(), Value.NULL));
            }
        }
        members(value).forEach(member -> {
            if (schema.elements() != null) {
                add(path + "[]", schema.elements(), member);
            } else if (schema.values() != null) {
                add(path + "{}", schema.values(), member);
            }
        });
    }

    private static Collection<Value> members(Value value) {
        if (value instanceof Value.Sequence sequence) {
            return sequence.values();
        }
        return value instanceof Value.Mapping mapping ? mapping.values().values() : List.of();
    }

    /** What no entity uses, of the types that some entity has. */
    Set<String> missing(Set<String> leftOut) {
        Set<String> missing = new TreeSet<>();
        for (EntityType type : catalog.entityTypes()) {
            if (!leftOut.contains(type.name())) {
                type.fields().forEach(field -> {
                    if (!(type.name().equals("plugins") && field.name().equals("config"))) {
                        expect(type.name() + "." + field.name(), field.schema(), missing);
                    }
                });
            }
        }
        catalog.plugins().forEach(plugin -> expect("plugin " + plugin.name(), plugin.config(), missing));
        return missing;
    }

    private void expect(String path, FieldSchema schema, Set<String> missing) {
        if (!used.contains(path)) {
            missing.add(path);
            return;
        }
        if (schema.type() == FieldType.RECORD) {
            schema.fields().forEach(member -> expect(path + "." + member.name(), member, missing));
        }
        if (schema.elements() != null) {
            expect(path + "[]", schema.elements(), missing);
        }
        if (schema.values() != null) {
            expect(path + "{}", schema.values(), missing);
        }
    }
}
