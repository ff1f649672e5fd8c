package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fits a plugin configuration to the schema of the target's Kong. A key that this schema does not know would make
 * Kong refuse the file, or drop it silently on reading; a null where the schema requires a value makes Kong refuse the
 * file too. Absent keys stay absent: Kong fills them whenever it reads. Not thread-safe; one object per configuration.
 */
final class ConfigRules {
    private final Set<String> shorthands;
    private final List<String> removed;
    private boolean filled;

    /**
     * Prepares to fit one configuration.
     *
     * @param shorthands deprecated names at the top level that the target still takes
     * @param removed where the paths of removed keys go
     */
    ConfigRules(Set<String> shorthands, List<String> removed) {
        this.shorthands = shorthands;
        this.removed = removed;
    }

    /** Whether a null was replaced by the default of a required field. */
    boolean filled() {
        return filled;
    }

    Map<String, Value> fit(Map<String, Value> config, FieldSchema schema) {
        return fitRecord(config, schema, "");
    }

    private Map<String, Value> fitRecord(Map<String, Value> record, FieldSchema schema, String path) {
        Map<String, Value> fitted = new LinkedHashMap<>();
        record.forEach((key, value) -> {
            FieldSchema field = schema.field(key).orElse(null);
            if (field == null) {
                if (path.isEmpty() && shorthands.contains(key)) {
                    fitted.put(key, value);
                } else {
                    removed.add(path + key);
                }
            } else {
                fitted.put(key, fitValue(value, field, path + key));
            }
        });
        return fitted;
    }

    /** A value as the schema wants it; the path is for messages. */
    Value fitValue(Value value, FieldSchema schema, String path) {
        if (value == Value.NULL) {
            Value replacement = requiredDefault(schema);
            filled |= replacement != null;
            return replacement == null ? value : replacement;
        }
        if (schema.type() == FieldType.RECORD && !schema.fields().isEmpty() && value instanceof Value.Mapping mapping) {
            return new Value.Mapping(fitRecord(mapping.values(), schema, path + "."));
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
