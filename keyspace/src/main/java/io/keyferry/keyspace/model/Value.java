package io.keyferry.keyspace.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a field, as kong.yml can say it. Immutable. An absent field has no value at all; an explicit null is
 * {@link Null}: Kong fills the first with a default and keeps the second.
 *
 * <p>The trap: Kong's numbers are doubles and Lua does not tell {@code 1} from {@code 1.0}, so a whole number is always
 * {@link Whole} here; make numbers with {@link #number(double)}. Lua does not tell an empty list from an empty map
 * either; those that compare must do so knowing the field's schema.
 */
public sealed interface Value {
    /** The explicit null. */
    enum Null implements Value {
        NULL
    }

    /** Text; also of UUIDs, in lower case with hyphens. */
    record Text(String value) implements Value {
        public Text {
            requireNonNull(value, "value is null");
        }
    }

    /** A whole number. */
    record Whole(long value) implements Value {}

    /** A number with a fraction, or one beyond the range of whole numbers. Made by {@link Value#number(double)}. */
    record Fraction(double value) implements Value {}

    /** A boolean. */
    record Truth(boolean value) implements Value {}

    /** An array or a set; the field's schema tells which, and for a set the order means nothing. */
    record Sequence(List<Value> values) implements Value {
        public Sequence {
            values = List.copyOf(values);
        }
    }

    /** A record or a map, in the order in which it was read. */
    record Mapping(Map<String, Value> values) implements Value {
        public Mapping {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    Null NULL = Null.NULL;

    double LARGEST_WHOLE = 0x1p63;

    static Value text(String value) {
        return new Text(value);
    }

    static Value whole(long value) {
        return new Whole(value);
    }

    static Value truth(boolean value) {
        return new Truth(value);
    }

    /** A {@link Whole} where the number is one, else a {@link Fraction}. */
    static Value number(double value) {
        if (value == Math.rint(value) && value >= -LARGEST_WHOLE && value < LARGEST_WHOLE) {
            return new Whole((long) value);
        }
        return new Fraction(value);
    }

    /** The value that a JSON tree says. */
    static Value of(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> NULL;
            case BOOLEAN -> new Truth(node.booleanValue());
            case STRING -> new Text(node.textValue());
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong()
                        ? new Whole(node.longValue())
                        : number(node.doubleValue());
            case ARRAY -> {
                List<Value> values = new ArrayList<>(node.size());
                node.forEach(element -> values.add(of(element)));
                yield new Sequence(values);
            }
            case OBJECT -> {
                Map<String, Value> values = new LinkedHashMap<>();
                node.properties().forEach(member -> values.put(member.getKey(), of(member.getValue())));
                yield new Mapping(values);
            }
            case BINARY, POJO -> throw new IllegalArgumentException("not a JSON value: " + node.getNodeType());
        };
    }
}
