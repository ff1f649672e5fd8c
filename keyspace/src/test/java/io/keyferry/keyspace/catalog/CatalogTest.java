package io.keyferry.keyspace.catalog;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.problem.KeyferryException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogTest {
    @Test
    void theFactsHoldOfEveryKnownRelease() {
        assertThat(Catalog.known()).extracting(KongVersion::toString).isEqualTo(Facts.VERSIONS);
    }

    @ParameterizedTest
    @CsvSource({"2.8", "2.8.0", "2.8.3", "2.8.99"})
    void thePatchDoesNotMatter(String version) {
        assertThat(Catalog.forVersion(KongVersion.parse(version)))
                .isSameAs(Catalog.forVersion(KongVersion.parse("2.8.5")));
    }

    @ParameterizedTest
    @CsvSource({"1.4", "2.9.0", "3.4.0"})
    void anUnknownLineIsAUsageErrorThatNamesTheKnownOnes(String version) {
        assertThatThrownBy(() -> Catalog.forVersion(KongVersion.parse(version)))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.USAGE))
                .hasMessageContaining("1.5, 2.0, 2.1")
                .hasMessageContaining("3.2, 3.3");
    }

    @ParameterizedTest
    @MethodSource("releases")
    void theDocumentHasParentsBeforeChildren(KongVersion version) {
        Set<String> seen = new HashSet<>();
        for (EntityType type : Catalog.forVersion(version).entityTypes()) {
            for (Field field : type.fields()) {
                if (field.type() == FieldType.FOREIGN) {
                    assertThat(seen)
                            .as(type + "." + field.name())
                            .contains(field.schema().reference());
                }
            }
            seen.add(type.name());
        }
    }

    @Test
    void allVersionsOrderTheEntitiesTheyShareAlike() {
        List<String> newest = names("3.3");
        for (KongVersion version : Catalog.known()) {
            List<String> shared =
                    names(version.line()).stream().filter(newest::contains).toList();
            assertThat(newest.stream().filter(shared::contains)).isEqualTo(shared);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.8, services, ca_certificates, ca_certificates, set<uuid>, COLLECTION",
        "2.8, oauth2_credentials, redirect_uris, redirect_uris, set<text>, COLLECTION",
        "2.8, routes, paths, paths, list<text>, COLLECTION",
        "2.8, routes, headers, headers, 'map<text, frozen<set<text>>>', MAP",
        "2.8, routes, sources, sources, set<text>, COLLECTION_OF_JSON",
        "2.8, routes, service, service_id, uuid, PLAIN",
        "2.8, targets, created_at, created_at, timestamp, FRACTIONAL_SECONDS",
        "3.3, targets, updated_at, updated_at, timestamp, FRACTIONAL_SECONDS",
        "2.8, routes, created_at, created_at, timestamp, SECONDS",
        "2.8, plugins, config, config, text, JSON",
        "2.0, consumers, username, username, text, PLAIN",
        "2.1, consumers, username, username, text, WORKSPACE_PREFIXED",
        "2.1, snis, name, name, text, PLAIN",
        "2.8, ca_certificates, cert_digest, cert_digest, text, PLAIN",
        "3.2, plugins, instance_name, instance_name, text, WORKSPACE_PREFIXED",
    })
    void aFieldLiesInItsColumnAsKongLaysIt(
            String line, String entity, String field, String column, String cqlType, Storage storage) {
        Field actual = type(line, entity).requiredField(field);
        assertThat(actual.column()).isEqualTo(column);
        assertThat(actual.cqlType()).isEqualTo(cqlType);
        assertThat(actual.storage()).isEqualTo(storage);
    }

    @ParameterizedTest
    @CsvSource({
        "keyauth_credentials, key",
        "basicauth_credentials, password",
        "hmacauth_credentials, secret",
        "jwt_secrets, secret",
        "oauth2_credentials, client_secret",
        "oauth2_authorization_codes, code",
        "oauth2_tokens, access_token",
        "oauth2_tokens, refresh_token",
        "certificates, key",
        "certificates, key_alt",
        "keys, jwk",
        "sessions, data",
        "acme_storage, value",
    })
    void credentialsAreSecret(String entity, String field) {
        assertThat(type("3.3", entity).requiredField(field).schema().secret()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "rate-limiting, redis_password",
        "session, secret",
        "aws-lambda, aws_secret",
        "acme, eab_hmac_key",
        "azure-functions, clientid",
        "loggly, key",
        "http-log, http_endpoint",
        "opentelemetry, headers",
    })
    void credentialsOfPluginsAreSecret(String plugin, String field) {
        PluginSchema schema =
                Catalog.forVersion(KongVersion.parse("3.3")).plugin(plugin).orElseThrow();
        assertThat(schema.config().field(field).orElseThrow().secret()).isTrue();
    }

    @Test
    void namesAndCertificatesAreNotSecret() {
        assertThat(type("3.3", "consumers").requiredField("username").schema().secret())
                .isFalse();
        assertThat(type("3.3", "certificates").requiredField("cert").schema().secret())
                .isFalse();
    }

    @Test
    void aSecretThatKongMakesUpIsNoDefaultValue() {
        FieldSchema secret = Catalog.forVersion(KongVersion.parse("2.8"))
                .plugin("session")
                .orElseThrow()
                .config()
                .field("secret")
                .orElseThrow();
        assertThat(secret.defaultValue()).isNull();
        assertThat(secret.constraints().path("default_random").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, apis, NEVER",
        "1.5, cluster_ca, NEVER",
        "3.0, vault_auth_vaults, NEVER",
        "2.8, schema_meta, NEVER",
        "2.8, locks, NEVER",
        "2.8, cluster_events, NEVER",
        "2.8, parameters, BOOTSTRAPPED",
        "2.8, workspaces, BOOTSTRAPPED",
        "2.8, tags, DERIVED",
        "2.8, acme_storage, STATE",
        "2.8, oauth2_tokens, STATE",
        "2.8, oauth2_authorization_codes, RUNTIME",
        "2.8, sessions, RUNTIME",
        "2.8, clustering_data_planes, RUNTIME",
        "2.8, ratelimiting_metrics, RUNTIME",
        "2.8, response_ratelimiting_metrics, RUNTIME",
        "2.8, vaults_beta, COPIED",
        "3.0, sm_vaults, COPIED",
        "2.8, plugins, COPIED",
    })
    void aTableHasItsFate(String line, String table, TableFate.Kind fate) {
        assertThat(Catalog.forVersion(KongVersion.parse(line))
                        .table(table)
                        .orElseThrow()
                        .fate()
                        .kind())
                .isEqualTo(fate);
    }

    @Test
    void fiveTablesAreOnePartition() {
        assertThat(Catalog.forVersion(KongVersion.parse("2.8")).tables())
                .filteredOn(TableLayout::onePartition)
                .extracting(TableLayout::name)
                .containsExactly("ca_certificates", "certificates", "routes", "services", "snis");
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aFreshKeyspaceIsDetectedAsTheNewestLineThatLooksLikeIt(KongVersion version) {
        List<KongVersion> alike = Catalog.indistinguishableFrom(version);
        assertThat(alike).contains(version);
        assertThat(Catalog.detect(fresh(version.line()))).contains(alike.get(alike.size() - 1));
    }

    @Test
    void onlyTheLinesFrom23To26LookAlike() {
        assertThat(Catalog.indistinguishableFrom(KongVersion.parse("2.4")))
                .extracting(KongVersion::line)
                .containsExactly("2.3", "2.4", "2.5", "2.6");
        assertThat(Catalog.indistinguishableFrom(KongVersion.parse("2.7.0")))
                .extracting(KongVersion::line)
                .containsExactly("2.7");
    }

    @ParameterizedTest
    @MethodSource("releases")
    void linesWithTheSameCoreMigrationsHaveThoseOfAllPluginsInCommon(KongVersion version) {
        for (KongVersion other : Catalog.indistinguishableFrom(version)) {
            assertThat(fresh(other.line())).isEqualTo(fresh(version.line()));
        }
    }

    @Test
    void aKeyspaceThatCameFrom15KeepsItsOldMigrationsAndIsStillDetected() {
        Map<String, Set<String>> upgraded = fresh("2.8");
        fresh("1.5").forEach((name, executed) -> upgraded.merge(name, executed, CatalogTest::union));
        assertThat(Catalog.detect(upgraded)).map(KongVersion::line).contains("2.8");
    }

    @Test
    void migrationsOfPluginsDoNotMatter() {
        Map<String, Set<String>> keyspace = fresh("2.7");
        keyspace.keySet().retainAll(Set.of("core"));
        keyspace.put("our-own-plugin", Set.of("000_base"));
        assertThat(Catalog.detect(keyspace)).map(KongVersion::line).contains("2.7");
    }

    @Test
    void aMigrationOfNoKnownLineIsNotDetected() {
        Map<String, Set<String>> keyspace = fresh("3.3");
        keyspace.merge("core", Set.of("020_330_to_340"), CatalogTest::union);
        assertThat(Catalog.detect(keyspace)).isEmpty();
    }

    @Test
    void aKeyspaceThatStoppedHalfWayIsNotDetected() {
        for (String line : List.of("2.1", "2.8")) {
            Map<String, Set<String>> keyspace = fresh(line);
            keyspace.values().forEach(executed -> executed.remove("009_200_to_210"));
            assertThat(Catalog.detect(keyspace)).isEmpty();
        }
    }

    @Test
    void aKeyspaceWithoutTheCoreIsNotDetected() {
        assertThat(Catalog.detect(Map.of())).isEmpty();
        assertThat(Catalog.detect(Map.of("core", Set.of(), "acl", Set.of("000_base_acl"))))
                .isEmpty();
    }

    private static List<KongVersion> releases() {
        return Catalog.known();
    }

    private static Map<String, Set<String>> fresh(String line) {
        return Catalog.forVersion(KongVersion.parse(line)).subsystems().stream()
                .collect(toMap(Subsystem::name, subsystem -> new HashSet<>(subsystem.executed())));
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> union = new HashSet<>(some);
        union.addAll(others);
        return union;
    }

    private static EntityType type(String line, String entity) {
        return Catalog.forVersion(KongVersion.parse(line)).entityType(entity).orElseThrow();
    }

    private static List<String> names(String line) {
        return Catalog.forVersion(KongVersion.parse(line)).entityTypes().stream()
                .map(EntityType::name)
                .toList();
    }
}
