package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fits a value to the schema of the target's Kong. A key that this schema does not know would make Kong refuse the file,
 * or drop it silently on reading; a null where the schema requires a value makes Kong refuse the file too. Absent keys
 * stay absent: Kong fills them whenever it reads. Not thread-safe; one object per value.
 */
final class ConfigRules {
    private final Set<String> shorthands;
    private final boolean filling;
    private final Set<String> removed = new TreeSet<>();
    private boolean filled;

    /**
     * Prepares to fit one value.
     *
     * @param shorthands deprecated names at the top level that the target still takes
     * @param filling whether nulls that the schema forbids become its defaults
     */
    ConfigRules(Set<String> shorthands, boolean filling) {
        this.shorthands = shorthands;
        this.filling = filling;
    }

    /** Whether a null was replaced by the default of a required field. */
    boolean filled() {
        return filled;
    }

    /** The paths of the keys that were removed together with a value; a key that was null said nothing. */
    Set<String> removed() {
        return removed;
    }

    /**
     * The value of a field as the schema wants it.
     *
     * @param path what removed keys are told below; a plugin's configuration has keys of its own, told as they are
     */
    Value fit(Value value, FieldSchema schema, String path) {
        return fitValue(value, schema, path.equals("config") ? "" : path);
    }

    private Value.Mapping fitRecord(Map<String, Value> record, FieldSchema schema, String path) {
        Map<String, Value> fitted = new LinkedHashMap<>();
        record.forEach((key, value) -> {
            String inside = path.isEmpty() ? key : path + "." + key;
            FieldSchema field = schema.field(key).orElse(null);
            if (field != null) {
                fitted.put(key, fitValue(value, field, inside));
            } else if (path.isEmpty() && shorthands.contains(key)) {
                fitted.put(key, value);
            } else if (value != Value.NULL) {
                removed.add(inside);
            }
        });
        return new Value.Mapping(fitted);
    }

    private Value fitValue(Value value, FieldSchema schema, String path) {
        if (value == Value.NULL) {
            Value replacement = filling ? requiredDefault(schema) : null;
            filled |= replacement != null;
            return replacement == null ? value : replacement;
        }
        if (schema.type() == FieldType.RECORD && !schema.fields().isEmpty() && value instanceof Value.Mapping mapping) {
            return fitRecord(mapping.values(), schema, path);
        }
        FieldSchema elements = schema.elements();
        if (elements != null && elements.type() == FieldType.RECORD && value instanceof Value.Sequence sequence) {
            return new Value.Sequence(sequence.values().stream()
                    .map(element -> fitValue(element, elements, path + "[]"))
                    .toList());
        }
        return value;
    }

    /** What stands for a null that the schema forbids; null where it allows it or has no default. */
    static @Nullable Value requiredDefault(FieldSchema schema) {
        return schema.required() && schema.defaultValue() != null ? Value.of(schema.defaultValue()) : null;
    }
}
