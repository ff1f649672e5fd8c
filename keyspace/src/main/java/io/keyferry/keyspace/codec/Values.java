package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Values as the Java types that columns want. A value of another kind is a defect of ours: content is validated before
 * it gets here.
 */
final class Values {
    private Values() {}

    static String text(Value value) {
        if (value instanceof Value.Text text) {
            return text.value();
        }
        throw unexpected("text", value);
    }

    static long whole(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.value();
        }
        throw unexpected("a whole number", value);
    }

    static double number(Value value) {
        if (value instanceof Value.Fraction fraction) {
            return fraction.value();
        }
        return whole(value);
    }

    static boolean truth(Value value) {
        if (value instanceof Value.Truth truth) {
            return truth.value();
        }
        throw unexpected("a boolean", value);
    }

    /** The elements; an empty mapping is an empty list too, as in Lua. */
    static List<Value> elements(Value value) {
        if (value instanceof Value.Sequence sequence) {
            return sequence.values();
        }
        if (value instanceof Value.Mapping mapping && mapping.values().isEmpty()) {
            return List.of();
        }
        throw unexpected("a list", value);
    }

    static List<String> texts(Value value) {
        List<Value> elements = elements(value);
        List<String> texts = new ArrayList<>(elements.size());
        for (Value element : elements) {
            texts.add(text(element));
        }
        return texts;
    }

    /** The members; an empty sequence is an empty map too, as in Lua. */
    static Map<String, Value> members(Value value) {
        if (value instanceof Value.Mapping mapping) {
            return mapping.values();
        }
        if (value instanceof Value.Sequence sequence && sequence.values().isEmpty()) {
            return Map.of();
        }
        throw unexpected("a map", value);
    }

    static Value sequenceOfText(Collection<String> texts) {
        List<Value> values = new ArrayList<>(texts.size());
        for (String text : texts) {
            values.add(new Value.Text(text));
        }
        return new Value.Sequence(values);
    }

    /** Whether a collection column would be empty, which Cassandra cannot tell from null. */
    static boolean isEmptyCollection(Value value) {
        return (value instanceof Value.Sequence sequence && sequence.values().isEmpty())
                || (value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    private static IllegalStateException unexpected(String expected, Value value) {
        return new IllegalStateException(
                "expected " + expected + " but got a " + value.getClass().getSimpleName());
    }
}
