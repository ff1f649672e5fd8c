package io.keyferry.keyspace.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Checks a value against a field's schema as Kong does: types without any coercion, nulls, constraints, in records,
 * collections and below. An empty list passes for an empty map and the other way round, since Lua cannot tell them
 * apart. Tells paths and expectations, and values only of fields that are not secret.
 */
final class FieldValidator {
    private static final int UUID_LENGTH = 36;
    /** Where the hyphens of a UUID are, as bits. */
    private static final long UUID_HYPHENS = 1L << 8 | 1L << 13 | 1L << 18 | 1L << 23;

    private final boolean exact;
    private final BiConsumer<String, String> problems;

    /**
     * @param exact whether a null stands for itself on required fields that have a default, as in a keyspace, where Kong
     *     puts the default in its place on reading
     * @param problems takes a field's path and what is wrong
     */
    FieldValidator(boolean exact, BiConsumer<String, String> problems) {
        this.exact = exact;
        this.problems = problems;
    }

    /** Whether a text is a UUID as Kong takes it; by hand, since every reference and id comes by here. */
    static boolean isUuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            boolean fits = (UUID_HYPHENS >>> i & 1) == 1
                    ? c == '-'
                    : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    void check(FieldSchema schema, Value value, String path) {
        check(schema, value, path, schema.secret());
    }

    private void check(FieldSchema schema, Value value, String path, boolean secret) {
        if (value == Value.NULL) {
            checkNull(schema, path);
        } else if (checkType(schema, value, path)) {
            checkConstraints(schema, value, path, secret);
            checkInside(schema, value, path, secret);
        }
    }

    private void checkNull(FieldSchema schema, String path) {
        if (schema.required() && !(exact && schema.defaultValue() != null)) {
            problems.accept(
                    path,
                    schema.defaultValue() == null
                            ? "is null, but required: give it a value"
                            : "is null, but required: leave the field out, so that it gets its default");
        }
        String violation = Constraints.violation(schema.constraints(), Value.NULL);
        if (violation != null) {
            problems.accept(path, "is null, but must " + violation);
        }
    }

    private boolean checkType(FieldSchema schema, Value value, String path) {
        boolean empty = Defaults.isEmpty(value);
        boolean fits = switch (schema.type()) {
            case STRING, FOREIGN -> value instanceof Value.Text;
            case INTEGER -> value instanceof Value.Whole;
            case NUMBER ->
                value instanceof Value.Whole
                        || (value instanceof Value.Fraction fraction && Double.isFinite(fraction.value()));
            case BOOLEAN -> value instanceof Value.Truth;
            case ARRAY, SET -> value instanceof Value.Sequence || empty;
            case MAP, RECORD -> value instanceof Value.Mapping || empty;
            case FUNCTION -> false;
            case ANY -> true;
        };
        if (!fits) {
            problems.accept(path, "is " + kind(value) + ", expected " + expected(schema.type()));
        }
        return fits;
    }

    private static String kind(Value value) {
        if (value instanceof Value.Text) {
            return "a string";
        }
        if (value instanceof Value.Whole) {
            return "a whole number";
        }
        if (value instanceof Value.Fraction fraction) {
            return Double.isFinite(fraction.value()) ? "a number with a fraction" : "an infinite number or none";
        }
        if (value instanceof Value.Truth) {
            return "a boolean";
        }
        return value instanceof Value.Sequence ? "a list" : "a mapping";
    }

    private static String expected(FieldType type) {
        return switch (type) {
            case STRING -> "a string: put it in quotes";
            case FOREIGN -> "a string, the name or id of the other entity: correct it";
            case INTEGER -> "a whole number: write one, without quotes";
            case NUMBER -> "a number: write one, without quotes";
            case BOOLEAN -> "a boolean: write true or false, without quotes";
            case ARRAY, SET -> "a list: write it as one";
            case MAP, RECORD -> "a mapping: write it as one";
            case FUNCTION, ANY -> "nothing: remove it";
        };
    }

    private void checkConstraints(FieldSchema schema, Value value, String path, boolean secret) {
        if (value instanceof Value.Text text) {
            checkText(schema, text.value(), path, secret);
        } else if (schema.timestamp()
                && ((value instanceof Value.Whole whole && whole.value() <= 0)
                        || (value instanceof Value.Fraction fraction && fraction.value() <= 0))) {
            problems.accept(path, "is no time: write seconds since 1970");
        } else {
            violate(schema.constraints(), value, path, secret);
        }
    }

    private void checkText(FieldSchema schema, String text, String path, boolean secret) {
        JsonNode constraints = schema.constraints();
        if (constraints.path("referenceable").asBoolean() && text.startsWith("{vault://")) {
            return;
        }
        if (text.isEmpty() && constraints.path("len_min").asInt(1) > 0) {
            problems.accept(path, "is empty, but must have at least 1 character: give it a value, or leave it out");
        } else if (schema.uuid() && !isUuid(text)) {
            problems.accept(path, "is not a UUID" + shown(Value.text(text), secret) + ": correct it");
        } else {
            violate(constraints, Value.text(text), path, secret);
        }
    }

    private void violate(JsonNode constraints, Value value, String path, boolean secret) {
        String violation = Constraints.violation(constraints, value);
        if (violation != null) {
            problems.accept(path, "must " + violation + shown(value, secret) + ": correct it");
        }
    }

    /** The value, where it is short and no secret. */
    private static String shown(Value value, boolean secret) {
        if (secret) {
            return ", but is ***";
        }
        if (value instanceof Value.Text text) {
            return ", but is '" + Labels.shortened(text.value()) + "'";
        }
        if (value instanceof Value.Whole whole) {
            return ", but is " + whole.value();
        }
        return value instanceof Value.Fraction fraction ? ", but is " + fraction.value() : "";
    }

    private void checkInside(FieldSchema schema, Value value, String path, boolean secret) {
        if (value instanceof Value.Sequence sequence && schema.elements() != null) {
            FieldSchema elements = schema.elements();
            for (int i = 0; i < sequence.values().size(); i++) {
                Value element = sequence.values().get(i);
                check(elements, element, path + "[" + i + "]", secret || elements.secret());
                if (schema.name().equals("tags") && element instanceof Value.Text tag) {
                    checkTag(elements, tag.value(), path + "[" + i + "]");
                }
            }
        } else if (value instanceof Value.Mapping mapping && schema.type() == FieldType.MAP) {
            checkMap(schema, mapping, path, secret);
        } else if (value instanceof Value.Mapping mapping && schema.type() == FieldType.RECORD) {
            checkRecord(schema, mapping, path, secret);
        }
    }

    /** Whether Kong makes up a text where the field is absent. */
    static boolean madeUp(FieldSchema field) {
        boolean random = field.auto() && field.type() == FieldType.STRING && !field.uuid();
        return random || field.constraints().path("default_random").asBoolean();
    }

    private void checkMap(FieldSchema schema, Value.Mapping mapping, String path, boolean secret) {
        for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
            String inside = path + "." + (secret ? "***" : Labels.shortened(member.getKey()));
            if (schema.keys() != null) {
                check(schema.keys(), Value.text(member.getKey()), inside + " (the key)", secret);
            }
            if (schema.values() != null) {
                check(
                        schema.values(),
                        member.getValue(),
                        inside,
                        secret || schema.values().secret());
            }
        }
    }

    private void checkRecord(FieldSchema schema, Value.Mapping mapping, String path, boolean secret) {
        for (String key : mapping.values().keySet()) {
            if (schema.field(key).isEmpty()) {
                problems.accept(path + "." + Labels.shortened(key), "is unknown: remove it or correct its name");
            }
        }
        for (FieldSchema field : schema.fields()) {
            Value value = mapping.values().get(field.name());
            if (!exact && madeUp(field) && (value == null || value == Value.NULL)) {
                problems.accept(
                        path + "." + field.name(),
                        "is missing, and Kong would make up a new random value on each import: give it a value");
            } else if (value != null) {
                check(field, value, path + "." + field.name(), secret || field.secret());
            } else if (!exact && field.required()) {
                problems.accept(path + "." + field.name(), "is missing, but required: give it a value");
            }
        }
        String prefix = path + ".";
        new EntityChecks(mapping.values(), (field, problem) -> problems.accept(prefix + field, problem))
                .check(schema.constraints().path("entity_checks"));
    }

    /** From Kong 2.4 on a tag is any text without comma, slash and controls; before, the catalogue has a pattern. */
    private void checkTag(FieldSchema elements, String tag, String path) {
        if (elements.constraints().has("match")) {
            return;
        }
        if (!tag.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != ',' && c != '/')) {
            problems.accept(
                    path,
                    "must be printable and without ',' and '/', but is '" + Labels.shortened(tag) + "': correct it");
        }
    }
}
