package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What was taken from one Kong release by running its schemas and its bootstrap, independent of our catalogue. The
 * helpers undo how Lua writes JSON: an empty list is {@code {}}, a null may be {@code {"__null": true}}, and the order
 * within a table that is not a list is accidental.
 */
record Facts(JsonNode root) {
    static final List<String> VERSIONS = List.of(
            "1.5.1", "2.0.5", "2.1.4", "2.2.2", "2.3.3", "2.4.1", "2.5.2", "2.6.1", "2.7.2", "2.8.5", "3.0.2", "3.1.1",
            "3.2.2", "3.3.1");

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Set<String> NAMES_IN_ANY_ORDER = Set.of(
            "at_least_one_of",
            "only_one_of",
            "mutually_exclusive",
            "mutually_required",
            "distinct",
            "one_of",
            "not_one_of",
            "field_sources");

    static Facts of(String version) {
        try (InputStream stream = Facts.class.getResourceAsStream("facts/" + version + ".json.gz")) {
            return new Facts(MAPPER.readTree(new GZIPInputStream(stream)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** A default as the schema means it, or null where there is none. */
    static @Nullable JsonNode defaultOf(JsonNode field) {
        JsonNode value = field.path("default");
        if (value.isMissingNode() || value.isNull() || value.asText().startsWith("<")) {
            return null;
        }
        return typed(value, field);
    }

    private static JsonNode typed(JsonNode value, JsonNode field) {
        String type = field.path("type").asText();
        if (type.equals("array") || type.equals("set")) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> list.add(typed(element, field.path("elements"))));
            return list;
        }
        if (type.equals("record")) {
            ObjectNode record = JsonNodeFactory.instance.objectNode();
            for (JsonNode nested : field.path("fields")) {
                JsonNode given = value.get(nested.path("name").asText());
                if (given != null) {
                    record.set(nested.path("name").asText(), typed(given, nested));
                }
            }
            return record;
        }
        return value;
    }

    /** The same with real nulls, and lists of names whose order says nothing sorted. */
    static JsonNode canonical(JsonNode node) {
        if (node.path("__null").asBoolean()) {
            return NullNode.instance;
        }
        if (node.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> list.add(canonical(element)));
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        node.properties()
                .forEach(entry -> object.set(
                        entry.getKey(),
                        NAMES_IN_ANY_ORDER.contains(entry.getKey())
                                ? sorted(entry.getValue())
                                : canonical(entry.getValue())));
        return object;
    }

    private static JsonNode sorted(JsonNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        elements.sort(Comparator.comparing(JsonNode::asText));
        return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }
}
