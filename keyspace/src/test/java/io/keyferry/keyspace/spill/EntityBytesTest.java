package io.keyferry.keyspace.spill;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.sample.SampleKeyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityBytesTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.5", "2.0", "2.8.5", "3.3"})
    void everyEntityOfTheSampleComesBack(String version) {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(version));
        List<Entity> entities = new SampleKeyspace(catalog, 500, 7, Instant.now()).core();
        Set<String> types = new TreeSet<>();
        for (Entity entity : entities) {
            types.add(entity.type().name());
            Entity placed = entity.toBuilder()
                    .workspace(UUID.fromString("99999999-0000-4000-8000-000000000001"))
                    .expiresAt(4_000_000_000L)
                    .build();

            assertThat(EntityBytes.of(entity.type(), EntityBytes.of(entity))).isEqualTo(entity);
            assertThat(EntityBytes.of(entity.type(), EntityBytes.of(placed))).isEqualTo(placed);
        }
        assertThat(types).hasSizeGreaterThan(8);
    }

    @Test
    void everyKindOfValueComesBack() {
        Catalog catalog = Catalog.forVersion(KongVersion.parse("2.8.5"));
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("z", Value.NULL);
        members.put("\u0000 ü \ud83d\ude00", Value.text("x".repeat(70_000)));
        members.put("n", new Value.Sequence(new ArrayList<>(List.of(Value.whole(Long.MIN_VALUE), Value.truth(false)))));
        members.put("f", new Value.Fraction(0.1));
        members.put("e", new Value.Mapping(Map.of()));
        Entity plugin = Entity.builder(catalog.entityType("plugins").orElseThrow())
                .put("id", Value.text("99999999-0000-4000-8000-000000000002"))
                .put("enabled", Value.truth(true))
                .put("config", new Value.Mapping(members))
                .build();

        assertThat(EntityBytes.of(plugin.type(), EntityBytes.of(plugin))).isEqualTo(plugin);
    }
}
