package io.keyferry.keyspace.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what is given the complete value that Kong would store: absent fields take their defaults or null, records
 * have all their keys, and a null where the schema forbids it becomes the default. What the schema does not know is
 * left out. The values of a map stay as they are given, records too, as Kong 2.0.5 leaves them.
 */
final class Completion {
    private Completion() {}

    static Value complete(FieldSchema schema, @Nullable JsonNode given) {
        if (given == null) {
            return absent(schema);
        }
        if (given.isNull()) {
            return schema.required() ? absent(schema) : Value.NULL;
        }
        return switch (schema.type()) {
            // What an abstract record holds depends on another field; the catalogue does not say it.
            case RECORD -> schema.constraints().path("abstract").asBoolean() ? Value.of(given) : record(schema, given);
            case ARRAY, SET -> elements(schema.elements(), given);
            case STRING, INTEGER, NUMBER, BOOLEAN, MAP, FOREIGN, FUNCTION, ANY -> Value.of(given);
        };
    }

    private static Value absent(FieldSchema schema) {
        if (schema.defaultValue() != null) {
            return complete(schema, schema.defaultValue());
        }
        return schema.type() == FieldType.RECORD && schema.required()
                ? record(schema, JsonNodeFactory.instance.objectNode())
                : Value.NULL;
    }

    private static Value record(FieldSchema schema, JsonNode given) {
        Map<String, Value> members = new LinkedHashMap<>();
        for (FieldSchema field : schema.fields()) {
            members.put(field.name(), complete(field, given.get(field.name())));
        }
        return new Value.Mapping(members);
    }

    private static Value elements(@Nullable FieldSchema element, JsonNode given) {
        if (element == null) {
            return Value.of(given);
        }
        List<Value> values = new ArrayList<>();
        given.forEach(value -> values.add(complete(element, value)));
        return new Value.Sequence(values);
    }
}
