package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills in what a file leaves out, as Kong does before it stores an entity: defaults, required records with their
 * fields' defaults, and an explicit null for every other field of a record. Records inside lists are filled, records
 * inside maps are not. Explicit nulls stay. Gives UUIDs and empty collections their one form.
 */
final class Defaults {
    private Defaults() {}

    /** The field's value as Kong would store it; null where the field is to stay absent. */
    static @Nullable Value filled(FieldSchema schema, @Nullable Value given) {
        Value value = given;
        if (value == null && schema.defaultValue() != null) {
            value = Value.of(schema.defaultValue());
        } else if (value == null && schema.type() == FieldType.RECORD && schema.required()) {
            value = new Value.Mapping(Map.of());
        }
        return value == null ? null : formed(schema, value);
    }

    private static Value formed(FieldSchema schema, Value value) {
        return switch (schema.type()) {
            case RECORD -> {
                Value record = isEmpty(value) ? new Value.Mapping(Map.of()) : value;
                boolean isAbstract = schema.constraints().path("abstract").asBoolean();
                yield record instanceof Value.Mapping mapping && !isAbstract ? record(schema, mapping) : record;
            }
            case MAP -> isEmpty(value) ? new Value.Mapping(Map.of()) : value;
            case ARRAY, SET -> {
                Value list = isEmpty(value) ? new Value.Sequence(List.of()) : value;
                yield list instanceof Value.Sequence sequence && schema.elements() != null
                        ? elements(schema.elements(), sequence)
                        : list;
            }
            case STRING ->
                schema.uuid() && value instanceof Value.Text text ? Value.text(lowerCase(text.value())) : value;
            case INTEGER, NUMBER, BOOLEAN, FOREIGN, FUNCTION, ANY -> value;
        };
    }

    private static Value.Mapping record(FieldSchema schema, Value.Mapping given) {
        Map<String, Value> filled = new LinkedHashMap<>();
        for (FieldSchema field : schema.fields()) {
            Value value = filled(field, given.values().get(field.name()));
            filled.put(field.name(), value == null ? Value.NULL : value);
        }
        given.values().forEach(filled::putIfAbsent);
        return new Value.Mapping(filled);
    }

    private static Value.Sequence elements(FieldSchema schema, Value.Sequence given) {
        List<Value> filled = new ArrayList<>(given.values().size());
        for (Value element : given.values()) {
            filled.add(formed(schema, element));
        }
        return new Value.Sequence(filled);
    }

    /** Whether the value is an empty list or mapping: Lua cannot tell one from the other. */
    static boolean isEmpty(Value value) {
        return (value instanceof Value.Sequence sequence && sequence.values().isEmpty())
                || (value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    static String lowerCase(String uuid) {
        String lower = uuid.toLowerCase(Locale.ROOT);
        // Most are in lower case already: then it is the same object.
        return lower.equals(uuid) || !FieldValidator.isUuid(uuid) ? uuid : lower;
    }
}
