package io.keyferry.keyspace.catalog;

import static io.keyferry.keyspace.catalog.Facts.canonical;
import static io.keyferry.keyspace.catalog.Facts.defaultOf;
import static io.keyferry.keyspace.catalog.Facts.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** Holds the catalogue of every version against the facts of that version. */
@ParameterizedClass(name = "Kong {0}")
@FieldSource("VERSIONS")
class CatalogFactsTest {
    static final List<String> VERSIONS = Facts.VERSIONS;

    private static final Set<String> NOT_A_CONSTRAINT = Set.of(
            "name",
            "type",
            "required",
            "default",
            "unique",
            "unique_across_ws",
            "uuid",
            "timestamp",
            "auto",
            "encrypted",
            "elements",
            "keys",
            "values",
            "fields",
            "reference",
            "column",
            "columns",
            "cassandra_type",
            "storage",
            "shorthands",
            "shorthand_fields");

    private final String version;
    private final JsonNode facts;
    private final Catalog catalog;

    CatalogFactsTest(String version) {
        this.version = version;
        this.facts = Facts.of(version).root();
        this.catalog = Catalog.forVersion(KongVersion.parse(version));
    }

    @Test
    void theReleaseReadsAndWritesTheseFormats() {
        assertThat(catalog.version()).hasToString(version);
        JsonNode format = facts.path("format");
        List<String> accepted = format.has("one_of")
                ? texts(format.path("one_of"))
                : List.of(format.path("eq").asText());
        assertThat(catalog.acceptedFormats()).isEqualTo(accepted);
        assertThat(catalog.formatVersion()).isEqualTo(accepted.get(accepted.size() - 1));
    }

    @Test
    void bootstrapWritesAWorkspaceAndAClusterIdWhereTheVersionHasThem() {
        List<String> statements = facts.path("bootstrap_dml").findValuesAsText("statement");
        assertThat(catalog.hasWorkspaces()).isEqualTo(statements.contains("INSERT INTO workspaces"));
        assertThat(catalog.hasClusterId()).isEqualTo(statements.contains("INSERT INTO parameters"));
    }

    @Test
    void tablesAreThoseOfAFreshBootstrap() {
        JsonNode tables = facts.path("tables");
        assertThat(catalog.tables()).extracting(TableLayout::name).containsExactlyInAnyOrderElementsOf(keys(tables));
        for (TableLayout table : catalog.tables()) {
            JsonNode expected = tables.path(table.name());
            Map<String, String> columns = new HashMap<>();
            table.columns().forEach(column -> columns.put(column.name(), column.cqlType()));
            Map<String, String> expectedColumns = new HashMap<>();
            expected.path("columns")
                    .properties()
                    .forEach(column -> expectedColumns.put(
                            column.getKey(), column.getValue().asText().replace(",", ", ")));
            if (table.name().equals("vaults_beta") || table.name().equals("sm_vaults")) {
                // The facts' tables lack it; their entities, Kong's migrations and a real 2.8.5 keyspace have it.
                assertThat(expectedColumns.put("description", "text")).isNull();
            }
            assertThat(columns).as(table.name()).isEqualTo(expectedColumns).hasSameSizeAs(table.columns());
            assertThat(table.partitionKey()).as(table.name()).isEqualTo(texts(expected.path("partition_key")));
            assertThat(table.clusteringKey()).as(table.name()).isEqualTo(texts(expected.path("clustering")));
            List<String> key = new ArrayList<>(table.partitionKey());
            key.addAll(table.clusteringKey());
            assertThat(table.columns()).extracting(TableLayout.Column::name).startsWith(key.toArray(new String[0]));
            Map<String, String> indexes = new HashMap<>();
            table.indexes().forEach(index -> indexes.put(index.name(), index.column()));
            assertThat(indexes).as(table.name()).isEqualTo(textMap(expected.path("indexes")));
            assertThat(table.defaultTtl())
                    .as(table.name())
                    .isEqualTo(expected.path("options")
                            .path("default_time_to_live")
                            .asInt(0));
        }
    }

    @Test
    void everyTableHasAFateWithAReasonThatFitsItsClass() {
        Map<String, Set<TableFate.Kind>> allowed = Map.of(
                "config", Set.of(TableFate.Kind.COPIED, TableFate.Kind.NEVER, TableFate.Kind.BOOTSTRAPPED),
                "state", Set.of(TableFate.Kind.STATE, TableFate.Kind.RUNTIME),
                "runtime", Set.of(TableFate.Kind.RUNTIME, TableFate.Kind.NEVER),
                "derived", Set.of(TableFate.Kind.DERIVED),
                "dead", Set.of(TableFate.Kind.NEVER),
                "schema", Set.of(TableFate.Kind.NEVER),
                "cluster", Set.of(TableFate.Kind.BOOTSTRAPPED),
                "legacy", Set.of(TableFate.Kind.COPIED, TableFate.Kind.NEVER));
        for (TableLayout table : catalog.tables()) {
            assertThat(table.fate().why()).as(table.name()).isNotBlank();
            String words = facts.path("tables").path(table.name()).path("class").asText();
            assertThat(allowed).as(table.name() + " is " + words).anySatisfy((word, kinds) -> {
                assertThat(words).startsWith(word);
                assertThat(kinds).contains(table.fate().kind());
            });
        }
    }

    @Test
    void schemaMetaHasTheRowsOfAFreshBootstrapInTheirOrder() {
        List<Subsystem> expected = new ArrayList<>();
        for (JsonNode row : facts.path("schema_meta")) {
            expected.add(new Subsystem(row.path("subsystem").asText(), texts(row.path("executed"))));
            assertThat(expected.get(expected.size() - 1).lastExecuted())
                    .isEqualTo(row.path("last_executed").asText());
        }
        assertThat(catalog.subsystems()).isEqualTo(expected);
    }

    @Test
    void entitiesAreThoseOfTheVersion() {
        JsonNode entities = facts.path("entities");
        assertThat(catalog.entityTypes())
                .extracting(EntityType::name)
                .containsExactlyInAnyOrderElementsOf(keys(entities));
        for (EntityType type : catalog.entityTypes()) {
            JsonNode expected = entities.path(type.name());
            assertThat(type.table().name())
                    .isEqualTo(expected.path("table_name").asText());
            assertThat(type.table()).isSameAs(catalog.table(type.table().name()).orElseThrow());
            assertThat(type.primaryKey())
                    .isEqualTo(expected.path("primary_key").get(0).asText());
            assertThat(type.cacheKey()).as(type.name()).isEqualTo(texts(expected.path("cache_key")));
            assertThat(type.endpointKey().orElse(null))
                    .as(type.name())
                    .isEqualTo(expected.path("endpoint_key").textValue());
            assertThat(type.workspaceable())
                    .as(type.name())
                    .isEqualTo(expected.path("workspaceable").asBoolean());
            assertThat(type.exportedByKong())
                    .as(type.name())
                    .isEqualTo(expected.path("db_export").asBoolean());
            assertThat(type.core())
                    .as(type.name())
                    .isEqualTo(expected.path("core").asBoolean());
            assertThat(type.table().onePartition())
                    .as(type.name())
                    .isEqualTo(expected.path("partitioned").asBoolean());
            assertChecks(type.name(), type.checks(), expected.path("entity_checks"));
            assertFields(type.name(), type.shorthands(), expected.path("shorthands"));
        }
    }

    @Test
    void timeToLiveIsReadFromTheColumnThatKongReads() {
        Map<String, String> expected = textMap(facts.path("ttl_entities"));
        // Kong's schema says ttl, but the table holds counters, which have none.
        expected.remove("ratelimiting_metrics");
        Map<String, String> actual = new HashMap<>();
        catalog.entityTypes().forEach(type -> type.ttlColumn().ifPresent(column -> actual.put(type.name(), column)));
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void fieldsStandInKongsOrderWithTheirColumns() {
        for (EntityType type : catalog.entityTypes()) {
            JsonNode expected = facts.path("entities").path(type.name()).path("fields");
            assertFields(type.name(), type.fields().stream().map(Field::schema).toList(), expected);
            for (int i = 0; i < expected.size(); i++) {
                Field field = type.fields().get(i);
                String as = type.name() + "." + field.name();
                assertThat(field.ordinal()).isEqualTo(i);
                assertThat(field.column()).as(as).isEqualTo(one(expected.get(i), "column", "columns"));
                assertThat(field.cqlType())
                        .as(as)
                        .isEqualTo(one(expected.get(i), "cassandra_type", "cassandra_type")
                                .replace(",", ", "));
                assertThat(storages(expected.get(i).path("storage").asText()))
                        .as(as)
                        .contains(field.storage());
            }
        }
    }

    @Test
    void exactlyKongsUniqueFieldsCarryTheWorkspacePrefix() {
        Map<String, Set<String>> expected = new HashMap<>();
        facts.path("prefixed_unique_fields")
                .properties()
                .forEach(entry -> expected.put(entry.getKey(), Set.copyOf(texts(entry.getValue()))));
        Map<String, Set<String>> actual = new HashMap<>();
        for (EntityType type : catalog.entityTypes()) {
            List<String> names = type.fields().stream()
                    .filter(field -> field.storage() == Storage.WORKSPACE_PREFIXED)
                    .map(Field::name)
                    .toList();
            if (!names.isEmpty()) {
                actual.put(type.name(), Set.copyOf(names));
            }
        }
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void theDocumentHasKongsOrderWhereKongHasOne() {
        List<String> expected = texts(facts.path("entity_order"));
        List<String> actual =
                catalog.entityTypes().stream().map(EntityType::name).toList();
        if (facts.path("deterministic").asBoolean()) {
            assertThat(actual).isEqualTo(expected);
        } else {
            assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(catalog.entityTypes().stream()
                        .filter(EntityType::exportedByKong)
                        .map(EntityType::name))
                .containsExactlyInAnyOrderElementsOf(texts(facts.path("export_order")));
    }

    @Test
    void pluginsAreThoseBundledWithTheirConfiguration() {
        JsonNode plugins = facts.path("plugins");
        assertThat(catalog.plugins())
                .extracting(PluginSchema::name)
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(keys(plugins));
        for (PluginSchema plugin : catalog.plugins()) {
            JsonNode expected = plugins.path(plugin.name());
            assertThat(expected.path("name").asText()).isEqualTo(plugin.name());
            ObjectNode byName = JsonNodeFactory.instance.objectNode();
            expected.path("fields")
                    .forEach(field -> byName.set(field.path("name").asText(), field));
            JsonNode config = byName.remove("config");
            assertField(plugin.name(), asInFacts(plugin, config), config);
            assertThat(plugin.overrides())
                    .extracting(FieldSchema::name)
                    .containsExactlyInAnyOrderElementsOf(keys(byName));
            for (FieldSchema override : plugin.overrides()) {
                assertField(plugin.name(), override, byName.path(override.name()));
            }
            assertChecks(plugin.name(), plugin.checks(), expected.path("entity_checks"));
            assertShorthands(plugin, config);
        }
    }

    /** A real Kong 2.0.5 has a later release of the acme plugin than the facts of 2.0 and 2.1 say: it keeps these. */
    private static FieldSchema asInFacts(PluginSchema plugin, JsonNode expected) {
        FieldSchema config = plugin.config();
        if (!plugin.name().equals("acme")) {
            return config;
        }
        List<String> known = new ArrayList<>();
        expected.path("fields").forEach(field -> known.add(field.path("name").asText()));
        List<String> later = List.of("eab_kid", "eab_hmac_key", "fail_backoff_minutes");
        return new FieldSchema(
                config.name(),
                config.type(),
                config.required(),
                config.defaultValue(),
                config.unique(),
                config.uniqueAcrossWorkspaces(),
                config.uuid(),
                config.timestamp(),
                config.auto(),
                config.secret(),
                config.elements(),
                config.keys(),
                config.values(),
                config.fields().stream()
                        .filter(field -> known.contains(field.name()) || !later.contains(field.name()))
                        .toList(),
                config.reference(),
                config.constraints());
    }

    @Test
    void whatKongEncryptsIsSecret() {
        for (EntityType type : catalog.entityTypes()) {
            assertEncryptedIsSecret(
                    type.name(),
                    type.fields().stream().map(Field::schema).toList(),
                    facts.path("entities").path(type.name()).path("fields"));
        }
        for (PluginSchema plugin : catalog.plugins()) {
            assertEncryptedIsSecret(
                    plugin.name(),
                    List.of(plugin.config()),
                    facts.path("plugins").path(plugin.name()).path("fields"));
        }
    }

    private static void assertEncryptedIsSecret(String where, List<FieldSchema> fields, JsonNode expected) {
        for (FieldSchema field : fields) {
            for (JsonNode fact : expected) {
                if (fact.path("name").asText().equals(field.name())) {
                    if (fact.path("encrypted").asBoolean()) {
                        assertThat(field.secret())
                                .as(where + "." + field.name())
                                .isTrue();
                    }
                    assertEncryptedIsSecret(where + "." + field.name(), field.fields(), fact.path("fields"));
                }
            }
        }
    }

    private static void assertFields(String where, List<FieldSchema> fields, JsonNode expected) {
        List<String> names = namesOf(expected);
        if (where.startsWith("upstreams.healthchecks")) {
            // Kong builds this record by walking Lua tables: its order is another one at each start.
            assertThat(fields).extracting(FieldSchema::name).containsExactlyInAnyOrderElementsOf(names);
        } else {
            assertThat(fields).as(where).extracting(FieldSchema::name).isEqualTo(names);
        }
        for (FieldSchema field : fields) {
            assertField(where, field, expected.get(names.indexOf(field.name())));
        }
    }

    private static void assertField(String where, FieldSchema field, JsonNode expected) {
        String as = where + "." + field.name();
        assertThat(field.type())
                .as(as)
                .hasToString(expected.path("type").asText().toUpperCase(Locale.ROOT));
        assertThat(field.required()).as(as).isEqualTo(expected.path("required").asBoolean());
        assertThat(field.defaultValue()).as(as).isEqualTo(defaultOf(expected));
        assertThat(field.constraints().path("default_random").asBoolean())
                .as(as)
                .isEqualTo(expected.path("default").asText().startsWith("<"));
        assertThat(field.unique()).as(as).isEqualTo(expected.path("unique").asBoolean());
        assertThat(field.uniqueAcrossWorkspaces())
                .as(as)
                .isEqualTo(expected.path("unique_across_ws").asBoolean());
        assertThat(field.uuid()).as(as).isEqualTo(expected.path("uuid").asBoolean());
        assertThat(field.timestamp())
                .as(as)
                .isEqualTo(expected.path("timestamp").asBoolean());
        assertThat(field.auto()).as(as).isEqualTo(expected.path("auto").asBoolean());
        assertThat(field.reference())
                .as(as)
                .isEqualTo(expected.path("reference").textValue());
        assertConstraints(as, field, expected);
        assertPart(as + ".elements", field.elements(), expected.path("elements"));
        assertPart(as + ".keys", field.keys(), expected.path("keys"));
        assertPart(as + ".values", field.values(), expected.path("values"));
        assertFields(as, field.fields(), expected.path("fields"));
    }

    private static void assertPart(String as, @Nullable FieldSchema part, JsonNode expected) {
        if (part == null) {
            assertThat(expected.isMissingNode()).as(as).isTrue();
        } else {
            assertField(as, part, expected);
        }
    }

    private static void assertConstraints(String as, FieldSchema field, JsonNode expected) {
        ObjectNode constraints = JsonNodeFactory.instance.objectNode();
        expected.properties().forEach(attribute -> {
            if (!NOT_A_CONSTRAINT.contains(attribute.getKey())
                    && !attribute.getKey().equals("entity_checks")) {
                constraints.set(attribute.getKey(), attribute.getValue());
            }
        });
        ObjectNode actual = field.constraints().deepCopy();
        actual.remove("default_random");
        JsonNode checks = actual.remove("entity_checks");
        assertThat(canonical(actual)).as(as).isEqualTo(canonical(constraints));
        assertChecks(
                as, checks == null ? JsonNodeFactory.instance.arrayNode() : checks, expected.path("entity_checks"));
    }

    private static void assertChecks(String as, JsonNode checks, JsonNode expected) {
        assertThat(canonical(checks)).as(as).containsExactlyElementsOf(canonical(expected));
    }

    private static void assertShorthands(PluginSchema plugin, JsonNode config) {
        JsonNode expected =
                config.has("shorthand_fields") ? config.path("shorthand_fields") : config.path("shorthands");
        assertThat(plugin.shorthands()).as(plugin.name()).hasSize(expected.size());
        for (JsonNode shorthand : expected) {
            // Of Kong 2.1 the facts know that there are shorthands, not which.
            shorthand.properties().forEach(entry -> {
                FieldSchema actual = plugin.shorthands().stream()
                        .filter(field -> field.name().equals(entry.getKey()))
                        .findFirst()
                        .orElseThrow();
                assertField(plugin.name(), actual, entry.getValue());
            });
        }
    }

    /** What the words of the facts allow; "as-is" and "list" are the same for several of ours. */
    private static Set<Storage> storages(String words) {
        return switch (words) {
            case "as-is" -> Set.of(Storage.PLAIN);
            case "text with \"<ws_id>:\" prefix" -> Set.of(Storage.WORKSPACE_PREFIXED);
            case "timestamp ms (entity value is seconds)" -> Set.of(Storage.SECONDS, Storage.FRACTIONAL_SECONDS);
            case "json text" -> Set.of(Storage.JSON);
            case "list", "set" -> Set.of(Storage.COLLECTION);
            case "set of json/complex" -> Set.of(Storage.COLLECTION_OF_JSON);
            case "map" -> Set.of(Storage.MAP);
            default -> throw new AssertionError("unknown storage: " + words);
        };
    }

    private static String one(JsonNode field, String singular, String plural) {
        JsonNode value = field.has(singular) ? field.path(singular) : field.path(plural);
        return value.isArray() ? value.get(0).asText() : value.asText();
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static List<String> namesOf(JsonNode fields) {
        List<String> names = new ArrayList<>();
        fields.forEach(field -> names.add(field.path("name").asText()));
        return names;
    }

    private static Map<String, String> textMap(JsonNode object) {
        Map<String, String> map = new HashMap<>();
        object.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }
}
