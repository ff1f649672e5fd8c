package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes entities with the worst values that columns can hold, from a seed. They need not keep Kong's constraints. */
final class Hostile {
    static final UUID WORKSPACE = UUID.fromString("5ca1ab1e-0000-4000-8000-00000000cafe");
    private static final UUID OTHER_WORKSPACE = UUID.fromString("0ddba11a-0000-4000-8000-00000000cafe");
    private static final List<String> TEXTS = List.of(
            " ",
            "o'neil",
            "''",
            "$(VALUE)",
            "; DROP TABLE consumers; --",
            "\"quoted\"",
            "{\"json\": [1, null]}",
            "null",
            "a:b:c",
            ":",
            WORKSPACE.toString(),
            WORKSPACE + ":",
            WORKSPACE + ":" + WORKSPACE + ":twice",
            OTHER_WORKSPACE + ":another's",
            "123456789012345678901234567890123456:a colon in the 37th place",
            "\u0001\u001f\u007f\u0085\u2028\ufeff\uffff",
            "line\r\nbreaks\n",
            "größe, 用户, أحمد",
            "🚢😀\ud83d\udc68\u200d\ud83d\udc69",
            "e\u0301 is not \u00e9",
            "x".repeat(100_000));

    /** Pairs that stand for themselves; Kong brings all others in line when it reads. */
    private static final List<List<String>> BALANCING = List.of(
            List.of("round-robin", "none"), List.of("least-connections", "none"), List.of("consistent-hashing", "ip"));

    private final Random random;

    Hostile(long seed) {
        random = new Random(seed);
    }

    Entity entity(EntityType type, boolean inWorkspace) {
        Entity.Builder entity = Entity.builder(type);
        for (Field field : type.fields()) {
            boolean filled = field.schema().required() && field.schema().defaultValue() != null;
            entity.put(field, !filled && random.nextInt(6) == 0 ? Value.NULL : value(field));
        }
        Field key = type.requiredField(type.primaryKey());
        entity.put(key, key.cqlType().equals("uuid") ? uuid() : Value.text("key " + random.nextLong()));
        if (type.name().equals("upstreams")) {
            List<String> balancing = BALANCING.get(random.nextInt(BALANCING.size()));
            entity.put("algorithm", Value.text(balancing.get(0)));
            entity.put("hash_on", Value.text(balancing.get(1)));
        }
        if (inWorkspace && type.workspaceable() && random.nextInt(8) > 0) {
            entity.workspace(WORKSPACE);
        }
        return entity.build();
    }

    private Value value(Field field) {
        if (field.storage() == Storage.JSON) {
            return json(0);
        }
        return switch (field.cqlType()) {
            case "text" -> text();
            case "uuid" -> uuid();
            case "int" ->
                Value.whole(
                        switch (random.nextInt(4)) {
                            case 0 -> Integer.MIN_VALUE;
                            case 1 -> Integer.MAX_VALUE;
                            case 2 -> 0;
                            default -> random.nextInt();
                        });
            case "boolean" -> Value.truth(random.nextBoolean());
            case "timestamp" -> timestamp(field);
            case "list<text>" -> list();
            case "set<text>" ->
                field.storage() == Storage.COLLECTION_OF_JSON
                        ? new Value.Sequence(List.of(json(3), Value.text("a"), Value.whole(random.nextInt())))
                        : set();
            case "set<uuid>" -> new Value.Sequence(List.of(uuid(), uuid(), uuid()));
            case "map<text, frozen<set<text>>>" -> headers();
            default -> throw new IllegalStateException(field.cqlType());
        };
    }

    private Value timestamp(Field field) {
        boolean fraction = ColumnCodec.of(field) == ColumnCodec.Timestamp.FRACTIONAL_SECONDS;
        long millis = random.nextLong(-1L << 41, 1L << 44);
        return fraction ? Value.number(millis / 1000.0) : Value.whole(Math.floorDiv(millis, 1000));
    }

    private Value text() {
        return Value.text(TEXTS.get(random.nextInt(TEXTS.size())));
    }

    private Value uuid() {
        return Value.text(new UUID(random.nextLong(), random.nextLong()).toString());
    }

    private Value list() {
        List<Value> values = new ArrayList<>(List.of(text(), text(), text()));
        values.add(values.get(0));
        return new Value.Sequence(values);
    }

    private Value set() {
        return new Value.Sequence(List.copyOf(new LinkedHashSet<>(Set.of(text(), Value.text("z"), Value.text("a")))));
    }

    private Value headers() {
        Map<String, Value> headers = new LinkedHashMap<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            headers.put("x-" + i + (random.nextBoolean() ? "" : "-größe"), set());
        }
        return new Value.Mapping(headers);
    }

    private Value json(int depth) {
        return switch (depth > 3 ? random.nextInt(5) : random.nextInt(2) == 0 ? 5 : 6) {
            case 0 -> Value.NULL;
            case 1 -> Value.truth(random.nextBoolean());
            case 2 -> Value.whole(random.nextLong() >> random.nextInt(64));
            case 3 -> Value.number(random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
            case 4 -> text();
            case 5 -> {
                List<Value> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(json(depth + 1));
                }
                yield new Value.Sequence(values);
            }
            default -> {
                Map<String, Value> values = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    values.put(TEXTS.get(random.nextInt(TEXTS.size() - 1)), json(depth + 1));
                }
                yield new Value.Mapping(values);
            }
        };
    }

    /** The entity with what Cassandra sorts in one order. */
    static Entity inOneOrder(Entity entity) {
        Entity.Builder ordered = entity.toBuilder();
        for (Field field : entity.type().fields()) {
            ordered.put(field, inOneOrder(field, entity.value(field)));
        }
        return ordered.build();
    }

    private static @Nullable Value inOneOrder(Field field, @Nullable Value value) {
        if (field.cqlType().startsWith("set<") && value instanceof Value.Sequence sequence) {
            return sorted(sequence);
        }
        if (field.cqlType().startsWith("map<") && value instanceof Value.Mapping mapping) {
            Map<String, Value> members = new LinkedHashMap<>();
            mapping.values().forEach((key, set) -> members.put(key, sorted((Value.Sequence) set)));
            return new Value.Mapping(members);
        }
        return value;
    }

    private static Value sorted(Value.Sequence sequence) {
        return new Value.Sequence(sequence.values().stream()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList());
    }
}
