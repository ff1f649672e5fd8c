package io.keyferry.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What kustomize makes of a directory, as far as ours ask for it: resources of other directories, a namespace, images,
 * literals of a ConfigMap, and strategic merge patches. Anything else in a kustomization.yaml is an error, so that a test
 * never believes more than it checks. Where there is a kubectl, a test holds this against it.
 */
record Overlay(Path directory) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> UNDERSTOOD =
            Set.of("apiVersion", "kind", "resources", "namespace", "images", "configMapGenerator", "patches", "labels");
    /** Lists that are merged entry by entry, and the key that says which entry is meant. */
    private static final Map<String, String> MERGED_BY =
            Map.of("containers", "name", "env", "name", "volumes", "name", "volumeMounts", "mountPath");

    /** The objects, in no particular order. ConfigMaps keep the name without the suffix that kustomize adds. */
    List<ObjectNode> objects() throws IOException {
        JsonNode kustomization =
                YAML.readTree(directory.resolve("kustomization.yaml").toFile());
        kustomization.fieldNames().forEachRemaining(field -> {
            if (!UNDERSTOOD.contains(field)) {
                throw new IllegalArgumentException(directory + ": this test does not know '" + field + "'");
            }
        });
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode resource : kustomization.path("resources")) {
            Path path = directory.resolve(resource.asText());
            objects.addAll(Files.isDirectory(path) ? new Overlay(path).objects() : documents(path));
        }
        for (JsonNode generated : kustomization.path("configMapGenerator")) {
            objects.add(configMap(generated));
        }
        for (JsonNode patch : kustomization.path("patches")) {
            for (ObjectNode document :
                    documents(directory.resolve(patch.path("path").asText()))) {
                apply(document, objects);
            }
        }
        if (kustomization.has("namespace")) {
            objects.forEach(object -> object.withObject("/metadata").set("namespace", kustomization.get("namespace")));
        }
        for (JsonNode image : kustomization.path("images")) {
            objects.forEach(object -> rename(object, image));
        }
        return objects;
    }

    private static List<ObjectNode> documents(Path file) throws IOException {
        List<ObjectNode> documents = new ArrayList<>();
        YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .forEachRemaining(document -> documents.add((ObjectNode) document));
        return documents;
    }

    private static ObjectNode configMap(JsonNode generated) {
        ObjectNode map = YAML.createObjectNode();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").set("name", generated.get("name"));
        ObjectNode data = map.putObject("data");
        for (JsonNode literal : generated.path("literals")) {
            String[] parts = literal.asText().split("=", 2);
            data.put(parts[0], parts[1]);
        }
        return map;
    }

    private static void apply(ObjectNode patch, List<ObjectNode> objects) {
        ObjectNode target = objects.stream()
                .filter(object -> object.get("kind").equals(patch.get("kind"))
                        && object.at("/metadata/name").equals(patch.at("/metadata/name")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a patch for what is not there: " + patch));
        if (patch.path("$patch").asText().equals("delete")) {
            objects.remove(target);
        } else {
            merge(target, patch);
        }
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(field -> {
            JsonNode old = target.get(field.getKey());
            String key = MERGED_BY.get(field.getKey());
            if (old instanceof ObjectNode into && field.getValue() instanceof ObjectNode from) {
                merge(into, from);
            } else if (key != null && old instanceof ArrayNode into) {
                field.getValue().forEach(entry -> mergeEntry(into, (ObjectNode) entry, key));
            } else {
                target.set(field.getKey(), field.getValue());
            }
        });
    }

    private static void mergeEntry(ArrayNode into, ObjectNode entry, String key) {
        for (JsonNode old : into) {
            if (old.path(key).equals(entry.path(key))) {
                merge((ObjectNode) old, entry);
                return;
            }
        }
        into.add(entry);
    }

    private static void rename(JsonNode node, JsonNode image) {
        if (node instanceof ObjectNode object
                && object.path("image")
                        .asText()
                        .split(":", 2)[0]
                        .equals(image.path("name").asText())) {
            object.put(
                    "image",
                    image.path("newName").asText() + ":" + image.path("newTag").asText());
        }
        node.forEach(child -> rename(child, image));
    }
}
