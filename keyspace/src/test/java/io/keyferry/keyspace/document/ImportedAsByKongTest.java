package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hand-written files, against the rows that real Kong made of them: defaults, ids, shorthands, hashes. */
final class ImportedAsByKongTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({"2.0.5, sample, 78", "2.8.5, sample, 84", "2.8.5, nulls, 6"})
    void everyFieldIsAsKongStoredIt(String kong, String folder, int entities) throws IOException {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(kong));
        Path recorded = Documents.recorded(kong + "/" + folder);
        List<String> problems = new ArrayList<>();
        List<BoundEntity> bound = Documents.bind(recorded.resolve("import.yml"), catalog, problems);
        assertThat(problems).isEmpty();

        Map<String, JsonNode> rows = new HashMap<>();
        List<String> differences = new ArrayList<>();
        Transformations transformations = new Transformations(new DocumentHeader("1.1", true, Optional.empty()));
        for (BoundEntity one : bound) {
            Entity entity = transformations.apply(resolved(one, bound));
            JsonNode row = row(recorded.resolve("db/rows"), entity, rows);
            for (Field field : entity.type().fields()) {
                Object stored = stored(field, row);
                Object ours = comparable(entity.value(field));
                if (!skipped(entity, field) && !Objects.equals(stored, ours)) {
                    differences.add(entity + "." + field.name() + ": Kong " + stored + ", we " + ours);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(bound).hasSize(entities);
    }

    /**
     * Times of the import itself, and a hash whose salt Kong draws by lot.
     */
    private static boolean skipped(Entity entity, Field field) {
        return switch (field.name()) {
            case "client_secret" -> Value.truth(true).equals(entity.value("hash_secret"));
            default -> field.schema().timestamp() && field.schema().auto();
        };
    }

    private static Entity resolved(BoundEntity one, List<BoundEntity> all) {
        Entity.Builder builder = one.entity().toBuilder();
        for (Reference reference : one.references()) {
            Value id = all.stream()
                    .map(BoundEntity::entity)
                    .filter(entity -> entity.type()
                            .name()
                            .equals(reference.field().schema().reference()))
                    .filter(entity ->
                            entity.name().filter(reference.name()::equals).isPresent())
                    .map(entity -> entity.value("id"))
                    .findFirst()
                    .orElseThrow();
            builder.put(reference.field(), id);
        }
        return builder.build();
    }

    private static JsonNode row(Path directory, Entity entity, Map<String, JsonNode> tables) throws IOException {
        String table = entity.type().table().name();
        JsonNode rows = tables.get(table);
        if (rows == null) {
            rows = JSON.readTree(directory.resolve(table + ".json").toFile());
            tables.put(table, rows);
        }
        String key = entity.type().primaryKey();
        for (JsonNode row : rows) {
            if (row.path("row").path(key).asText().equals(entity.key().id())) {
                return row.path("row");
            }
        }
        throw new AssertionError("Kong has no row of " + entity);
    }

    private static @Nullable Object stored(Field field, JsonNode row) throws IOException {
        JsonNode node = row.path(field.column());
        if (node.isNull()) {
            return null;
        }
        return switch (field.storage()) {
            case WORKSPACE_PREFIXED ->
                node.textValue().length() > 36 && node.textValue().charAt(36) == ':'
                        ? node.textValue().substring(37)
                        : node.textValue();
            case JSON -> comparable(Value.of(JSON.readTree(node.textValue())));
            case COLLECTION_OF_JSON -> {
                List<Value> values = new ArrayList<>();
                for (JsonNode element : node) {
                    values.add(Value.of(JSON.readTree(element.textValue())));
                }
                yield comparable(new Value.Sequence(values));
            }
            case PLAIN, SECONDS, FRACTIONAL_SECONDS, COLLECTION, MAP ->
                field.type() == FieldType.INTEGER && node.isTextual() ? node.asLong() : comparable(Value.of(node));
        };
    }

    /** A form in which what Cassandra cannot tell apart is the same: order in lists, empty and absent. */
    private static @Nullable Object comparable(@Nullable Value value) {
        if (value instanceof Value.Text text) {
            return text.value();
        }
        if (value instanceof Value.Sequence sequence) {
            return sequence.values().isEmpty()
                    ? null
                    : new TreeSet<>(sequence.values().stream()
                                    .map(element -> String.valueOf(comparable(element)))
                                    .toList())
                            .toString();
        }
        if (value instanceof Value.Mapping mapping) {
            Map<String, Object> members = new TreeMap<>();
            mapping.values().forEach((key, member) -> {
                Object comparable = comparable(member);
                members.put(key, comparable == null ? "none" : comparable);
            });
            return members.isEmpty() ? null : members.toString();
        }
        return value == null || value == Value.NULL ? null : value.toString();
    }
}
