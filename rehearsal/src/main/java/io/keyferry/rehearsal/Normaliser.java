package io.keyferry.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Brings values that mean the same into the same form before they are compared. Stateless. */
@FunctionalInterface
public interface Normaliser {
    /** The value in its normal form; a JSON null makes the column not matter when it is given for both sides. */
    JsonNode normalise(String table, String column, JsonNode value);

    /** This one, then the other. */
    default Normaliser then(Normaliser next) {
        return (table, column, value) -> next.normalise(table, column, normalise(table, column, value));
    }

    /** Values as they are. */
    static Normaliser none() {
        return (table, column, value) -> value;
    }

    /** Text that is a JSON object or array becomes one: the order of fields and white space do not matter then. */
    static Normaliser jsonText() {
        return (table, column, value) -> {
            if (!value.isTextual()) {
                return value;
            }
            String text = value.textValue().strip();
            if (!text.startsWith("{") && !text.startsWith("[")) {
                return value;
            }
            try {
                return JsonText.parse(text);
            } catch (IOException e) {
                return value;
            }
        };
    }

    /** Empty objects become empty arrays, at any depth: a Lua table that is empty is written as either. */
    static Normaliser emptyObjectsAreArrays() {
        return (table, column, value) -> withoutEmptyObjects(value);
    }

    private static JsonNode withoutEmptyObjects(JsonNode value) {
        if (value.isObject()) {
            if (value.isEmpty()) {
                return JsonNodeFactory.instance.arrayNode();
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(field -> result.set(field.getKey(), withoutEmptyObjects(field.getValue())));
            return result;
        }
        if (value.isArray()) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> result.add(withoutEmptyObjects(element)));
            return result;
        }
        return value;
    }
}
