package io.keyferry.keyspace.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The constraints on a single value, as Kong's schemas state them. A null passes all but {@code eq} and {@code ne}:
 * whether null may be is a question of {@code required}. Checks that Kong has in code (a host's form, regular
 * expressions that must compile, certificates) are not among them.
 */
final class Constraints {
    private Constraints() {}

    /** What the value must be and is not, to follow "must"; null where it is. */
    static @Nullable String violation(JsonNode constraints, Value value) {
        for (Map.Entry<String, JsonNode> constraint : constraints.properties()) {
            String violation = violation(constraint.getKey(), constraint.getValue(), value);
            if (violation != null) {
                return violation;
            }
        }
        return null;
    }

    private static @Nullable String violation(String word, JsonNode wanted, Value value) {
        if (word.equals("eq")) {
            return Value.of(wanted).equals(value) ? null : wanted.isNull() ? "not be set" : "be " + wanted;
        }
        if (word.equals("ne")) {
            return Value.of(wanted).equals(value) ? "not be " + wanted : null;
        }
        if (value == Value.NULL) {
            return null;
        }
        return switch (word) {
            case "one_of" -> in(wanted, value) ? null : "be one of " + list(wanted);
            case "not_one_of" -> in(wanted, value) ? "not be one of " + list(wanted) : null;
            case "between" -> between(wanted, value) ? null : "be from " + wanted.get(0) + " to " + wanted.get(1);
            case "gt" -> number(value) > wanted.doubleValue() ? null : "be greater than " + wanted;
            case "len_eq" -> length(value) == wanted.intValue() ? null : length(value, "have", wanted);
            case "len_min" -> length(value) >= wanted.intValue() ? null : length(value, "have at least", wanted);
            case "starts_with" -> text(value).startsWith(wanted.textValue()) ? null : "start with " + wanted;
            case "match" -> matches(wanted, value) ? null : "match the Lua pattern " + wanted;
            case "match_any" ->
                anyMatches(wanted.path("patterns"), value)
                        ? null
                        : "match one of the Lua patterns " + wanted.path("patterns");
            case "match_all" -> allMatch(wanted, value, true);
            case "match_none" -> allMatch(wanted, value, false);
            case "contains" -> contains(wanted, value) ? null : "contain " + wanted;
            case "mutually_exclusive_subsets" -> subsets(wanted, value);
            case "elements" -> elements(wanted, value);
            default -> null;
        };
    }

    private static boolean in(JsonNode list, Value value) {
        for (JsonNode element : list) {
            if (Value.of(element).equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String list(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return String.join(", ", texts);
    }

    private static boolean between(JsonNode bounds, Value value) {
        double number = number(value);
        return number >= bounds.get(0).doubleValue() && number <= bounds.get(1).doubleValue();
    }

    /** The number, or not-a-number, which fails all comparisons. */
    private static double number(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.value();
        }
        return value instanceof Value.Fraction fraction ? fraction.value() : Double.NaN;
    }

    private static int length(Value value) {
        if (value instanceof Value.Text text) {
            return text.value().getBytes(StandardCharsets.UTF_8).length;
        }
        if (value instanceof Value.Sequence sequence) {
            return sequence.values().size();
        }
        return value instanceof Value.Mapping mapping ? mapping.values().size() : 0;
    }

    private static String length(Value value, String relation, JsonNode wanted) {
        return relation + " " + wanted + (value instanceof Value.Text ? " characters" : " elements");
    }

    private static String text(Value value) {
        return value instanceof Value.Text text ? text.value() : "";
    }

    private static boolean matches(JsonNode pattern, Value value) {
        return new LuaPattern(pattern.textValue()).matches(text(value));
    }

    private static boolean anyMatches(JsonNode patterns, Value value) {
        for (JsonNode pattern : patterns) {
            if (matches(pattern, value)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String allMatch(JsonNode patterns, Value value, boolean wanted) {
        for (JsonNode pattern : patterns) {
            if (matches(pattern.path("pattern"), value) != wanted) {
                return (wanted ? "match" : "not match") + " the Lua pattern " + pattern.path("pattern");
            }
        }
        return null;
    }

    private static boolean contains(JsonNode wanted, Value value) {
        return value instanceof Value.Sequence sequence && sequence.values().contains(Value.of(wanted));
    }

    private static @Nullable String subsets(JsonNode subsets, Value value) {
        if (!(value instanceof Value.Sequence sequence)) {
            return null;
        }
        for (JsonNode subset : subsets) {
            if (sequence.values().stream().allMatch(element -> in(subset, element))) {
                return null;
            }
        }
        return "hold elements of one of these groups only: " + subsets;
    }

    private static @Nullable String elements(JsonNode constraints, Value value) {
        if (value instanceof Value.Sequence sequence) {
            for (Value element : sequence.values()) {
                String violation = violation(constraints, element);
                if (violation != null) {
                    return "have elements that must " + violation;
                }
            }
        }
        return null;
    }
}
