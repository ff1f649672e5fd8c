package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes entities of the right types with the worst values, from a seed. They need not keep Kong's constraints. */
final class Generator {
    /** Texts that YAML 1.1, JSON or careless code take for something else. */
    static final List<String> HOSTILE = List.of(
            "",
            " ",
            "yes",
            "No",
            "on",
            "OFF",
            "true",
            "null",
            "~",
            "y",
            ".inf",
            "-.INF",
            ".nan",
            "0x1F",
            "1e3",
            "1:30",
            "12:30:45",
            "0777",
            "0b11",
            "1_000",
            "2020-01-01",
            "2001-12-14t21:59:43.10-05:00",
            "<<",
            "=",
            "- a",
            "a: b",
            "a #b",
            "# c",
            "{a: b}",
            "[x",
            "'",
            "\"",
            "\\",
            "\\u0041",
            "a/b",
            "|",
            ">",
            "%YAML 1.1",
            "---",
            "...",
            "@",
            "`",
            "&a",
            "*a",
            "!!int 3",
            "?",
            "?x",
            ":",
            ",",
            "\t",
            "\ttab\t",
            "a\n",
            "\na",
            "a\n\nb",
            " a\nb",
            "a\nb ",
            "a\r\nb",
            "a\rb",
            "\u0001\u0007\u001b\u001f",
            "\u007f",
            "\u0085",
            "a\u0085b",
            "\u0080\u009f",
            "\u00a0",
            "\u2028x\u2029",
            "\ufeff",
            "\ufffd",
            "\ufffe\uffff",
            "é用户",
            "😀",
            "\ud83d\ude00\ud83d\ude00",
            "\udbff\udfff",
            "x".repeat(5000),
            "{vault://env/x}",
            "-----BEGIN X-----\nQUJD\n-----END X-----\n",
            "-----BEGIN X-----\nQUJD\n-----END X-----",
            "#\n#",
            "a: b\nc: d\n",
            "--- \n...\n");

    private final Random random;

    Generator(long seed) {
        random = new Random(seed);
    }

    Entity entity(EntityType type) {
        Entity.Builder builder = Entity.builder(type);
        for (Field field : type.fields()) {
            if (random.nextInt(8) > 0) {
                builder.put(field, random.nextInt(6) == 0 ? Value.NULL : value(field.schema(), 0));
            }
        }
        builder.put(
                type.requiredField(type.primaryKey()),
                Value.text(new UUID(random.nextLong(), random.nextLong()).toString()));
        if (type.workspaceable()) {
            builder.workspace(random.nextInt(3) == 0 ? Documents.OTHER_WORKSPACE : Documents.DEFAULT_WORKSPACE);
        }
        if (type.ttlColumn().isPresent() && random.nextBoolean()) {
            builder.expiresAt(Documents.NOW.getEpochSecond() + random.nextInt(1_000_000));
        }
        return builder.build();
    }

    private Value value(FieldSchema schema, int depth) {
        return switch (schema.type()) {
            case STRING, FOREIGN -> Value.text(text());
            case INTEGER -> Value.whole(random.nextLong() >> 12);
            case NUMBER -> Value.number(number());
            case BOOLEAN -> Value.truth(random.nextBoolean());
            case ARRAY, SET -> list(schema.elements(), depth);
            case MAP -> map(depth);
            case RECORD -> schema.fields().isEmpty() ? map(depth) : record(schema, depth);
            case FUNCTION, ANY -> any(depth);
        };
    }

    private double number() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(1000) / 8.0;
            case 1 -> Double.longBitsToDouble(random.nextLong(0x7ff0_0000_0000_0000L));
            case 2 -> 1_600_000_000.123;
            case 3 -> -random.nextDouble();
            default -> random.nextInt();
        };
    }

    private String text() {
        return HOSTILE.get(random.nextInt(HOSTILE.size()));
    }

    private Value.Sequence list(@Nullable FieldSchema elements, int depth) {
        List<Value> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(elements == null ? any(depth + 1) : value(elements, depth + 1));
        }
        return new Value.Sequence(values);
    }

    private Value.Mapping record(FieldSchema schema, int depth) {
        Map<String, Value> members = new LinkedHashMap<>();
        for (FieldSchema field : schema.fields()) {
            if (random.nextInt(4) > 0) {
                members.put(field.name(), random.nextInt(5) == 0 ? Value.NULL : value(field, depth + 1));
            }
        }
        return new Value.Mapping(members);
    }

    private Value.Mapping map(int depth) {
        Map<String, Value> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = text();
            if (!key.equals("<<") && key.length() < 900) {
                members.put(key, any(depth + 1));
            }
        }
        members.put("k".repeat(1 + random.nextInt(950)), Value.NULL);
        return new Value.Mapping(members);
    }

    private Value any(int depth) {
        if (depth > 4) {
            return Value.text(text());
        }
        return switch (random.nextInt(7)) {
            case 0 -> Value.NULL;
            case 1 -> Value.truth(random.nextBoolean());
            case 2 -> Value.number(number());
            case 3 -> list(null, depth);
            case 4 -> map(depth);
            default -> Value.text(text());
        };
    }
}
