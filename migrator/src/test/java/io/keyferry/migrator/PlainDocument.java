package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.Catalog;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A kong.yml as a plain YAML parser gives it, without any of our own reading, so that it can bear witness for or against
 * that. Dates stay text, as with Kong.
 */
final class PlainDocument {
    private static final int MOST_CHARACTERS = 100_000_000;

    /**
     * An entity as stated.
     *
     * @param fields without nested entities
     * @param hidden whether it stands in {@code _ignore}, where only Keyferry looks
     * @param note what Keyferry noted beside it; empty for entities of others
     */
    record Stated(String type, ObjectNode fields, boolean hidden, JsonNode note) {
        /** The primary key's value, whatever it is called; empty where it is not stated. */
        String id(Catalog catalog) {
            String key =
                    catalog.entityType(type).map(found -> found.primaryKey()).orElse("id");
            return fields.path(key).asText("");
        }
    }

    private final Catalog catalog;
    private final List<Stated> entities = new ArrayList<>();

    private PlainDocument(Catalog catalog) {
        this.catalog = catalog;
    }

    static PlainDocument read(Path file, Catalog catalog) throws IOException {
        PlainDocument document = new PlainDocument(catalog);
        try (Reader reader = Files.newBufferedReader(file)) {
            JsonNode root = Canonical.plain(yaml().load(reader));
            root.properties().forEach(section -> {
                if (section.getKey().equals("_ignore")) {
                    section.getValue().forEach(document::takeHidden);
                } else if (!section.getKey().startsWith("_")) {
                    section.getValue().forEach(entity -> document.take(section.getKey(), entity));
                }
            });
        }
        return document;
    }

    /** All entities, nested ones after their parents. */
    List<Stated> entities() {
        return List.copyOf(entities);
    }

    private void takeHidden(JsonNode element) {
        JsonNode note = element.path("keyferry");
        if (note.has("type")) {
            entities.add(new Stated(note.path("type").asText(), (ObjectNode) element.path("entity"), true, note));
        }
    }

    private void take(String type, JsonNode entity) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        List<Runnable> children = new ArrayList<>();
        JsonNode note = JsonNodeFactory.instance.missingNode();
        for (Map.Entry<String, JsonNode> field : entity.properties()) {
            boolean child = field.getValue().isArray()
                    && catalog.entityType(field.getKey()).isPresent()
                    && catalog.entityType(type)
                            .orElseThrow()
                            .field(field.getKey())
                            .isEmpty();
            if (child) {
                field.getValue().forEach(nested -> children.add(() -> take(field.getKey(), nested)));
            } else if (field.getKey().equals("_ignore")) {
                note = field.getValue().path(0).path("keyferry");
            } else {
                fields.set(field.getKey(), field.getValue());
            }
        }
        entities.add(new Stated(type, fields, false, note));
        children.forEach(Runnable::run);
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        DumperOptions dumping = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(dumping), dumping, options, new WithoutDates());
    }

    /**
     * A document without the entities that begin in some lines.
     *
     * @param lines from 1
     * @return how many were left out
     */
    static int without(Path file, Set<Integer> lines, Path result) throws IOException {
        int[] left = {0};
        Node root;
        try (Reader reader = Files.newBufferedReader(file)) {
            root = yaml().compose(reader);
        }
        remove(root, lines, left);
        StringWriter text = new StringWriter();
        yaml().serialize(root, text);
        try (Writer writer = Files.newBufferedWriter(result)) {
            writer.write(text.toString());
        }
        return left[0];
    }

    private static void remove(Node node, Set<Integer> lines, int[] left) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                remove(tuple.getValueNode(), lines, left);
            }
        } else if (node instanceof SequenceNode sequence) {
            int before = sequence.getValue().size();
            sequence.getValue()
                    .removeIf(element -> element instanceof MappingNode
                            && lines.contains(element.getStartMark().getLine() + 1));
            left[0] += before - sequence.getValue().size();
            sequence.getValue().forEach(element -> remove(element, lines, left));
        }
    }

    /** The elements in one order, for lists whose order Cassandra does not keep. */
    static JsonNode unordered(JsonNode value) {
        if (!(value instanceof ArrayNode array)) {
            return value;
        }
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return Canonical.sorted(elements);
    }

    /** Kong's rules for plain scalars: those of YAML 1.1 without dates. */
    private static final class WithoutDates extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
