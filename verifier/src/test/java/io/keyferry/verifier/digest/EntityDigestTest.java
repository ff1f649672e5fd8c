package io.keyferry.verifier.digest;

import static io.keyferry.verifier.Entities.entity;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.verifier.Entities;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entities that Kong cannot tell apart have one digest, all others have their own. */
final class EntityDigestTest {
    private static final UUID WORKSPACE = UUID.fromString("0e7c5f1a-3a5e-4c52-9a53-6d2b6d7c1f10");
    private static final UUID OTHER = UUID.fromString("11111111-3a5e-4c52-9a53-6d2b6d7c1f10");
    private static final EntityDigest DIGEST = digest(Optional.of(WORKSPACE));

    private static EntityDigest digest(Optional<UUID> defaultWorkspace) {
        return new EntityDigest(RunKey.of(new byte[RunKey.BYTES]), WorkspaceNaming.ofTarget(defaultWorkspace));
    }

    private static String of(Entity entity) {
        return HexFormat.of().formatHex(DIGEST.of(entity));
    }

    @ParameterizedTest
    @CsvSource({"2.8, false", "3.0, true", "3.3, true"})
    void theOrderOfPathsMeansNothingFromKong3On(String version, boolean same) {
        EntityType routes = Catalog.forVersion(KongVersion.parse(version))
                .entityType("routes")
                .orElseThrow();
        Entity one = Entity.builder(routes)
                .put("paths", Entities.json("['/a', '~/b+', '/a']"))
                .build();
        Entity other = Entity.builder(routes)
                .put("paths", Entities.json("['~/b+', '/a', '/a']"))
                .build();
        Entity fewer = Entity.builder(routes)
                .put("paths", Entities.json("['~/b+', '/a']"))
                .build();

        assertThat(of(one).equals(of(other))).isEqualTo(same);
        assertThat(of(one)).as("a multiset, no set").isNotEqualTo(of(fewer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consumers | {'username': 'jo'} | {'username': 'jo', 'custom_id': null}",
                "consumers | {'username': 'jo'} | {'username': 'jo', 'tags': []}",
                "consumers | {'username': 'jo', 'tags': {}} | {'username': 'jo', 'tags': []}",
                "consumers | {'tags': ['a', 'b']} | {'tags': ['b', 'a']}",
                "routes | {'methods': ['GET', 'PUT']} | {'methods': ['PUT', 'GET']}",
                "routes | {'headers': {'a': ['1'], 'b': ['2']}} | {'headers': {'b': ['2'], 'a': ['1']}}",
                "routes | {'sources': [{'ip': '::1', 'port': 1}, {'port': 2}]} | {'sources': [{'port': 2}, {'port': 1, 'ip': '::1'}]}",
                "services | {'ca_certificates': ['a', 'b']} | {'ca_certificates': ['b', 'a']}",
                "plugins | {'config': {'a': [], 'b': 1}} | {'config': {'b': 1, 'a': {}}}",
                "plugins | {'config': {'a': {'b': [{}]}}} | {'config': {'a': {'b': [[]]}}}",
                "plugins | {'config': {'a': 1.0}} | {'config': {'a': 1}}",
            })
    void isTheSame(String type, String one, String other) {
        assertThat(of(entity(type, one).build()))
                .isEqualTo(of(entity(type, other).build()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consumers | {'username': 'jo'} | {'custom_id': 'jo'}",
                "consumers | {'username': 'jo'} | {'username': 'Jo'}",
                "consumers | {'username': 'a', 'custom_id': 'bc'} | {'username': 'ab', 'custom_id': 'c'}",
                "consumers | {'tags': ['ab', 'c']} | {'tags': ['a', 'bc']}",
                "consumers | {'tags': ['a']} | {'tags': ['a', 'a']}",
                "consumers | {'tags': ['a']} | {'tags': 'a'}",
                "routes | {'paths': ['/a', '/b']} | {'paths': ['/b', '/a']}",
                "routes | {'headers': {'a': ['1']}} | {'headers': {'a': ['2']}}",
                "services | {'port': 80} | {'port': '80'}",
                "services | {'port': 1} | {'port': true}",
                "services | {'port': 0} | {'port': false}",
                "services | {'port': 0} | {}",
                "services | {'enabled': false} | {}",
                "plugins | {'config': {}} | {}",
                "plugins | {'config': {'a': null}} | {'config': {}}",
                "plugins | {'config': {'a': [1, 2]}} | {'config': {'a': [2, 1]}}",
                "plugins | {'config': {'a': {'b': 1}}} | {'config': {'a': 1, 'b': 1}}",
                "plugins | {'config': {'a': 0.1}} | {'config': {'a': 0.10000000000000002}}",
                "plugins | {'config': {'a': 'null'}} | {'config': {'a': null}}",
                "plugins | {'config': {'a': ''}} | {'config': {'a': []}}",
            })
    void isAnother(String type, String one, String other) {
        assertThat(of(entity(type, one).build()))
                .isNotEqualTo(of(entity(type, other).build()));
    }

    @Test
    void typesDiffer() {
        assertThat(of(entity("services", "{'name': 'a'}").build()))
                .isNotEqualTo(of(entity("upstreams", "{'name': 'a'}").build()));
    }

    @Test
    void longTextsCountToTheLastCharacter() {
        String text = "x".repeat(3_000_000);
        String digest =
                of(entity("certificates", "{}").put("cert", Value.text(text)).build());

        assertThat(of(entity("certificates", "{}").put("cert", Value.text(text)).build()))
                .isEqualTo(digest);
        assertThat(of(entity("certificates", "{}")
                        .put("cert", Value.text(text.substring(1) + "y"))
                        .build()))
                .isNotEqualTo(digest);
    }

    @Test
    void thatAnEntityExpiresCountsButNotWhen() {
        Entity.Builder credential = entity("keyauth_credentials", "{'key': 'k'}");
        String forever = of(credential.build());
        String soon = of(credential.expiresAt(1).build());

        assertThat(soon).isNotEqualTo(forever);
        assertThat(of(credential.expiresAt(99).build())).isEqualTo(soon);
    }

    @Test
    void theDefaultWorkspaceHasOneNameWhateverItsId() {
        Entity.Builder consumer = entity("consumers", "{'username': 'jo'}");
        byte[] here = DIGEST.of(consumer.workspace(WORKSPACE).build());
        byte[] there = digest(Optional.of(OTHER)).of(consumer.workspace(OTHER).build());
        byte[] before = digest(Optional.empty()).of(consumer.workspace(null).build());

        assertThat(there).isEqualTo(here);
        assertThat(before).as("Kong 2.0 has none").isEqualTo(here);
    }

    @Test
    void otherWorkspacesKeepTheirIds() {
        Entity.Builder consumer = entity("consumers", "{'username': 'jo'}");

        String inDefault = of(consumer.workspace(WORKSPACE).build());
        Entity other = consumer.workspace(OTHER).build();

        assertThat(of(other))
                .isNotEqualTo(inDefault)
                .isEqualTo(HexFormat.of().formatHex(digest(Optional.empty()).of(other)));
        assertThat(DIGEST.workspaceOf(other)).isEqualTo(OTHER.toString());
    }

    @Test
    void aRowWithoutWorkspaceIsFineInTheSourceOnly() {
        Entity consumer = entity("consumers", "{'username': 'jo'}").build();
        EntityDigest source =
                new EntityDigest(RunKey.of(new byte[RunKey.BYTES]), WorkspaceNaming.ofSource(Optional.of(WORKSPACE)));

        assertThat(source.workspaceOf(consumer)).isEqualTo("default");
        assertThat(DIGEST.workspaceOf(consumer)).isEqualTo("none");
        assertThat(source.of(consumer)).isNotEqualTo(DIGEST.of(consumer));
    }

    @Test
    void typesWithoutWorkspacesHaveNone() {
        assertThat(DIGEST.workspaceOf(entity("ca_certificates", "{}").build())).isEmpty();
    }

    @Test
    void noFieldOfTheSampleCanChangeUnseen() {
        Catalog catalog = Catalog.forVersion(KongVersion.parse("2.8.5"));
        Set<String> digests = new HashSet<>();
        int[] entities = {0};
        new SampleKeyspace(catalog, 0, 1, Instant.EPOCH).forEach(entity -> {
            entities[0]++;
            String digest = of(entity);
            digests.add(digest);
            for (Field field : entity.type().fields()) {
                Entity changed =
                        entity.toBuilder().put(field, Value.text("changed")).build();
                assertThat(of(changed)).as("%s, field %s", entity, field.name()).isNotEqualTo(digest);
                if (entity.value(field) != null && entity.value(field) != Value.NULL) {
                    assertThat(of(entity.toBuilder().put(field, Value.NULL).build()))
                            .as("%s, field %s", entity, field.name())
                            .isNotEqualTo(digest);
                }
            }
        });
        assertThat(digests).hasSize(entities[0]);
    }
}
