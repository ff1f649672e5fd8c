package io.keyferry.keyspace.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.ScratchKeyspace;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions computed from keys alone are those by which Cassandra orders rows, and ranges of them can be read alone. */
final class RowOrderTest {
    private static final Catalog CATALOG = Catalog.forVersion(KongVersion.parse("2.8"));
    private static final int ROWS = 400;
    private static final int BITS = 8;

    private static ScratchKeyspace keyspace;

    @BeforeAll
    static void write() {
        keyspace = new ScratchKeyspace(CATALOG, List.of("consumers", "services"));
        Random random = new Random(1);
        for (int i = 0; i < ROWS; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            // Of every version, and of none: version 0 and the nil id too.
            UUID versioned = i == 0
                    ? new UUID(0, 0)
                    : new UUID(
                            (id.getMostSignificantBits() & ~0xf000L) | ((i % 16L) << 12), id.getLeastSignificantBits());
            keyspace.session().execute("INSERT INTO " + keyspace.table("consumers") + " (id) VALUES (?)", versioned);
            keyspace.session()
                    .execute(
                            "INSERT INTO " + keyspace.table("services") + " (partition, id) VALUES ('services', ?)",
                            versioned);
        }
    }

    @AfterAll
    static void drop() {
        keyspace.close();
    }

    private static long position(Entity entity) {
        return RowOrder.of(entity.type()).position(entity.type(), entity.key().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumers", "services"})
    void rowsComeInTheOrderOfTheirPositions(String type) {
        List<Entity> rows = keyspace.read(type);

        assertThat(rows).hasSize(ROWS);
        assertThat(rows.stream().map(RowOrderTest::position).toList()).isSortedAccordingTo(Long::compareUnsigned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumers", "services"})
    void everyRowIsInTheRangeOfItsPositionAndInNoOther(String type) {
        TableScan scan = keyspace.scan(type);
        Set<String> read = new HashSet<>();
        for (int range = 0; range < 1 << BITS; range++) {
            long from = (long) range << (Long.SIZE - BITS);
            OptionalLong before = range == (1 << BITS) - 1
                    ? OptionalLong.empty()
                    : OptionalLong.of((range + 1L) << (Long.SIZE - BITS));
            int number = range;
            scan.read(scan.order().slice(from, before), Step.VERIFY, TransferListener.NONE, entity -> {
                assertThat(position(entity) >>> (Long.SIZE - BITS)).isEqualTo(number);
                assertThat(read.add(entity.key().id())).isTrue();
            });
        }
        assertThat(read).hasSize(ROWS);
    }

    @Test
    void aKeyOfTextHasTheTokenOfItsBytes() {
        EntityType parameters = CATALOG.entityType("parameters").orElseThrow();
        keyspace.session().execute("CREATE TABLE " + keyspace.table("keys_of_text") + " (key text PRIMARY KEY)");
        for (String key : List.of("cluster_id", "Grüße", "a:b")) {
            keyspace.session().execute("INSERT INTO " + keyspace.table("keys_of_text") + " (key) VALUES (?)", key);
            long token = keyspace.row(
                            "SELECT token(key) FROM " + keyspace.table("keys_of_text") + " WHERE key = ?", key)
                    .getLong(0);
            assertThat(RowOrder.RING.position(parameters, key) ^ Long.MIN_VALUE)
                    .as(key)
                    .isEqualTo(token);
        }
    }
}
