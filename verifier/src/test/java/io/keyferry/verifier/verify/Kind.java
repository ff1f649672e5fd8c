package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The ways in which rows of a target are damaged. Each takes one row, or two of one type, and says what must be found. */
enum Kind {
    DROP,
    DUPLICATE,
    SWAP,
    REORDER,
    JSON_NUMBER,
    NULL_FOR_EMPTY,
    TIMESTAMP,
    TTL,
    TWICE_THE_SAME;

    private static final List<String> JSON = List.of("config", "healthchecks");

    /**
     * A row of the target as it is to be written.
     *
     * @param field what must be named as differing; empty where the row itself is what is too many or too few
     * @param entity null for one to be deleted
     */
    record Wanted(
            String id,
            Verdict verdict,
            String field,
            @Nullable Entity entity) {}

    /** How many rows it needs. */
    int rows() {
        return this == SWAP || this == TWICE_THE_SAME ? 2 : 1;
    }

    /** What is to be done to these rows; empty where they do not lend themselves to it. */
    Optional<List<Wanted>> damage(Entity row, Entity second, Random random) {
        String id = row.key().id();
        return switch (this) {
            case DROP -> Optional.of(List.of(new Wanted(id, Verdict.MISSING, "", null)));
            case DUPLICATE -> {
                Entity copy = Population.copy(row, random);
                yield Optional.of(List.of(new Wanted(copy.key().id(), Verdict.EXTRA, "", copy)));
            }
            case SWAP -> swap(row, second);
            case REORDER -> change(row, field(row, "paths"), Kind::reversed);
            case JSON_NUMBER ->
                json(row, value -> value instanceof Value.Whole whole ? Value.whole(whole.value() + 1) : null);
            case NULL_FOR_EMPTY -> json(row, value -> isEmpty(value) ? Value.NULL : null);
            case TIMESTAMP -> change(row, field(row, "created_at"), value -> later(value, 1));
            case TTL ->
                row.expiresAt().isEmpty()
                        ? Optional.empty()
                        : Optional.of(List.of(different(
                                row,
                                "ttl",
                                random.nextInt(5) == 0
                                        ? row.toBuilder().neverExpires().build()
                                        : row.toBuilder()
                                                .expiresAt(
                                                        row.expiresAt().getAsLong() + (random.nextBoolean() ? 30 : -30))
                                                .build())));
            case TWICE_THE_SAME -> {
                List<Wanted> both = new ArrayList<>();
                change(row, field(row, "created_at"), value -> later(value, 7)).ifPresent(both::addAll);
                change(second, field(second, "created_at"), value -> later(value, 7))
                        .ifPresent(both::addAll);
                yield both.size() == 2 ? Optional.of(both) : Optional.empty();
            }
        };
    }

    private static Wanted different(Entity row, String field, Entity damaged) {
        return new Wanted(row.key().id(), Verdict.DIFFERENT, field, damaged);
    }

    private static Optional<Field> field(Entity row, String name) {
        return row.type().field(name);
    }

    private static Optional<List<Wanted>> change(
            Entity row, Optional<Field> field, UnaryOperator<@Nullable Value> change) {
        if (field.isEmpty()) {
            return Optional.empty();
        }
        Value before = row.value(field.get());
        Value after = before == null ? null : change.apply(before);
        return after == null || after.equals(before)
                ? Optional.empty()
                : Optional.of(List.of(different(
                        row,
                        field.get().name(),
                        row.toBuilder().put(field.get(), after).build())));
    }

    private static Optional<List<Wanted>> swap(Entity row, Entity second) {
        for (Field field : row.type().fields()) {
            Value one = row.value(field);
            Value other = second.value(field);
            boolean plain = !field.name().equals("id") && !field.cqlType().contains("<");
            if (plain && one != null && other != null && one != Value.NULL && other != Value.NULL) {
                if (!Objects.equals(one, other) && !hiddenByKong(field)) {
                    return Optional.of(List.of(
                            different(
                                    row,
                                    field.name(),
                                    row.toBuilder().put(field, other).build()),
                            different(
                                    second,
                                    field.name(),
                                    second.toBuilder().put(field, one).build())));
                }
            }
        }
        return Optional.empty();
    }

    /** What Kong itself does not believe when it reads an upstream. */
    private static boolean hiddenByKong(Field field) {
        return field.name().equals("algorithm") || field.name().startsWith("hash_");
    }

    private static @Nullable Value reversed(@Nullable Value value) {
        if (!(value instanceof Value.Sequence sequence)) {
            return null;
        }
        List<Value> values = new ArrayList<>(sequence.values());
        Collections.reverse(values);
        return new Value.Sequence(values);
    }

    private static @Nullable Value later(@Nullable Value value, int seconds) {
        return value instanceof Value.Whole whole ? Value.whole(whole.value() + seconds) : null;
    }

    private static boolean isEmpty(Value value) {
        return (value instanceof Value.Sequence sequence && sequence.values().isEmpty())
                || (value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    /** Changes the first value within a JSON column that the change takes; it gives null for others. */
    private static Optional<List<Wanted>> json(Entity row, UnaryOperator<@Nullable Value> change) {
        for (String name : JSON) {
            Optional<Field> field = field(row, name);
            if (field.isPresent() && row.value(field.get()) instanceof Value.Mapping mapping) {
                Value after = within(mapping, change);
                if (after != null) {
                    return Optional.of(List.of(different(
                            row, name, row.toBuilder().put(field.get(), after).build())));
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Value within(Value.Mapping mapping, UnaryOperator<@Nullable Value> change) {
        Map<String, Value> members = new LinkedHashMap<>(mapping.values());
        for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
            Value changed = change.apply(member.getValue());
            if (changed == null && member.getValue() instanceof Value.Mapping inner) {
                changed = within(inner, change);
            }
            if (changed != null) {
                members.put(member.getKey(), changed);
                return new Value.Mapping(members);
            }
        }
        return null;
    }
}
