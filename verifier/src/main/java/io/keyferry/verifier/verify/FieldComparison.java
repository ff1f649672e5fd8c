package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields in which two entities of one type differ, by the same measure as the digests. A record's members are
 * compared one by one. Secret values are masked at any depth, and so is what no schema tells about. Not thread-safe.
 */
final class FieldComparison {
    /** The name under which it is told that two entities expire at different times. */
    static final String TTL = "ttl";

    /** What stands for the value of a secret field. */
    static final Value MASK = Value.text("***");

    private final EntityDigest digest;
    private final Catalog catalog;

    /** Comparisons of entities of the catalogue's version. */
    FieldComparison(EntityDigest digest, Catalog catalog) {
        this.digest = requireNonNull(digest, "digest is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
    }

    Map<String, FieldDifference> between(Entity expected, Entity target) {
        Map<String, FieldDifference> differences = new LinkedHashMap<>();
        for (Field field : expected.type().fields()) {
            Value left = orNull(expected.value(field));
            Value right = orNull(target.value(field));
            if (!digest.sameValue(field, left, right)) {
                compare(field.name(), schema(field, expected), left, right, differences);
            }
        }
        if (!Expiry.agree(Expiry.of(expected), Expiry.of(target))) {
            differences.put(TTL, new FieldDifference(expiry(expected), expiry(target)));
        }
        return differences;
    }

    /** The configuration of a plugin has the plugin's own schema; null where nobody knows it. */
    private @Nullable FieldSchema schema(Field field, Entity entity) {
        if (!field.name().equals("config")) {
            return field.schema();
        }
        return entity.text("name")
                .filter(name -> entity.type().name().equals("plugins"))
                .flatMap(catalog::plugin)
                .map(PluginSchema::config)
                .orElse(null);
    }

    private static void compare(
            String path,
            @Nullable FieldSchema schema,
            Value left,
            Value right,
            Map<String, FieldDifference> differences) {
        if (schema != null
                && !schema.secret()
                && left instanceof Value.Mapping expected
                && right instanceof Value.Mapping target) {
            Map<String, Value> members = new LinkedHashMap<>(expected.values());
            target.values().forEach(members::putIfAbsent);
            int before = differences.size();
            for (String member : members.keySet()) {
                Value one = orNull(expected.values().get(member));
                Value other = orNull(target.values().get(member));
                if (!EntityDigest.same(one, other)) {
                    compare(path + "." + member, member(schema, member), one, other, differences);
                }
            }
            if (differences.size() > before) {
                return;
            }
        }
        differences.put(path, new FieldDifference(masked(left, schema), masked(right, schema)));
    }

    private static @Nullable FieldSchema member(FieldSchema schema, String name) {
        return schema.type() == FieldType.MAP
                ? schema.values()
                : schema.field(name).orElse(null);
    }

    private static Value masked(Value value, @Nullable FieldSchema schema) {
        if (value == Value.NULL) {
            return value;
        }
        if (schema == null || schema.secret()) {
            return MASK;
        }
        if (value instanceof Value.Mapping mapping) {
            Map<String, Value> members = new LinkedHashMap<>();
            mapping.values().forEach((name, member) -> members.put(name, masked(member, member(schema, name))));
            return new Value.Mapping(members);
        }
        if (value instanceof Value.Sequence sequence) {
            return new Value.Sequence(sequence.values().stream()
                    .map(element -> masked(element, schema.elements()))
                    .toList());
        }
        return value;
    }

    private static Value orNull(@Nullable Value value) {
        return value == null ? Value.NULL : value;
    }

    private static Value expiry(Entity entity) {
        return entity.expiresAt().isPresent() ? Value.whole(entity.expiresAt().getAsLong()) : Value.NULL;
    }
}
