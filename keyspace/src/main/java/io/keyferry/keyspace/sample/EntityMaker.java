package io.keyferry.keyspace.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes of some fields the whole entity, as the codec would read it after Kong had written it. Thread-safe. */
final class EntityMaker {
    private static final Comparator<Value> CASSANDRA_ORDER = (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    /** Kong's rule for tags before 2.4. */
    private static final Pattern PLAIN_TAG = Pattern.compile("[A-Za-z0-9.\\-_~]+");

    private final Catalog catalog;

    EntityMaker(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Makes an entity.
     *
     * @param given its fields; foreign ones are ids, and {@code id} is among them
     * @param createdAt seconds since the epoch, for timestamps that are not given
     */
    Entity make(EntityType type, JsonNode given, long createdAt) {
        Entity.Builder entity = Entity.builder(type);
        Optional<PluginSchema> plugin = type.name().equals("plugins")
                ? catalog.plugin(given.path("name").asText())
                : Optional.empty();
        for (Field field : type.fields()) {
            JsonNode value = given.get(field.name());
            FieldSchema schema = plugin.map(known -> schema(known, field)).orElse(field.schema());
            boolean stamped = value == null && schema.timestamp() && schema.auto();
            entity.put(field, stamped ? Value.whole(createdAt) : asStored(field, Completion.complete(schema, value)));
        }
        return entity.build();
    }

    private static FieldSchema schema(PluginSchema plugin, Field field) {
        if (field.name().equals("config")) {
            return plugin.config();
        }
        return plugin.overrides().stream()
                .filter(override -> override.name().equals(field.name()))
                .findFirst()
                .orElse(field.schema());
    }

    /** Sets are sorted, and empty collections are null, since Cassandra knows neither order nor emptiness. */
    private static Value asStored(Field field, Value value) {
        boolean set = field.cqlType().startsWith("set<");
        if (value instanceof Value.Sequence sequence) {
            List<Value> values = new ArrayList<>(sequence.values());
            if (field.name().equals("tags")) {
                values.removeIf(tag -> !isTag(field, tag));
            }
            if (set) {
                values.sort(CASSANDRA_ORDER);
            }
            return values.isEmpty() ? Value.NULL : new Value.Sequence(values);
        }
        if (value instanceof Value.Mapping mapping && field.type() == FieldType.MAP) {
            return mapping.values().isEmpty() ? Value.NULL : sorted(mapping);
        }
        return value;
    }

    private static Value sorted(Value.Mapping mapping) {
        Map<String, Value> members = new LinkedHashMap<>();
        mapping.values().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member -> members.put(
                        member.getKey(),
                        member.getValue() instanceof Value.Sequence sequence
                                ? new Value.Sequence(sequence.values().stream()
                                        .sorted(CASSANDRA_ORDER)
                                        .toList())
                                : member.getValue()));
        return new Value.Mapping(members);
    }

    private static boolean isTag(Field field, Value tag) {
        FieldSchema element = field.schema().elements();
        boolean plainOnly = element != null && element.constraints().has("match");
        return !plainOnly
                || (tag instanceof Value.Text text
                        && PLAIN_TAG.matcher(text.value()).matches());
    }

    private static byte[] utf8(Value value) {
        String text = value instanceof Value.Text plain ? plain.value() : JsonText.print(value);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
