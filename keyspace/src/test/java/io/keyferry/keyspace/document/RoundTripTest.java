package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The law parse(print(d)) = d. */
final class RoundTripTest {
    private static final int EACH = 25;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "2.0.5, LINES, 1",
        "2.0.5, BLOCK, 2",
        "2.0.5, JSON, 3",
        "2.8.5, LINES, 4",
        "2.8.5, BLOCK, 5",
        "2.8.5, JSON, 6",
        "2.8.5, LINES, 7",
        "2.8.5, BLOCK, 8"
    })
    void whatIsWrittenIsReadBack(String kong, Style style, long seed) throws IOException {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(kong));
        List<Entity> entities = generated(catalog, seed);
        byte[] printed = Documents.print(catalog, style, entities);
        assertThat(Documents.print(catalog, style, entities))
                .as("the same bytes again")
                .isEqualTo(printed);
        Path file = directory.resolve("kong." + (style == Style.JSON ? "json" : "yml"));
        Files.write(file, printed);

        DocumentDialect dialect = DocumentDialect.of(catalog);
        EntityFormat format = new EntityFormat(dialect, style, Documents.provenance(catalog), Documents.NOW);
        List<Entity> expected = new ArrayList<>();
        entities.stream().filter(format::hides).forEach(expected::add);
        for (EntityType type : catalog.entityTypes()) {
            entities.stream()
                    .filter(entity -> entity.type() == type && !format.hides(entity))
                    .forEach(expected::add);
        }
        List<DocumentEntry> entries = Documents.entries(file, catalog);
        assertThat(entries).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            check(entries.get(i), expected.get(i), format, dialect);
        }
        assertThat(DocumentReader.provenance(file)).contains(Documents.provenance(catalog));
    }

    private static List<Entity> generated(Catalog catalog, long seed) {
        Generator generator = new Generator(seed);
        List<Entity> entities = new ArrayList<>();
        for (EntityType type : catalog.entityTypes()) {
            for (int i = 0; i < EACH; i++) {
                entities.add(generator.entity(type));
            }
        }
        return entities;
    }

    private static void check(DocumentEntry entry, Entity entity, EntityFormat format, DocumentDialect dialect) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (Field field : entity.type().fields()) {
            Value value = entity.value(field);
            if (value != null) {
                fields.put(field.name(), value);
            }
        }
        boolean hidden = format.hides(entity);
        if (!hidden && entity.expiresAt().isPresent() && dialect.takesTtl(entity.type())) {
            long left = entity.expiresAt().getAsLong() - Documents.NOW.getEpochSecond();
            fields.put("ttl", Value.whole(Math.max(left, 1)));
        }
        assertThat(entry.type()).isSameAs(entity.type());
        assertThat(entry.fields().values()).as("%s", entity).containsExactlyEntriesOf(fields);
        assertThat(entry.hidden()).isEqualTo(hidden);
        assertThat(entry.expires()).isEqualTo(entity.expiresAt());
        UUID workspace = entity.workspace().orElse(Documents.DEFAULT_WORKSPACE);
        assertThat(entry.workspace().orElse(Documents.DEFAULT_WORKSPACE)).isEqualTo(workspace);
    }

    @ParameterizedTest
    @CsvSource({"2.0.5, LINES", "2.0.5, BLOCK", "2.8.5, LINES", "2.8.5, BLOCK", "2.8.5, JSON"})
    void boundEntitiesAreReadBackAsTheyWere(String kong, Style style) throws IOException {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(kong));
        List<String> problems = new ArrayList<>();
        List<Entity> entities =
                Documents.bind(Documents.recorded(kong + "/sample/import.yml"), catalog, problems).stream()
                        .map(bound -> inDefaultWorkspace(bound.entity()))
                        .sorted((a, b) -> Integer.compare(
                                catalog.entityTypes().indexOf(a.type()),
                                catalog.entityTypes().indexOf(b.type())))
                        .filter(entity -> entity.type().fields().stream()
                                .noneMatch(field -> field.schema().reference() != null
                                        && entity.value(field) == null
                                        && field.schema().required()))
                        .toList();
        Path file = directory.resolve("kong." + (style == Style.JSON ? "json" : "yml"));
        Files.write(file, Documents.print(catalog, style, entities));

        List<BoundEntity> again = Documents.bind(file, catalog, problems);

        assertThat(problems).isEmpty();
        assertThat(again).extracting(BoundEntity::entity).containsExactlyInAnyOrderElementsOf(entities);
    }

    private static Entity inDefaultWorkspace(Entity entity) {
        return entity.type().workspaceable()
                ? entity.toBuilder().workspace(Documents.DEFAULT_WORKSPACE).build()
                : entity;
    }
}
