package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample, loaded and read back. */
final class EntityLoadTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.0.5", "2.8.5"})
    void whatWasLoadedIsReadBack(String version) {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(version));
        List<Entity> sample =
                SampleKeyspaces.entities(SampleKeyspaces.loaded(catalog).sample());
        KeyspaceAddress address = SampleKeyspaces.loaded(catalog).address();
        try (ReadSession session = SampleKeyspaces.source(address)) {
            requireSame(KongKeyspace.open(session, Optional.empty()), catalog, sample);
        }
        requireTags(address, sample);
    }

    private static void requireSame(KongKeyspace keyspace, Catalog catalog, List<Entity> sample) {
        assertThat(keyspace.catalog()).isSameAs(catalog);
        Map<String, Entity> read = new HashMap<>();
        Set<String> types = sample.stream().map(entity -> entity.type().name()).collect(Collectors.toSet());
        types.forEach(type -> keyspace.scan(catalog.entityType(type).orElseThrow())
                .orElseThrow()
                .readAll(
                        Step.VERIFY,
                        TransferListener.NONE,
                        entity -> assertThat(read.put(entity.key().toString(), entity))
                                .isNull()));
        assertThat(read).hasSameSizeAs(sample);
        for (Entity entity : sample) {
            Entity found = Objects.requireNonNull(read.get(entity.key().toString()), entity.toString());
            for (Field field : entity.type().fields()) {
                assertThat(inOneOrder(field, found.value(field)))
                        .as("%s, field %s", entity.key(), field.name())
                        .isEqualTo(inOneOrder(field, entity.value(field)));
            }
            assertThat(found.workspace()).isEqualTo(entity.workspace());
            assertThat(found.expiresAt().isPresent())
                    .isEqualTo(entity.expiresAt().isPresent());
        }
    }

    private static @Nullable Object inOneOrder(Field field, @Nullable Value value) {
        boolean set = field.cqlType().startsWith("set<") && value instanceof Value.Sequence;
        return set ? Set.copyOf(((Value.Sequence) Objects.requireNonNull(value)).values()) : value;
    }

    /** One row a tag of an entity, with all its tags. */
    private static void requireTags(KeyspaceAddress address, List<Entity> sample) {
        Map<String, Set<String>> expected = new TreeMap<>();
        for (Entity entity : sample) {
            if (entity.value("tags") instanceof Value.Sequence tags) {
                Set<String> all = tags.values().stream()
                        .map(tag -> ((Value.Text) tag).value())
                        .collect(Collectors.toCollection(TreeSet::new));
                all.forEach(tag -> expected.put(tag + " " + entity.key(), all));
            }
        }
        Map<String, Set<String>> found = new TreeMap<>();
        SharedNode.session()
                .execute("SELECT tag, entity_name, entity_id, other_tags FROM " + address.keyspace() + ".tags")
                .forEach(row -> found.put(
                        row.getString(0) + " " + row.getString(1) + " " + row.getString(2),
                        new TreeSet<>(Objects.requireNonNull(row.getSet(3, String.class)))));
        assertThat(found).isEqualTo(expected);
    }
}
