package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads field schemas from a data file that is reduced to one line. */
final class SchemaReader {
    private static final Set<String> STRUCTURE = Set.of(
            "name",
            "type",
            "required",
            "default",
            "default_of_fields",
            "unique",
            "unique_across_ws",
            "uuid",
            "timestamp",
            "auto",
            "secret",
            "elements",
            "keys",
            "values",
            "fields",
            "reference");

    private final String file;
    private final Set<String> constraintWords;

    SchemaReader(String file, Set<String> constraintWords) {
        this.file = file;
        this.constraintWords = constraintWords;
    }

    /** Reads a list of fields; an absent list is empty. */
    List<FieldSchema> readAll(JsonNode list) {
        List<FieldSchema> fields = new ArrayList<>(list.size());
        Set<String> names = new HashSet<>();
        for (JsonNode node : list) {
            FieldSchema field = read(node);
            if (!names.add(field.name())) {
                throw Broken.file(file, "has two fields '" + field.name() + "'");
            }
            fields.add(field);
        }
        return fields;
    }

    private FieldSchema read(JsonNode node) {
        List<FieldSchema> fields = readAll(node.path("fields"));
        return new FieldSchema(
                node.path("name").asText(),
                constant(file, FieldType.class, node.path("type")),
                flag(node, "required"),
                defaultValue(node, fields),
                flag(node, "unique"),
                flag(node, "unique_across_ws"),
                flag(node, "uuid"),
                flag(node, "timestamp"),
                flag(node, "auto"),
                flag(node, "secret"),
                part(node, "elements"),
                part(node, "keys"),
                part(node, "values"),
                fields,
                node.path("reference").textValue(),
                constraints(node));
    }

    /** The constant that a file spells in lower case. */
    static <E extends Enum<E>> E constant(String file, Class<E> constants, JsonNode text) {
        for (E constant : constants.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text.textValue())) {
                return constant;
            }
        }
        throw Broken.file(file, "has an unknown " + constants.getSimpleName() + ": " + text);
    }

    private @Nullable FieldSchema part(JsonNode node, String name) {
        JsonNode part = node.get(name);
        return part == null ? null : read(part);
    }

    private boolean flag(JsonNode node, String name) {
        JsonNode flag = node.get(name);
        if (flag != null && !(flag.isBoolean() && flag.booleanValue())) {
            throw Broken.file(file, "says \"" + name + "\": " + flag + " where only true makes sense");
        }
        return flag != null;
    }

    /**
     * {@code default_of_fields} spells a record's default that repeats those of its fields: {@code true} for all that
     * have one, or a list of their names.
     */
    private @Nullable JsonNode defaultValue(JsonNode node, List<FieldSchema> fields) {
        JsonNode composed = node.get("default_of_fields");
        if (composed == null) {
            return node.get("default");
        }
        Set<String> named = new HashSet<>();
        composed.forEach(name -> named.add(name.asText()));
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        for (FieldSchema field : fields) {
            boolean wanted = composed.isArray() ? named.remove(field.name()) : field.defaultValue() != null;
            if (wanted) {
                value.set(field.name(), field.defaultValue());
            }
        }
        if (!named.isEmpty()) {
            throw Broken.file(file, "composes a default of unknown fields " + named);
        }
        return value;
    }

    private JsonNode constraints(JsonNode node) {
        ObjectNode constraints = JsonNodeFactory.instance.objectNode();
        node.properties().forEach(attribute -> {
            if (constraintWords.contains(attribute.getKey())) {
                constraints.set(attribute.getKey(), attribute.getValue());
            } else if (!STRUCTURE.contains(attribute.getKey())) {
                throw Broken.file(file, "has an unknown attribute '" + attribute.getKey() + "' in " + node);
            }
        });
        return constraints;
    }
}
