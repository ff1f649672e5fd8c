package io.keyferry.verifier.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.verifier.verify.TwoKeyspaces.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of many rows with one difference, one bucket is read again and no more. {@code -Dkeyferry.rows=1000000} for a large
 * table.
 */
@Tag("damages")
final class ManyRowsTest {
    private static final int ROWS = Integer.getInteger("keyferry.rows", 20_000);
    private static final int CHUNK = 10_000;
    /** A bucket's rows on both sides, as many as the depth of the tree allows and what chance adds. */
    private static final int MOST_AGAIN = 2 * 4_096 + 2_000;

    @ParameterizedTest
    @ValueSource(strings = {"consumers", "services"})
    void readsOneBucketAgain(String type) {
        Random random = new Random(3);
        EntityType entityType = Population.CATALOG.entityType(type).orElseThrow();
        String name = type.equals("consumers") ? "username" : "name";
        int rows = type.equals("consumers") ? ROWS : Math.min(ROWS, 20_000);
        try (TwoKeyspaces keyspaces = new TwoKeyspaces(Population.CATALOG, List.of(type))) {
            List<Entity> chunk = List.of();
            for (int from = 0; from < rows; from += CHUNK) {
                chunk = new ArrayList<>();
                for (int i = from; i < Math.min(rows, from + CHUNK); i++) {
                    chunk.add(Entity.builder(entityType)
                            .put("id", Population.id(random))
                            .put(name, Value.text("row-" + i))
                            .put("created_at", Value.whole(1_600_000_000 + i))
                            .workspace(TwoKeyspaces.WORKSPACE)
                            .build());
                }
                keyspaces.writeBoth(chunk);
            }
            Entity last = chunk.get(chunk.size() - 1);
            keyspaces.writeTarget(List.of(
                    last.toBuilder().put("created_at", Value.whole(4711)).build()));
            Found found = keyspaces.verify();

            assertThat(found.differences()).hasSize(1);
            assertThat(found.differences().get(0).id()).isEqualTo(last.key().id());
            assertThat(found.differences().get(0).fields()).containsOnlyKeys("created_at");
            Proof proof = found.result().proof();
            assertThat(proof.bucketsReadAgain()).isEqualTo(1);
            assertThat(proof.rowsReadAgain()).isPositive().isLessThan(MOST_AGAIN);
            assertThat(proof.selfTested()).isEqualTo(SelfTest.ROWS);
            assertThat(found.result().types().stream()
                            .filter(one -> one.type().equals(type))
                            .findFirst()
                            .orElseThrow()
                            .matched())
                    .isEqualTo(rows - 1L);
        }
    }
}
