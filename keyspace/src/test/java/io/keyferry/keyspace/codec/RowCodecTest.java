package io.keyferry.keyspace.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.ScratchKeyspace;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.sample.SampleKeyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The law decode(encode(e)) = e on real Cassandra, and what breaks it. */
final class RowCodecTest {
    private static final Catalog OLD = catalog("2.0.5");
    private static final Catalog NEW = catalog("2.8.5");
    private static final String ID = "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b";
    /** How late a busy machine may write and read; nothing in the sample expires this soon. */
    private static final long PATIENCE = 120;

    private static ScratchKeyspace old;
    private static ScratchKeyspace latest;

    @BeforeAll
    static void create() {
        old = new ScratchKeyspace(OLD, tables(OLD));
        latest = new ScratchKeyspace(NEW, tables(NEW));
    }

    @AfterAll
    static void drop() {
        old.close();
        latest.close();
    }

    private static Catalog catalog(String version) {
        return Catalog.forVersion(KongVersion.parse(version));
    }

    private static List<String> tables(Catalog catalog) {
        return types(catalog).stream().map(type -> type.table().name()).toList();
    }

    /** The types whose rows have a key of their own; others are counted or derived. */
    private static List<EntityType> types(Catalog catalog) {
        return catalog.entityTypes().stream()
                .filter(type -> !type.name().equals("tags") && !type.name().equals("ratelimiting_metrics"))
                .toList();
    }

    private static ScratchKeyspace keyspace(String version) {
        return version.startsWith("2.0") ? old : latest;
    }

    private static void empty(ScratchKeyspace keyspace, EntityType type) {
        keyspace.session().execute("TRUNCATE " + keyspace.table(type.table().name()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.5", "2.8.5"})
    void everyEntityOfTheSampleIsReadAsItWasWritten(String version) {
        ScratchKeyspace keyspace = keyspace(version);
        Catalog catalog = catalog(version);
        long now = Instant.now().getEpochSecond();
        SampleKeyspace sample = new SampleKeyspace(catalog, 0, 7, Instant.ofEpochSecond(now));
        if (catalog.hasWorkspaces()) {
            sample = sample.inWorkspace(Hostile.WORKSPACE);
        }
        for (EntityType type : types(catalog)) {
            List<Entity> entities = new ArrayList<>();
            sample.forEach(type, entities::add);
            empty(keyspace, type);
            keyspace.write(entities, Nulls.WRITTEN, now);

            requireSame(keyspace.read(type.name()), entities);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.5", "2.8.5"})
    void everyValueThatAColumnCanHoldIsReadAsItWasWritten(String version) {
        long seed = 20_260_801L;
        System.out.println("seed " + seed);
        ScratchKeyspace keyspace = keyspace(version);
        Catalog catalog = catalog(version);
        Hostile hostile = new Hostile(seed);
        for (EntityType type : types(catalog)) {
            List<Entity> entities = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                entities.add(hostile.entity(type, catalog.hasWorkspaces()));
            }
            empty(keyspace, type);
            keyspace.write(entities, Nulls.UNSET, 0);

            requireSame(keyspace.read(type.name()), entities);
        }
    }

    private static void requireSame(List<Entity> read, List<Entity> written) {
        Map<String, Entity> byId = new HashMap<>();
        read.forEach(entity -> byId.put(entity.key().id(), Hostile.inOneOrder(entity)));
        assertThat(byId).hasSameSizeAs(written);
        for (Entity entity : written) {
            assertThat(byId).containsKey(entity.key().id());
            Entity found = requireNonNull(byId.get(entity.key().id()));
            Entity wanted = Hostile.inOneOrder(entity);
            for (Field field : entity.type().fields()) {
                assertThat(found.value(field))
                        .as("%s, field %s", entity.key(), field.name())
                        .isEqualTo(wanted.value(field));
            }
            assertThat(found.workspace()).as("%s", entity.key()).isEqualTo(wanted.workspace());
            requireSameExpiry(found.expiresAt(), wanted.expiresAt());
        }
    }

    private static void requireSameExpiry(OptionalLong found, OptionalLong wanted) {
        assertThat(found.isPresent()).isEqualTo(wanted.isPresent());
        if (wanted.isPresent()) {
            assertThat(found.getAsLong()).isBetween(wanted.getAsLong() - 1, wanted.getAsLong() + PATIENCE);
        }
    }

    @Test
    void anEmptyCollectionIsNull() {
        Entity route = entity(NEW, "routes")
                .put("hosts", new Value.Sequence(List.of()))
                .put("methods", new Value.Sequence(List.of()))
                .put("headers", new Value.Mapping(Map.of()))
                .put("sources", new Value.Sequence(List.of()))
                .build();
        Entity found = written(latest, route);

        assertThat(List.of("hosts", "methods", "headers", "sources"))
                .allSatisfy(field -> assertThat(found.value(field)).isEqualTo(Value.NULL));
    }

    @Test
    void anEmptyRecordStaysOne() {
        Entity plugin = entity(NEW, "plugins")
                .put("name", Value.text("correlation-id"))
                .put("config", new Value.Mapping(Map.of()))
                .build();

        assertThat(written(latest, plugin).value("config")).isEqualTo(new Value.Mapping(Map.of()));
    }

    @Test
    void nullReplacesWhatARowHeldOnlyWhereAsked() {
        Entity full = entity(NEW, "consumers")
                .put("username", Value.text("jo"))
                .put("custom_id", Value.text("7"))
                .build();
        Entity bare = full.toBuilder().put("custom_id", Value.NULL).build();
        written(latest, full);
        latest.write(List.of(bare), Nulls.UNSET, 0);
        assertThat(found(latest, "consumers").text("custom_id")).contains("7");

        latest.write(List.of(bare), Nulls.WRITTEN, 0);
        assertThat(found(latest, "consumers").value("custom_id")).isEqualTo(Value.NULL);
    }

    @Test
    void fieldsThatARowLacksTakeTheirDefaultsWhereTheyAreRequired() {
        empty(latest, latest.type("services"));
        latest.session()
                .execute(
                        "INSERT INTO " + latest.table("services")
                                + " (partition, id, host) VALUES ('services', ?, 'h')",
                        UUID.fromString(ID));
        Entity found = found(latest, "services");

        assertThat(found.value("enabled")).isEqualTo(Value.truth(true));
        assertThat(found.value("port")).isEqualTo(Value.whole(80));
        assertThat(found.value("name")).isEqualTo(Value.NULL);
    }

    @Test
    void theOwnWorkspaceIsPutBeforeUniqueValuesAndTakenAway() {
        Entity consumer = entity(NEW, "consumers")
                .put("username", Value.text("jo"))
                .workspace(Hostile.WORKSPACE)
                .build();

        assertThat(written(latest, consumer).text("username")).contains("jo");
        assertThat(latest.row("SELECT username, ws_id FROM " + latest.table("consumers"))
                        .getString(0))
                .isEqualTo(Hostile.WORKSPACE + ":jo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "ffffffff-0000-4000-8000-00000000cafe:another's",
                "123456789012345678901234567890123456:a colon in the 37th place",
                "5ca1ab1e-0000-4000-8000-00000000cafe"
            })
    void aValueWithoutTheOwnPrefixIsTakenAsItIs(String stored) {
        empty(latest, latest.type("consumers"));
        latest.session()
                .execute(
                        "INSERT INTO " + latest.table("consumers") + " (id, ws_id, username) VALUES (?, ?, ?)",
                        UUID.fromString(ID),
                        Hostile.WORKSPACE,
                        stored);

        assertThat(found(latest, "consumers").text("username")).contains(stored);
    }

    @Test
    void thereIsNoPrefixBeforeKong21() {
        String looksPrefixed = Hostile.WORKSPACE + ":jo";
        Entity consumer = entity(OLD, "consumers")
                .put("username", Value.text(looksPrefixed))
                .build();

        assertThat(written(old, consumer).text("username")).contains(looksPrefixed);
        assertThat(old.row("SELECT username FROM " + old.table("consumers")).getString(0))
                .isEqualTo(looksPrefixed);
    }

    @Test
    void snisAreUniqueInTheWholeKeyspaceSoHaveNoPrefix() {
        Entity sni = entity(NEW, "snis")
                .put("name", Value.text("*.example.com"))
                .workspace(Hostile.WORKSPACE)
                .build();
        written(latest, sni);

        assertThat(latest.row("SELECT name FROM " + latest.table("snis")).getString(0))
                .isEqualTo("*.example.com");
    }

    @Test
    void thePartitionIsTheTablesName() {
        for (String type : List.of("services", "routes", "certificates", "ca_certificates", "snis")) {
            written(latest, entity(NEW, type).build());
            assertThat(latest.row("SELECT \"partition\" FROM " + latest.table(type))
                            .getString(0))
                    .isEqualTo(type);
        }
    }

    @Test
    void aTargetsCreationKeepsItsMilliseconds() {
        Entity target = entity(OLD, "targets")
                .put("created_at", Value.number(1_600_000_000.123))
                .build();

        assertThat(written(old, target).value("created_at")).isEqualTo(Value.number(1_600_000_000.123));
        assertThat(old.row("SELECT created_at FROM " + old.table("targets")).getInstant(0))
                .isEqualTo(Instant.ofEpochMilli(1_600_000_000_123L));
    }

    @Test
    void aServicesCreationIsInWholeSeconds() {
        empty(latest, latest.type("services"));
        latest.session()
                .execute(
                        "INSERT INTO " + latest.table("services")
                                + " (partition, id, created_at) VALUES ('services', ?, ?)",
                        UUID.fromString(ID),
                        Instant.ofEpochMilli(1_600_000_000_999L));

        assertThat(found(latest, "services").value("created_at")).isEqualTo(Value.whole(1_600_000_000));
    }

    @Test
    void ofCellsThatExpireAtOtherTimesTheLastCounts() {
        String table = latest.table("keyauth_credentials");
        empty(latest, latest.type("keyauth_credentials"));
        long now = Instant.now().getEpochSecond();
        UUID id = UUID.fromString(ID);
        latest.session()
                .execute(
                        "INSERT INTO " + table + " (id, key, created_at) VALUES (?, 'k', ?) USING TTL 1000",
                        id,
                        Instant.now());
        latest.session().execute("UPDATE " + table + " USING TTL 5000 SET key = 'k2' WHERE id = ?", id);
        latest.session().execute("UPDATE " + table + " SET consumer_id = ? WHERE id = ?", id, id);

        assertThat(found(latest, "keyauth_credentials").expiresAt().orElseThrow())
                .isBetween(now + 4_999, now + 5_000 + PATIENCE);
    }

    @Test
    void aRowThatDoesNotExpireHasNoExpiry() {
        assertThat(written(latest, entity(NEW, "keyauth_credentials").build()).expiresAt())
                .isEmpty();
    }

    @Test
    void saysWhatIsNotJsonAndKeepsItToItself() {
        empty(latest, latest.type("plugins"));
        latest.session()
                .execute(
                        "INSERT INTO " + latest.table("plugins") + " (id, name, config) VALUES (?, 'acl', ?)",
                        UUID.fromString(ID),
                        "hunter2 is no JSON");

        assertThat(latest.read("plugins").get(0).unreadable().orElseThrow())
                .contains("table plugins", "row " + ID, "column config", "Mend the row")
                .doesNotContain("hunter2");
        empty(latest, latest.type("plugins"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": hunter2}", "{\"a\": 1} hunter2", "{\"hunter2", "", "[1,]"})
    void saysAllKindsOfBrokenJson(String config) {
        empty(latest, latest.type("plugins"));
        latest.session()
                .execute(
                        "INSERT INTO " + latest.table("plugins") + " (id, name, config) VALUES (?, 'acl', ?)",
                        UUID.fromString(ID),
                        config);

        assertThat(latest.read("plugins").get(0).unreadable().orElseThrow())
                .contains("column config")
                .doesNotContain("hunter2");
        empty(latest, latest.type("plugins"));
    }

    @Test
    void readsATableThatLacksColumns() {
        Catalog catalog = NEW;
        try (ScratchKeyspace upgraded = new ScratchKeyspace(catalog, List.of("consumers"))) {
            upgraded.session().execute("ALTER TABLE " + upgraded.table("consumers") + " DROP custom_id");
            upgraded.session().execute("ALTER TABLE " + upgraded.table("consumers") + " ADD extra text");
            upgraded.session()
                    .execute(
                            "INSERT INTO " + upgraded.table("consumers")
                                    + " (id, username, extra) VALUES (?, 'jo', 'x')",
                            UUID.fromString(ID));
            Entity found = upgraded.read("consumers").get(0);

            assertThat(found.text("username")).contains("jo");
            assertThat(found.value("custom_id")).isNull();
        }
    }

    private static Entity.Builder entity(Catalog catalog, String type) {
        EntityType entityType = catalog.entityType(type).orElseThrow();
        return Entity.builder(entityType).put(entityType.primaryKey(), Value.text(ID));
    }

    /** The entity as it is read after it was written into the empty table. */
    private static Entity written(ScratchKeyspace keyspace, Entity entity) {
        empty(keyspace, entity.type());
        keyspace.write(List.of(entity), Nulls.WRITTEN, 0);
        return found(keyspace, entity.type().name());
    }

    private static Entity found(ScratchKeyspace keyspace, String type) {
        List<Entity> found = keyspace.read(type);
        assertThat(new LinkedHashSet<>(found)).hasSize(1);
        return found.get(0);
    }
}
