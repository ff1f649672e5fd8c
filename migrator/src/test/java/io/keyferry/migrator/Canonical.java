package io.keyferry.migrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One form for values that mean the same: JSON text is parsed, numbers have no trailing zeros, an empty object is an
 * empty array (Lua cannot tell one from the other), the elements of a set are sorted. Stateless.
 */
final class Canonical {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Canonical() {}

    /** The value of a column, as {@code SELECT JSON} gives it. */
    static JsonNode column(JsonNode value, String cqlType) {
        if (value.isTextual()) {
            return json(value);
        }
        if (value.isArray() && cqlType.startsWith("set<")) {
            List<JsonNode> elements = new ArrayList<>();
            value.forEach(element -> elements.add(json(element)));
            return sorted(elements);
        }
        return of(value);
    }

    /** Text that is a JSON object or array becomes one. */
    static JsonNode json(JsonNode text) {
        String stripped = text.asText().strip();
        if (text.isTextual() && (stripped.startsWith("{") || stripped.startsWith("["))) {
            try {
                return of(JSON.readTree(stripped));
            } catch (JsonProcessingException e) {
                return text;
            }
        }
        return of(text);
    }

    /** JSON text of our own making. */
    static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    static JsonNode sorted(List<JsonNode> elements) {
        ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
        elements.stream().sorted(Comparator.comparing(JsonNode::toString)).forEach(sorted::add);
        return sorted;
    }

    static JsonNode of(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), of(member.getValue())));
            return members.isEmpty()
                    ? JsonNodeFactory.instance.arrayNode()
                    : new ObjectNode(JsonNodeFactory.instance, members);
        }
        if (value.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> elements.add(of(element)));
            return elements;
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            return DecimalNode.valueOf(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
        }
        return value;
    }

    /** A value as a YAML parser or a catalogue gives it. */
    static JsonNode object(@Nullable Object value) {
        return value == null ? NullNode.getInstance() : of(JSON.valueToTree(value));
    }

    /** A value as a YAML parser gives it, in no other form: empty mappings stay mappings. */
    static JsonNode plain(@Nullable Object value) {
        return JSON.valueToTree(value);
    }

    /** Null and what Cassandra and Lua cannot tell from it. */
    static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isMissingNode() || (value.isContainerNode() && value.isEmpty());
    }

    /** The same text everywhere in a value, in place of another. */
    static JsonNode replaced(JsonNode value, String text, String by) {
        if (value.isTextual()) {
            return TextNode.valueOf(value.textValue().replace(text, by));
        }
        if (value.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> elements.add(replaced(element, text, by)));
            return elements;
        }
        return value;
    }
}
