package io.keyferry.keyspace.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kong's checks across the fields of an entity or of a record in it, as the catalogue states them. Checks that Kong has
 * in code ({@code custom_entity_check}: a certificate fits its key, ...) are passed over.
 */
final class EntityChecks {
    /** Which fields make a route reachable, by the first of these protocols that it has; the same in all versions. */
    private static final Map<String, List<String>> ROUTE_FIELDS = routeFields();

    private final Map<String, Value> record;
    private final BiConsumer<String, String> problems;

    /**
     * @param record the fields, defaults filled in
     * @param problems takes a field's path and what is wrong
     */
    EntityChecks(Map<String, Value> record, BiConsumer<String, String> problems) {
        this.record = record;
        this.problems = problems;
    }

    private static Map<String, List<String>> routeFields() {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        fields.put("https", List.of("methods", "hosts", "headers", "paths", "snis"));
        fields.put("http", List.of("methods", "hosts", "headers", "paths"));
        fields.put("grpcs", List.of("hosts", "headers", "paths", "snis"));
        fields.put("grpc", List.of("hosts", "headers", "paths"));
        for (String stream : List.of("tcp", "tls", "udp")) {
            fields.put(stream, List.of("sources", "destinations", "snis"));
        }
        fields.put("tls_passthrough", List.of("snis"));
        return fields;
    }

    /** A route needs a field that requests can match. */
    void checkRoute() {
        if (!(value("protocols") instanceof Value.Sequence protocols)) {
            return;
        }
        for (Map.Entry<String, List<String>> rule : ROUTE_FIELDS.entrySet()) {
            if (protocols.values().contains(Value.text(rule.getKey()))) {
                if (rule.getValue().stream().noneMatch(this::set)) {
                    problems.accept(
                            "protocols",
                            "must come with at least one of " + String.join(", ", rule.getValue()) + " where it holds '"
                                    + rule.getKey() + "': set one");
                }
                return;
            }
        }
    }

    void check(JsonNode checks) {
        for (JsonNode check : checks) {
            for (Map.Entry<String, JsonNode> property : check.properties()) {
                check(property.getKey(), property.getValue());
            }
        }
    }

    private void check(String word, JsonNode of) {
        switch (word) {
            case "at_least_one_of" -> {
                if (count(of) == 0) {
                    problem(of, "at least one of these must be set and not be empty: set one");
                }
            }
            case "only_one_of" -> {
                if (count(of) != 1) {
                    problem(of, "exactly one of these must be set: set one and leave out the others");
                }
            }
            case "mutually_exclusive" -> {
                if (count(of) > 1) {
                    problem(of, "at most one of these may be set: leave out the others");
                }
            }
            case "mutually_required" -> {
                if (count(of) != 0 && count(of) != of.size()) {
                    problem(of, "all or none of these must be set: set those that are missing");
                }
            }
            case "mutually_exclusive_sets" -> {
                if (count(of.path("set1")) > 0 && count(of.path("set2")) > 0) {
                    problem(of.path("set1"), "must not be set together with " + names(of.path("set2")) + ": drop one");
                }
            }
            case "distinct" -> distinct(of);
            case "conditional" -> conditional(of);
            default -> {
                // In code at Kong.
            }
        }
    }

    private void distinct(JsonNode fields) {
        List<Value> seen = new ArrayList<>();
        for (JsonNode field : fields) {
            Value value = value(field.textValue());
            if (value != null && value != Value.NULL) {
                if (seen.contains(value)) {
                    problem(fields, "must have different values: change one");
                    return;
                }
                seen.add(value);
            }
        }
    }

    /** An absent field never meets a condition; a null one meets any but {@code eq}, as in Kong. */
    private void conditional(JsonNode rule) {
        String ifField = rule.path("if_field").textValue();
        Value condition = value(ifField);
        if (condition == null || Constraints.violation(rule.path("if_match"), condition) != null) {
            return;
        }
        String thenField = rule.path("then_field").textValue();
        Value then = value(thenField);
        Value checked = then == null ? Value.NULL : then;
        JsonNode wanted = rule.path("then_match");
        String violation = checked == Value.NULL && wanted.path("required").asBoolean()
                ? "be set"
                : Constraints.violation(wanted, checked);
        if (violation != null) {
            problems.accept(
                    thenField, "must " + violation + " because of the value of '" + ifField + "': change one of them");
        }
    }

    private void problem(JsonNode fields, String message) {
        problems.accept(names(fields), message);
    }

    private static String names(JsonNode fields) {
        List<String> names = new ArrayList<>();
        fields.forEach(field -> names.add(field.asText()));
        return names.stream().collect(Collectors.joining(", "));
    }

    private int count(JsonNode fields) {
        int count = 0;
        for (JsonNode field : fields) {
            if (set(field.textValue())) {
                count++;
            }
        }
        return count;
    }

    private boolean set(String path) {
        Value value = value(path);
        return value != null
                && value != Value.NULL
                && !(value instanceof Value.Text text && text.value().isEmpty())
                && !(value instanceof Value.Sequence sequence
                        && sequence.values().isEmpty())
                && !(value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    /** The value at a path such as {@code config.allow}; null where something on the way is absent. */
    private @Nullable Value value(String path) {
        if (path.indexOf('.') < 0) {
            return record.get(path);
        }
        Map<String, Value> inside = record;
        Value value = null;
        for (String step : path.split("\\.", -1)) {
            value = inside.get(step);
            inside = value instanceof Value.Mapping mapping ? mapping.values() : Map.of();
        }
        return value;
    }
}
