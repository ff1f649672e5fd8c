package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reduces a data file to what holds in one release line. An object may say {@code since} (its first line) and
 * {@code until} (the first line without it); within a dated object, dates narrow further.
 * <ul>
 * <li>an object in a list that does not hold is left out; those of one {@code name} must not share a line;
 * <li>a flag is {@code true}, or the lines in which it is: {@code "required": {"since": "2.3"}};
 * <li>{@code changing} lists dated attributes of the object it stands in: {@code [{"since": "3.2", "endpoint_key":
 * "instance_name"}]}.
 * </ul>
 * Dates are checked for all lines, not only for the one asked for. A {@code default} is a value and has no dates.
 */
final class DatedJson {
    private static final Set<String> DATES = Set.of("since", "until");

    private final String file;
    private final List<KongVersion> known;
    private final KongVersion line;

    DatedJson(String file, List<KongVersion> known, KongVersion line) {
        this.file = file;
        this.known = known;
        this.line = line;
    }

    /** What holds of the whole file; empty when the file's subject does not exist in the line. */
    Optional<ObjectNode> resolve(ObjectNode root) {
        return Optional.ofNullable(object(root, known));
    }

    private @Nullable ObjectNode object(ObjectNode node, List<KongVersion> within) {
        List<KongVersion> lines = lines(node, within);
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        node.properties().forEach(attribute -> {
            String name = attribute.getKey();
            if (!DATES.contains(name) && !name.equals("changing")) {
                JsonNode value = value(name, attribute.getValue(), lines);
                if (value != null) {
                    resolved.set(name, value);
                }
            }
        });
        applyChanges(node, resolved, lines);
        return lines.contains(line) ? resolved : null;
    }

    private @Nullable JsonNode value(String name, JsonNode value, List<KongVersion> lines) {
        if (name.equals("default")) {
            return value;
        }
        if (value instanceof ArrayNode array) {
            return array(array, lines);
        }
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        if (isFlag(object)) {
            return lines(object, lines).contains(line) ? JsonNodeFactory.instance.booleanNode(true) : null;
        }
        return object(object, lines);
    }

    private ArrayNode array(ArrayNode list, List<KongVersion> within) {
        ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
        Map<String, Set<KongVersion>> taken = new HashMap<>();
        for (JsonNode element : list) {
            if (!(element instanceof ObjectNode object)) {
                resolved.add(element);
                continue;
            }
            if (object.path("name").isTextual()) {
                take(taken, object.get("name").textValue(), lines(object, within));
            }
            ObjectNode holding = object(object, within);
            if (holding != null) {
                resolved.add(holding);
            }
        }
        return resolved;
    }

    private void applyChanges(ObjectNode node, ObjectNode resolved, List<KongVersion> within) {
        Map<String, Set<KongVersion>> taken = new HashMap<>();
        for (JsonNode change : node.path("changing")) {
            List<KongVersion> lines = lines(change, within);
            change.properties().forEach(attribute -> {
                String name = attribute.getKey();
                if (DATES.contains(name)) {
                    return;
                }
                if (node.has(name)) {
                    throw Broken.file(file, "states '" + name + "' both as constant and as changing");
                }
                take(taken, name, lines);
                if (lines.contains(line)) {
                    resolved.set(name, attribute.getValue());
                }
            });
        }
    }

    private void take(Map<String, Set<KongVersion>> taken, String name, List<KongVersion> lines) {
        Set<KongVersion> before = taken.computeIfAbsent(name, key -> new HashSet<>());
        for (KongVersion each : lines) {
            if (!before.add(each)) {
                throw Broken.file(file, "states '" + name + "' twice for Kong " + each.line());
            }
        }
    }

    private static boolean isFlag(ObjectNode node) {
        boolean dated = !node.isEmpty();
        for (Map.Entry<String, JsonNode> attribute : node.properties()) {
            dated &= DATES.contains(attribute.getKey());
        }
        return dated;
    }

    private List<KongVersion> lines(JsonNode node, List<KongVersion> within) {
        if (!node.has("since") && !node.has("until")) {
            return within;
        }
        KongVersion since = date(node, "since");
        KongVersion until = date(node, "until");
        List<KongVersion> lines = within.stream()
                .filter(each -> since == null || each.isLineAtLeast(since))
                .filter(each -> until == null || !each.isLineAtLeast(until))
                .toList();
        if (lines.isEmpty()) {
            throw Broken.file(file, "has an element that holds in no line: " + node);
        }
        return lines;
    }

    private @Nullable KongVersion date(JsonNode node, String which) {
        JsonNode text = node.get(which);
        if (text == null) {
            return null;
        }
        return known.stream()
                .filter(each -> each.line().equals(text.textValue()))
                .findFirst()
                .orElseThrow(() -> Broken.file(file, "says \"" + which + "\": " + text + ", which is no known line"));
    }
}
