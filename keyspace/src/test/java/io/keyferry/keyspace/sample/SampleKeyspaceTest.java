package io.keyferry.keyspace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleKeyspaceTest {
    private static final Instant NOW = Instant.parse("2024-05-01T12:00:00.789Z");
    private static final long SEED = 42;
    private static final UUID WORKSPACE = UUID.fromString("0e7c5f1a-3a5e-4c52-9a53-6d2b6d7c1f10");
    private static final int SOME_THOUSANDS = 5_000;

    /** Types that hold no content of the user's. */
    private static final Set<String> LEFT_OUT =
            Set.of("cluster_ca", "parameters", "ratelimiting_metrics", "tags", "workspaces");

    static Stream<Catalog> catalogs() {
        return Catalog.known().stream().map(KongVersion::line).map(SampleKeyspaceTest::catalog);
    }

    private static Catalog catalog(String line) {
        return Catalog.forVersion(KongVersion.parse(line));
    }

    private static SampleKeyspace sample(Catalog catalog, long entities) {
        SampleKeyspace sample = new SampleKeyspace(catalog, entities, SEED, NOW);
        return catalog.hasWorkspaces() ? sample.inWorkspace(WORKSPACE) : sample;
    }

    private static List<Entity> entities(SampleKeyspace sample) {
        List<Entity> entities = new ArrayList<>();
        sample.forEach(entities::add);
        return entities;
    }

    @Test
    void theCoreOfAnOldKeyspaceHasAllTypes() {
        assertThat(sample(catalog("2.0"), 0).counts())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("ca_certificates", 3L),
                        Map.entry("certificates", 5L),
                        Map.entry("consumers", 36L),
                        Map.entry("services", 11L),
                        Map.entry("routes", 18L),
                        Map.entry("plugins", 69L),
                        Map.entry("snis", 5L),
                        Map.entry("upstreams", 7L),
                        Map.entry("targets", 14L),
                        Map.entry("acls", 6L),
                        Map.entry("acme_storage", 4L),
                        Map.entry("basicauth_credentials", 4L),
                        Map.entry("hmacauth_credentials", 3L),
                        Map.entry("jwt_secrets", 5L),
                        Map.entry("keyauth_credentials", 8L),
                        Map.entry("oauth2_credentials", 3L),
                        Map.entry("oauth2_authorization_codes", 3L),
                        Map.entry("oauth2_tokens", 4L),
                        Map.entry("sessions", 3L)));
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everyTypeAndEveryBundledPluginIsThere(Catalog catalog) {
        List<Entity> core = sample(catalog, 0).core();
        Set<String> expected = new HashSet<>();
        catalog.entityTypes().forEach(type -> expected.add(type.name()));
        expected.removeAll(LEFT_OUT);
        assertThat(new HashSet<>(
                        core.stream().map(entity -> entity.type().name()).toList()))
                .isEqualTo(expected);
        assertThat(core.stream()
                        .filter(entity -> entity.type().name().equals("plugins"))
                        .map(entity -> entity.text("name").orElseThrow())
                        .distinct()
                        .sorted())
                .isEqualTo(catalog.plugins().stream().map(PluginSchema::name).toList());
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everyFieldAndEveryConfigurationKeyIsUsed(Catalog catalog) {
        Coverage coverage = new Coverage(catalog);
        sample(catalog, 0).core().forEach(coverage::add);
        assertThat(coverage.missing(LEFT_OUT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 211, 212, 213, 230, 312, 1_000, 12_345})
    void countsAreKnownUpFront(long entities) {
        SampleKeyspace sample = sample(catalog("2.0"), entities);
        Map<String, Long> counted = new HashMap<>();
        sample.forEach(entity -> counted.merge(entity.type().name(), 1L, Long::sum));
        assertThat(counted).isEqualTo(sample.counts());
        assertThat(sample.size()).isEqualTo(Math.max(entities, sample.core().size()));
    }

    @Test
    void hundredMillionEntitiesAddUp() {
        assertThat(sample(catalog("2.0"), 100_000_000).size()).isEqualTo(100_000_000);
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void theSameArgumentsGiveTheSameEntities(Catalog catalog) {
        assertThat(entities(sample(catalog, SOME_THOUSANDS))).isEqualTo(entities(sample(catalog, SOME_THOUSANDS)));
    }

    @Test
    void aLargerSampleContainsTheSameCore() {
        SampleKeyspace large = sample(catalog("2.0"), SOME_THOUSANDS);
        assertThat(large.core()).isEqualTo(entities(sample(catalog("2.0"), 0)));
        assertThat(entities(large)).containsAll(large.core());
    }

    @Test
    void anotherSeedGivesOtherIds() {
        List<Entity> entities = entities(sample(catalog("2.0"), SOME_THOUSANDS));
        List<Entity> others = entities(new SampleKeyspace(catalog("2.0"), SOME_THOUSANDS, SEED + 1, NOW));
        long same = 0;
        for (int i = 0; i < entities.size(); i++) {
            same += entities.get(i).key().equals(others.get(i).key()) ? 1 : 0;
        }
        assertThat(same).as("ids of version 5 are of names").isBetween(entities.size() / 5L, entities.size() / 3L);
    }

    @Test
    void idsAreOfVersions4And5() {
        Map<Integer, Long> versions = new HashMap<>();
        sample(catalog("2.0"), SOME_THOUSANDS)
                .forEach(entity ->
                        versions.merge(UUID.fromString(entity.key().id()).version(), 1L, Long::sum));
        assertThat(versions).containsOnlyKeys(4, 5);
        assertThat(versions.get(5)).isGreaterThan(SOME_THOUSANDS / 10L);
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everyEntityIsValidInItsVersion(Catalog catalog) {
        Validity validity = new Validity(catalog);
        sample(catalog, SOME_THOUSANDS).forEach(validity::check);
        assertThat(validity.violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void idsAreUniqueAndParentsComeFirst(Catalog catalog) {
        Set<String> known = new HashSet<>();
        List<String> types =
                catalog.entityTypes().stream().map(EntityType::name).toList();
        int[] last = {0};
        sample(catalog, SOME_THOUSANDS).forEach(entity -> {
            int position = types.indexOf(entity.type().name());
            assertThat(position).as("document order").isGreaterThanOrEqualTo(last[0]);
            last[0] = position;
            for (Field field : entity.type().fields()) {
                if (field.type() == FieldType.FOREIGN && entity.value(field) instanceof Value.Text id) {
                    assertThat(known)
                            .as("%s.%s", entity, field.name())
                            .contains(field.schema().reference() + " " + id.value());
                }
            }
            assertThat(known.add(entity.key().toString())).as("%s", entity).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void uniqueValuesAndCacheKeysAreUnique(Catalog catalog) {
        Set<List<Object>> seen = new HashSet<>();
        sample(catalog, SOME_THOUSANDS).forEach(entity -> {
            EntityType type = entity.type();
            for (Field field : type.fields()) {
                if (field.schema().unique() && entity.value(field) instanceof Value.Text text) {
                    assertThat(seen.add(List.of(type, field.name(), text)))
                            .as("%s.%s %s", type, field.name(), text)
                            .isTrue();
                }
            }
            if (type.cacheKey().size() > 1) {
                List<Object> key = new ArrayList<>(List.of(type));
                type.cacheKey().forEach(name -> key.add(entity.value(type.requiredField(name)) + ""));
                assertThat(seen.add(key)).as("%s", key).isTrue();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void entitiesAreInTheWorkspaceWhereTheirTypeIsInOne(Catalog catalog) {
        sample(catalog, SOME_THOUSANDS)
                .forEach(entity -> assertThat(entity.workspace().isPresent())
                        .as("%s", entity)
                        .isEqualTo(entity.type().workspaceable()));
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void pluginConfigurationsAreComplete(Catalog catalog) {
        sample(catalog, 1_000).forEach(entity -> {
            if (entity.type().name().equals("plugins")) {
                FieldSchema config = catalog.plugin(entity.text("name").orElseThrow())
                        .orElseThrow()
                        .config();
                assertComplete(entity.value("config"), config, entity.toString());
            }
        });
    }

    private static void assertComplete(@Nullable Value value, FieldSchema schema, String path) {
        if (schema.type() == FieldType.RECORD && value instanceof Value.Mapping record) {
            assertThat(record.values().keySet())
                    .as(path)
                    .containsExactlyElementsOf(
                            schema.fields().stream().map(FieldSchema::name).toList());
            schema.fields()
                    .forEach(field ->
                            assertComplete(record.values().get(field.name()), field, path + "." + field.name()));
        }
    }

    @Test
    void nothingIsHeldThatCassandraCannotKeep() {
        sample(catalog("2.0"), SOME_THOUSANDS).forEach(entity -> {
            for (Field field : entity.type().fields()) {
                if (entity.value(field) instanceof Value.Sequence sequence) {
                    assertThat(sequence.values())
                            .as("%s.%s", entity, field.name())
                            .isNotEmpty()
                            .doesNotHaveDuplicates();
                    if (field.cqlType().equals("set<text>")) {
                        assertThat(sequence.values())
                                .isSortedAccordingTo(Comparator.comparing(SampleKeyspaceTest::inBytes));
                    }
                }
            }
        });
    }

    /** Latin-1 of the UTF-8 bytes compares as the bytes do. */
    private static String inBytes(Value value) {
        String text = value instanceof Value.Text plain ? plain.value() : JsonText.print(value);
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The codec brings the two in line on reading; what is not would come back changed. */
    @Test
    void hashOnAndAlgorithmOfUpstreamsAgree() {
        assertThat(sample(catalog("2.0"), 0).core())
                .filteredOn(entity -> entity.type().name().equals("upstreams"))
                .extracting(entity -> entity.text("hash_on").orElse("null") + " "
                        + entity.text("algorithm").orElse("null"))
                .containsExactlyInAnyOrder(
                        "header consistent-hashing",
                        "none least-connections",
                        "consumer consistent-hashing",
                        "ip consistent-hashing",
                        "cookie consistent-hashing",
                        "none round-robin",
                        "null null");
    }

    @Test
    void passwordsAreHashedAsKongHashesThem() {
        assertThat(Ids.hashed("wonderland", "9b9f1d2c-1111-4222-8333-444455556666"))
                .isEqualTo("4e4a7bc6317d56ce6021144a71f1311ee4fc79d0");
    }

    @Test
    void expiriesCountFromNow() {
        List<OptionalLong> expiries = entities(sample(catalog("2.0"), SOME_THOUSANDS)).stream()
                .filter(entity -> entity.type().ttlColumn().isPresent())
                .map(Entity::expiresAt)
                .toList();
        long now = NOW.getEpochSecond();
        assertThat(expiries.stream().flatMapToLong(OptionalLong::stream))
                .hasSizeGreaterThan(40)
                .allSatisfy(expiry -> assertThat(expiry).isBetween(now + 60, now + 100_000_000));
        assertThat(expiries).contains(OptionalLong.empty(), OptionalLong.of(now + 3_600));
        assertThat(entities(sample(catalog("2.0"), SOME_THOUSANDS)).stream()
                        .filter(entity -> entity.type().ttlColumn().isEmpty()))
                .allSatisfy(entity -> assertThat(entity.expiresAt()).isEmpty());
    }

    @Test
    void aTenthOfTheFillingIsTagged() {
        long tagged = entities(sample(catalog("2.0"), SOME_THOUSANDS)).stream()
                .filter(entity -> entity.value("tags") instanceof Value.Sequence tags
                        && tags.values().contains(Value.text("bulk")))
                .count();
        assertThat(tagged).isBetween(SOME_THOUSANDS / 11L, SOME_THOUSANDS / 10L);
    }

    @Test
    void tagsBeyondAsciiAppearWhereKongTakesThem() {
        assertThat(tags("2.3")).isNotEmpty().allMatch(tag -> tag.matches("[A-Za-z0-9.\\-_~]+"));
        assertThat(tags("2.4")).contains("信頼", "straße", "prod");
    }

    private static Set<String> tags(String line) {
        Set<String> tags = new TreeSet<>();
        for (Entity entity : sample(catalog(line), 0).core()) {
            if (entity.value("tags") instanceof Value.Sequence sequence) {
                sequence.values().forEach(tag -> tags.add(((Value.Text) tag).value()));
            }
        }
        return tags;
    }

    @Test
    void oneConfigurationIsLong() {
        assertThat(sample(catalog("2.0"), 0).core())
                .anyMatch(entity -> entity.value("config") instanceof Value.Mapping config
                        && JsonText.print(config).length() > 100_000);
    }

    @Test
    void theTargetsOfOldVersionsHaveAHistory() {
        assertThat(targets("2.0")).isEqualTo(targets("2.1")).hasSize(14);
        assertThat(new HashSet<>(targets("2.0"))).hasSize(9);
        assertThat(targets("2.2")).hasSize(9).doesNotHaveDuplicates();
    }

    private static List<String> targets(String line) {
        return sample(catalog(line), 0).core().stream()
                .filter(entity -> entity.type().name().equals("targets"))
                .map(entity -> entity.text("upstream").orElseThrow() + " "
                        + entity.text("target").orElseThrow())
                .toList();
    }

    /** A key that no version knows would be dropped without a word. */
    @Test
    void theFileOfTheCoreHasNoKeyThatNoVersionKnows() {
        CoreReader.FILES.stream()
                .map(CoreReader::load)
                .flatMap(file -> file.properties().stream())
                .forEach(ofType -> {
                    for (JsonNode entry : ofType.getValue()) {
                        entry.fieldNames()
                                .forEachRemaining(key -> assertThat(key.startsWith("$")
                                                || catalogs()
                                                        .anyMatch(catalog -> catalog.entityType(ofType.getKey())
                                                                .flatMap(type -> type.field(key))
                                                                .isPresent()))
                                        .as("%s.%s", ofType.getKey(), key)
                                        .isTrue());
                        if (!ofType.getKey().equals("plugins")) {
                            continue;
                        }
                        entry.path("config")
                                .fieldNames()
                                .forEachRemaining(key -> assertThat(catalogs()
                                                .anyMatch(catalog -> catalog.plugin(entry.path("name")
                                                                .asText())
                                                        .flatMap(plugin ->
                                                                plugin.config().field(key))
                                                        .isPresent()))
                                        .as("%s config.%s", entry.path("name"), key)
                                        .isTrue());
                    }
                });
    }

    @Test
    void everyRuleFiresOnTheWayTo28AndTheResultIsValidThere() {
        Upgrade upgrade = new Upgrade(catalog("2.0"), catalog("2.8"), Set.of());
        SampleKeyspace sample = sample(catalog("2.0"), 1_000);
        sample.forEach(entity -> {
            if (entity.type().name().equals("targets")) {
                upgrade.history().add(entity);
            }
        });
        Validity validity = new Validity(catalog("2.8"));
        List<Entity> excluded = new ArrayList<>();
        sample.forEach(entity -> {
            Outcome outcome = upgrade.apply(entity);
            if (outcome instanceof Outcome.Kept kept) {
                validity.check(kept.entity());
            } else if (outcome instanceof Outcome.Excluded why) {
                assertThat(why.reason()).startsWith("T11");
                excluded.add(entity);
            }
        });
        assertThat(excluded).hasSize(5);
        assertThat(upgrade.log().warnings()).isEmpty();
        assertThat(validity.violations()).isEmpty();
        assertThat(upgrade.log().counts().keySet())
                .containsExactly("T1", "T2", "T3", "T5", "T7", "T8", "T11", "T12", "T13", "T15");
    }
}
