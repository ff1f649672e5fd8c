package io.keyferry.keyspace.sample;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Entity;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the core of the sample, {@code core.yaml} and {@code every-field.yaml}, as entities of one version. The former
 * says what their words mean.
 */
final class CoreReader {
    /** The files, in the order in which the entities of a type stand. */
    static final List<String> FILES = List.of("core.yaml", "every-field.yaml");

    private static final long DAY = 86_400;
    private static final long OLDEST_DAYS = 1_000;

    private final Catalog catalog;
    private final Ids ids;
    private final long now;
    private final EntityMaker maker;
    private final Set<String> known = new HashSet<>();

    CoreReader(Catalog catalog, Ids ids, long now) {
        this.catalog = catalog;
        this.ids = ids;
        this.now = now;
        this.maker = new EntityMaker(catalog);
    }

    /** The entities by type, types in document order. */
    Map<String, List<Entity>> read() {
        List<JsonNode> files = FILES.stream().map(CoreReader::load).toList();
        Map<String, List<Entity>> entities = new LinkedHashMap<>();
        for (EntityType type : catalog.entityTypes()) {
            List<Entity> ofType = new ArrayList<>();
            for (JsonNode file : files) {
                for (JsonNode entry : file.path(type.name())) {
                    if (isInVersion(type, entry)) {
                        ofType.add(read(type, entry));
                    }
                }
            }
            entities.put(type.name(), List.copyOf(ofType));
        }
        return entities;
    }

    static JsonNode load(String file) {
        YAMLMapper yaml = YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (InputStream stream = open(file)) {
            return yaml.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream stream = CoreReader.class.getResourceAsStream(name);
        if (stream == null) {
            throw new FileNotFoundException(name + " is not on the class path");
        }
        return stream;
    }

    private boolean isInVersion(EntityType type, JsonNode entry) {
        if (type.name().equals("plugins")
                && catalog.plugin(entry.path("name").asText()).isEmpty()) {
            return false;
        }
        return (!entry.has("$until_field") || !has(entry.path("$until_field").asText()))
                && (!entry.has("$since_field") || has(entry.path("$since_field").asText()));
    }

    /** Whether the version has the field of an entity type, or the key of a plugin's configuration. */
    private boolean has(String field) {
        String[] steps = field.split("\\.config\\.|\\.", 2);
        return field.contains(".config.")
                ? catalog.plugin(steps[0])
                        .flatMap(plugin -> plugin.config().field(steps[1]))
                        .isPresent()
                : catalog.entityType(steps[0])
                        .flatMap(type -> type.field(steps[1]))
                        .isPresent();
    }

    private Entity read(EntityType type, JsonNode entry) {
        String name = name(type, entry);
        String id = ids.named(type.name(), name);
        if (!known.add(type.name() + "/" + name)) {
            throw new IllegalStateException("the sample has two " + type + " '" + name + "'");
        }
        ObjectNode fields = (ObjectNode) expand(entry);
        fields.put("id", id);
        for (Field field : type.fields()) {
            String reference = field.schema().reference();
            if (field.type() == FieldType.FOREIGN && reference != null && fields.hasNonNull(field.name())) {
                fields.put(field.name(), id(reference, fields.path(field.name()).asText()));
            }
        }
        if (type.name().equals("basicauth_credentials")) {
            fields.put(
                    "password",
                    Ids.hashed(
                            fields.path("password").asText(),
                            fields.path("consumer").asText()));
        }
        long age = DAY + ids.below(OLDEST_DAYS * DAY, "age", id.hashCode());
        Entity entity = maker.make(type, fields, now - age);
        return entry.has("$ttl")
                ? entity.toBuilder()
                        .expiresAt(now + entry.path("$ttl").longValue())
                        .build()
                : entity;
    }

    /** The name by which an entry is known in the file. */
    private static String name(EntityType type, JsonNode entry) {
        if (entry.has("$as")) {
            return entry.path("$as").asText();
        }
        return switch (type.name()) {
            case "plugins", "acls" ->
                type.cacheKey().stream().map(key -> entry.path(key).asText()).collect(Collectors.joining("/"));
            case "acme_storage" -> entry.path("key").asText();
            case "consumers" ->
                entry.path(entry.has("username") ? "username" : "custom_id").asText();
            default ->
                entry.path(type.endpointKey()
                                .orElseThrow(() -> new IllegalStateException("the sample: " + type + " need $as")))
                        .asText();
        };
    }

    private String id(String type, String name) {
        if (!known.contains(type + "/" + name)) {
            throw new IllegalStateException("the sample refers to " + type + " '" + name + "', which it has not");
        }
        return ids.named(type, name);
    }

    /** The value with instructions carried out. */
    private JsonNode expand(JsonNode value) {
        if (value.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> elements.add(expand(element)));
            return elements;
        }
        if (!value.isObject()) {
            return value;
        }
        if (value.size() == 1 && value.fieldNames().next().startsWith("$")) {
            return carryOut(value.fieldNames().next(), value.elements().next());
        }
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(member -> members.set(member.getKey(), expand(member.getValue())));
        return members;
    }

    private JsonNode carryOut(String instruction, JsonNode argument) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (instruction) {
            case "$id" -> {
                String[] reference = argument.asText().split("/", 2);
                yield nodes.textNode(id(reference[0], reference[1]));
            }
            case "$now" ->
                argument.isIntegralNumber()
                        ? nodes.numberNode(now + argument.longValue())
                        : nodes.numberNode(Math.round((now + argument.doubleValue()) * 1000.0) / 1000.0);
            case "$file" -> nodes.textNode(text(argument.asText()));
            case "$repeat" ->
                nodes.textNode(argument.path(1).asText().repeat(argument.path(0).intValue()));
            default -> throw new IllegalStateException("the sample has an unknown instruction " + instruction);
        };
    }

    private static String text(String name) {
        try (InputStream stream = open(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }
}
