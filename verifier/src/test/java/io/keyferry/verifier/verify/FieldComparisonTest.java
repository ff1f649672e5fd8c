package io.keyferry.verifier.verify;

import static io.keyferry.verifier.Entities.entity;
import static io.keyferry.verifier.Entities.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.verifier.Entities;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FieldComparisonTest {
    private final FieldComparison comparison = new FieldComparison(
            new EntityDigest(RunKey.of(new byte[RunKey.BYTES]), WorkspaceNaming.ofTarget(Optional.empty())),
            Entities.CATALOG);

    private Map<String, FieldDifference> between(String type, String expected, String target) {
        return comparison.between(
                entity(type, expected).build(), entity(type, target).build());
    }

    private static FieldDifference difference(String expected, String target) {
        return new FieldDifference(json(expected), json(target));
    }

    @Test
    void namesTheFieldsThatDiffer() {
        assertThat(between(
                        "services",
                        "{'host': 'a', 'port': 80, 'tags': ['x', 'y']}",
                        "{'host': 'b', 'port': 80, 'tags': ['y', 'x'], 'path': '/p'}"))
                .containsOnly(
                        Map.entry("host", difference("'a'", "'b'")), Map.entry("path", difference("null", "'/p'")));
    }

    @Test
    void namesMembersOfRecordsAtAnyDepth() {
        assertThat(between(
                        "upstreams",
                        "{'healthchecks': {'threshold': 1, 'active': {'type': 'http', 'healthy': {'interval': 0}}}}",
                        "{'healthchecks': {'threshold': 1, 'active': {'type': 'http', 'healthy': {'interval': 5}}}}"))
                .containsOnly(Map.entry("healthchecks.active.healthy.interval", difference("0", "5")));
    }

    @Test
    void anEmptyListAndAnEmptyMapAreNoDifferenceBesideAnother() {
        assertThat(between(
                        "plugins",
                        "{'name': 'cors', 'config': {'origins': [], 'methods': {}, 'max_age': 1}}",
                        "{'name': 'cors', 'config': {'origins': {}, 'methods': [], 'max_age': 2}}"))
                .containsOnly(Map.entry("config.max_age", difference("1", "2")));
    }

    @Test
    void tellsAnAbsentMemberFromNull() {
        assertThat(between(
                        "plugins", "{'name': 'cors', 'config': {'max_age': null}}", "{'name': 'cors', 'config': {}}"))
                .containsOnlyKeys("config");
    }

    @Test
    void masksSecretFields() {
        assertThat(between("keyauth_credentials", "{'key': 'hunter2'}", "{'key': 'hunter3'}"))
                .containsOnly(Map.entry("key", difference("'***'", "'***'")));
        assertThat(between("certificates", "{'key': 'hunter2', 'cert': 'c'}", "{'cert': 'd'}"))
                .containsOnly(
                        Map.entry("key", difference("'***'", "null")), Map.entry("cert", difference("'c'", "'d'")));
    }

    @Test
    void masksSecretsOfPlugins() {
        assertThat(between(
                        "plugins",
                        "{'name': 'rate-limiting', 'config': {'redis_password': 'hunter2', 'redis_host': 'a'}}",
                        "{'name': 'rate-limiting', 'config': {'redis_password': 'hunter3', 'redis_host': 'b'}}"))
                .containsOnly(
                        Map.entry("config.redis_password", difference("'***'", "'***'")),
                        Map.entry("config.redis_host", difference("'a'", "'b'")));
    }

    @Test
    void masksSecretsWithinWhatIsShownWhole() {
        Map<String, FieldDifference> differences = between(
                "plugins",
                "{'name': 'rate-limiting', 'config': {'redis_password': 'hunter2', 'redis_host': 'a'}}",
                "{'name': 'rate-limiting', 'config': null}");
        assertThat(differences)
                .containsOnly(Map.entry("config", difference("{'redis_password': '***', 'redis_host': 'a'}", "null")));
    }

    @Test
    void masksWhatNoSchemaTellsAbout() {
        assertThat(between(
                        "plugins",
                        "{'name': 'house-made', 'config': {'token': 'hunter2'}}",
                        "{'name': 'house-made', 'config': {'token': 'hunter3'}}"))
                .containsOnly(Map.entry("config", difference("'***'", "'***'")));
        assertThat(between(
                        "plugins",
                        "{'name': 'cors', 'config': {'odd': 'hunter2', 'max_age': 1}}",
                        "{'name': 'cors', 'config': {'odd': 'hunter3', 'max_age': 1}}"))
                .containsOnly(Map.entry("config.odd", difference("'***'", "'***'")));
        assertThat(between(
                        "vaults_beta",
                        "{'name': 'env', 'config': {'prefix': 'hunter2'}}",
                        "{'name': 'env', 'config': {'prefix': 'hunter3'}}"))
                .containsOnly(Map.entry("config", difference("'***'", "'***'")));
    }

    @Test
    void noSecretOfTheSampleIsEverShown() {
        StringBuilder shown = new StringBuilder();
        new SampleKeyspace(Entities.CATALOG, 0, 1, Instant.EPOCH).forEach(entity -> {
            Entity empty = Entity.builder(entity.type())
                    .put(entity.type().primaryKey(), entity.value(entity.type().primaryKey()))
                    .build();
            comparison
                    .between(entity, empty)
                    .values()
                    .forEach(difference ->
                            shown.append(JsonText.print(difference.expected())).append('\n'));
        });
        assertThat(shown.toString()).contains("***").doesNotContain("PRIVATE KEY");
    }

    @Test
    void thatOneSideExpiresIsADifference() {
        assertThat(comparison.between(
                        entity("keyauth_credentials", "{}").expiresAt(1000).build(),
                        entity("keyauth_credentials", "{}").build()))
                .containsOnly(Map.entry("ttl", new FieldDifference(Value.whole(1000), Value.NULL)));
        assertThat(comparison.between(
                        entity("keyauth_credentials", "{}").expiresAt(1000).build(),
                        entity("keyauth_credentials", "{}").expiresAt(1010).build()))
                .as("a few seconds are the reading's")
                .isEmpty();
        assertThat(comparison.between(
                        entity("keyauth_credentials", "{}").expiresAt(1000).build(),
                        entity("keyauth_credentials", "{}").expiresAt(1011).build()))
                .containsOnlyKeys("ttl");
    }
}
