package io.keyferry.keyspace.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.rehearsal.RecordedCases;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cache keys as real Kong wrote them. */
final class CacheKeyTest {
    private static final UUID WORKSPACE = UUID.fromString("a36f235f-5e7f-47cf-82ec-e39393813484");
    private static final String CONSUMER = "c236fc13-3a9f-50a6-a97d-ed8731514eff";

    @ParameterizedTest
    @CsvSource({
        "2.0.5, 2.0.5/sample/db, plugins",
        "2.0.5, 2.0.5/sample/db, acls",
        "2.8.5, 2.8.5/extras/db, plugins",
        "2.8.5, 2.8.5/extras/db, acls",
        "2.8.5, upgrade-in-place/2.0.5-to-2.8.5/db-after-finish, plugins",
        "2.8.5, upgrade-in-place/2.0.5-to-2.8.5/db-after-finish, acls",
    })
    void areThoseThatKongWrote(String version, String recorded, String name) {
        RecordedKeyspace keyspace =
                RecordedKeyspace.of(RecordedCases.directory().resolve(recorded));
        EntityType type = type(version, name);
        List<RecordedRow> rows = keyspace.rows().getOrDefault(type.table().name(), List.of());
        assertThat(rows).isNotEmpty();
        for (RecordedRow row : rows) {
            Entity.Builder entity = Entity.builder(type);
            for (Field field : type.fields()) {
                JsonNode value = row.values().get(field.column());
                if (value != null && value.isTextual() && !field.name().equals("config")) {
                    entity.put(field, Value.of(value));
                }
            }
            JsonNode workspace = row.values().get("ws_id");
            if (workspace != null) {
                entity.workspace(UUID.fromString(workspace.asText()));
            }
            assertThat(codec(type).cacheKey(entity.build()))
                    .isEqualTo(requireNonNull(row.values().get("cache_key")).asText());
        }
    }

    @Test
    void ofTargetsHasUpstreamAndTargetFromKong30() {
        Entity target = Entity.builder(type("3.3.1", "targets"))
                .put("upstream", Value.text(CONSUMER))
                .put("target", Value.text("10.0.0.1:80"))
                .workspace(WORKSPACE)
                .build();
        assertThat(codec(target.type()).cacheKey(target))
                .isEqualTo("targets:" + CONSUMER + ":10.0.0.1:80::::" + WORKSPACE);
    }

    @Test
    void ofKeysIsShortAndWithoutWorkspace() {
        Entity key = Entity.builder(type("3.3.1", "keys"))
                .put("kid", Value.text("k1"))
                .put("set", Value.text(CONSUMER))
                .workspace(WORKSPACE)
                .build();
        assertThat(codec(key.type()).cacheKey(key)).isEqualTo("keys:k1:" + CONSUMER);
        assertThat(codec(key.type())
                        .cacheKey(key.toBuilder().put("set", Value.NULL).build()))
                .isEqualTo("keys:k1:");
    }

    private static EntityType type(String version, String name) {
        return Catalog.forVersion(KongVersion.parse(version)).entityType(name).orElseThrow();
    }

    private static RowCodec codec(EntityType type) {
        return RowCodec.of(
                type,
                type.table().columns().stream().map(TableLayout.Column::name).collect(Collectors.toSet()));
    }
}
