package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an entity in which one value, anywhere within one field, is another. For trying out whether it would be
 * found.
 *
 * @param field the field's name
 */
record Damage(String field, Entity entity) {
    /** Damages a copy; empty for an entity that holds nothing but its key. */
    static Optional<Damage> of(Entity entity, RandomGenerator random) {
        List<Field> filled = entity.type().fields().stream()
                .filter(field -> !field.name().equals(entity.type().primaryKey()))
                .filter(field -> holds(entity.value(field)))
                .toList();
        if (filled.isEmpty()) {
            return Optional.empty();
        }
        Field field = filled.get(random.nextInt(filled.size()));
        Value value = entity.value(field);
        return value == null
                ? Optional.empty()
                : Optional.of(new Damage(
                        field.name(),
                        entity.toBuilder().put(field, other(value, random)).build()));
    }

    private static boolean holds(@Nullable Value value) {
        return value != null
                && value != Value.NULL
                && !(value instanceof Value.Sequence sequence
                        && sequence.values().isEmpty())
                && !(value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    private static Value other(Value value, RandomGenerator random) {
        if (value instanceof Value.Text text) {
            return Value.text(text.value() + "~");
        }
        if (value instanceof Value.Whole whole) {
            return Value.whole(whole.value() ^ (1L << random.nextInt(Integer.SIZE - 1)));
        }
        if (value instanceof Value.Fraction fraction) {
            return Value.number(Math.nextUp(fraction.value()));
        }
        if (value instanceof Value.Truth truth) {
            return Value.truth(!truth.value());
        }
        if (value instanceof Value.Sequence sequence && !sequence.values().isEmpty()) {
            List<Value> values = new ArrayList<>(sequence.values());
            int index = random.nextInt(values.size());
            values.set(index, other(values.get(index), random));
            return new Value.Sequence(values);
        }
        if (value instanceof Value.Mapping mapping && !mapping.values().isEmpty()) {
            Map<String, Value> values = new LinkedHashMap<>(mapping.values());
            String key = List.copyOf(values.keySet()).get(random.nextInt(values.size()));
            values.computeIfPresent(key, (name, member) -> other(member, random));
            return new Value.Mapping(values);
        }
        return Value.text("~");
    }
}
