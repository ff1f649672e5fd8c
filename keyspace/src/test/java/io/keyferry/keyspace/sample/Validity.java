package io.keyferry.keyspace.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds entities against what the catalogue says of them: fields, constraints and most checks across fields. */
final class Validity {
    private static final Pattern PLAIN_TAG = Pattern.compile("[A-Za-z0-9.\\-_~]+");

    private final Catalog catalog;
    private final List<String> violations = new ArrayList<>();

    Validity(Catalog catalog) {
        this.catalog = catalog;
    }

    List<String> violations() {
        return violations;
    }

    void check(Entity entity) {
        EntityType type = entity.type();
        Map<String, Value> fields = new LinkedHashMap<>();
        Optional<PluginSchema> plugin = type.name().equals("plugins")
                ? catalog.plugin(entity.text("name").orElseThrow())
                : Optional.empty();
        for (Field field : type.fields()) {
            Value value = entity.value(field);
            String path = entity + "." + field.name();
            if (value == null) {
                violations.add(path + " is absent");
                continue;
            }
            fields.put(field.name(), value);
            if (field.name().equals("config") && plugin.isPresent()) {
                checkValue(value, plugin.get().config(), path);
                continue;
            }
            checkValue(value, field.schema(), path);
            for (FieldSchema override : plugin.map(PluginSchema::overrides).orElse(List.of())) {
                if (override.name().equals(field.name())) {
                    checkValue(value, override, path);
                }
            }
        }
        Value all = new Value.Mapping(fields);
        checkAcross(all, type.checks(), entity.toString());
        plugin.ifPresent(known -> checkAcross(all, known.checks(), entity.toString()));
    }

    private void require(boolean holds, String path, String rule) {
        if (!holds) {
            violations.add(path + " breaks " + rule);
        }
    }

    private void checkValue(Value value, FieldSchema schema, String path) {
        if (value == Value.NULL) {
            require(!schema.required(), path, "required");
            return;
        }
        JsonNode constraints = schema.constraints();
        if (constraints.has("eq")) {
            require(value.equals(Value.of(constraints.get("eq"))), path, "eq");
        }
        switch (schema.type()) {
            case STRING, FOREIGN -> require(value instanceof Value.Text, path, "text");
            case INTEGER -> require(value instanceof Value.Whole, path, "integer");
            case NUMBER -> require(value instanceof Value.Whole || value instanceof Value.Fraction, path, "number");
            case BOOLEAN -> require(value instanceof Value.Truth, path, "boolean");
            case ARRAY, SET -> require(value instanceof Value.Sequence, path, "list");
            case MAP, RECORD -> require(value instanceof Value.Mapping, path, "mapping");
            case FUNCTION, ANY -> {}
        }
        require(satisfies(value, constraints), path, constraints.toString());
        if (schema.type() == FieldType.STRING && value instanceof Value.Text text) {
            require(!text.value().isEmpty() || constraints.has("len_min"), path, "text that is not empty");
        }
        if (value instanceof Value.Sequence sequence && schema.elements() != null) {
            for (Value element : sequence.values()) {
                checkValue(element, schema.elements(), path + "[]");
            }
        }
        if (value instanceof Value.Mapping mapping) {
            if (schema.type() == FieldType.RECORD) {
                checkRecord(mapping, schema, path);
            } else {
                mapping.values().forEach((key, member) -> {
                    checkPart(Value.text(key), schema.keys(), path + "{}");
                    checkPart(member, schema.values(), path + "." + key);
                });
            }
        }
    }

    private void checkPart(Value value, @Nullable FieldSchema schema, String path) {
        if (schema != null) {
            checkValue(value, schema, path);
        }
    }

    private void checkRecord(Value.Mapping record, FieldSchema schema, String path) {
        for (FieldSchema field : schema.fields()) {
            Value member = record.values().get(field.name());
            if (member != null) {
                checkValue(member, field, path + "." + field.name());
            }
        }
        checkAcross(record, schema.constraints().path("entity_checks"), path);
    }

    /** The checks across fields that need no code of Kong's. */
    private void checkAcross(Value record, JsonNode checks, String path) {
        for (JsonNode check : checks) {
            String rule = check.toString();
            List<Value> given = new ArrayList<>();
            check.elements().next().forEach(name -> {
                if (name.isTextual() && isSet(at(record, name.asText()))) {
                    given.add(at(record, name.asText()));
                }
            });
            switch (check.fieldNames().next()) {
                case "at_least_one_of" -> require(!given.isEmpty(), path, rule);
                case "only_one_of" -> require(given.size() == 1, path, rule);
                case "mutually_exclusive" -> require(given.size() <= 1, path, rule);
                case "distinct" -> require(given.stream().distinct().count() == given.size(), path, rule);
                case "mutually_required" ->
                    require(
                            given.isEmpty()
                                    || given.size() == check.elements().next().size(),
                            path,
                            rule);
                case "conditional" -> {
                    JsonNode condition = check.get("conditional");
                    Value tested = at(record, condition.path("if_field").asText());
                    Value bound = at(record, condition.path("then_field").asText());
                    if (tested != Value.NULL && satisfies(tested, condition.path("if_match"))) {
                        require(satisfies(bound, condition.path("then_match")), path, rule);
                    }
                }
                case "custom_entity_check", "mutually_exclusive_sets" -> {}
                default -> violations.add("unknown check " + rule);
            }
        }
    }

    private static boolean isSet(Value value) {
        return value != Value.NULL
                && !(value instanceof Value.Sequence list && list.values().isEmpty());
    }

    private static Value at(Value record, String path) {
        Value value = record;
        for (String name : path.split("\\.", -1)) {
            value = value instanceof Value.Mapping mapping
                    ? mapping.values().getOrDefault(name, Value.NULL)
                    : Value.NULL;
        }
        return value;
    }

    private static boolean satisfies(Value value, JsonNode constraints) {
        boolean holds = true;
        for (Map.Entry<String, JsonNode> constraint : constraints.properties()) {
            holds &= satisfies(value, constraint.getKey(), constraint.getValue());
        }
        return holds;
    }

    private static boolean satisfies(Value value, String rule, JsonNode argument) {
        String text = value instanceof Value.Text plain ? plain.value() : null;
        return switch (rule) {
            case "required" -> value != Value.NULL;
            case "eq" -> value.equals(Value.of(argument));
            case "ne" -> !value.equals(Value.of(argument));
            case "one_of" -> isIn(value, argument);
            case "not_one_of" -> !isIn(value, argument);
            case "gt" -> number(value) > argument.doubleValue();
            case "between" ->
                number(value) >= argument.get(0).doubleValue()
                        && number(value) <= argument.get(1).doubleValue();
            case "starts_with" -> text == null || text.startsWith(argument.asText());
            case "len_min" -> size(value) >= argument.intValue();
            case "len_eq" -> size(value) == argument.intValue();
            case "contains" ->
                value instanceof Value.Sequence sequence && sequence.values().contains(Value.of(argument));
            case "elements" ->
                !(value instanceof Value.Sequence sequence)
                        || sequence.values().stream().allMatch(element -> satisfies(element, argument));
            case "match" -> text == null || luaPattern(argument.asText()).test(text);
            case "match_any" ->
                text == null
                        || any(
                                argument.path("patterns"),
                                pattern -> luaPattern(pattern.asText()).test(text));
            case "match_none" ->
                text == null
                        || !any(
                                argument,
                                pattern -> luaPattern(pattern.path("pattern").asText())
                                        .test(text));
            case "mutually_exclusive_subsets" -> {
                int touched = 0;
                for (JsonNode subset : argument) {
                    touched += any(
                                    subset,
                                    member -> value instanceof Value.Sequence sequence
                                            && sequence.values().contains(Value.of(member)))
                            ? 1
                            : 0;
                }
                yield touched <= 1;
            }
            default -> true;
        };
    }

    private static boolean any(JsonNode list, Predicate<JsonNode> test) {
        for (JsonNode each : list) {
            if (test.test(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(Value value, JsonNode list) {
        return any(list, each -> value.equals(Value.of(each)));
    }

    private static double number(Value value) {
        return value instanceof Value.Fraction fraction
                ? fraction.value()
                : value instanceof Value.Whole whole ? whole.value() : Double.NaN;
    }

    private static int size(Value value) {
        return value instanceof Value.Sequence sequence
                ? sequence.values().size()
                : value instanceof Value.Mapping mapping
                        ? mapping.values().size()
                        : value instanceof Value.Text text ? text.value().length() : 0;
    }

    /** The few Lua patterns of the schemas as Java sees them; tags apart, what is exotic passes. */
    private static Predicate<String> luaPattern(String pattern) {
        if (pattern.equals("^[%w%.%-%_~]+$")) {
            return PLAIN_TAG.asMatchPredicate();
        }
        String java = pattern.replace("%u", "[A-Z]").replace("%d", "[0-9]").replace("%", "\\");
        return pattern.contains("%w") || pattern.contains("%p")
                ? text -> true
                : Pattern.compile(java).asPredicate();
    }
}
