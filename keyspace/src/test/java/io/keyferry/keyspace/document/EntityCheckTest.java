package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entities of a keyspace against the schemas of their version. */
final class EntityCheckTest {
    private static final String ID = "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b";

    private static List<String> problems(String version, String type, String json) throws IOException {
        Catalog catalog = Catalog.forVersion(KongVersion.parse(version));
        EntityType entityType = catalog.entityType(type).orElseThrow();
        Entity.Builder entity = Entity.builder(entityType).put("id", Value.text(ID));
        ((Value.Mapping) JsonText.parse(json.replace('\'', '"'))).values().forEach(entity::put);
        List<String> problems = new ArrayList<>();
        new EntityCheck(catalog).check(entity.build(), problems::add);
        return problems;
    }

    @Test
    void aRangeThatBecameNarrowerIsToldByName() throws IOException {
        String upstream = "{'name': 'u', 'healthchecks': {'active': {'healthy': {'successes': 300}}}}";

        assertThat(problems("2.2", "upstreams", upstream)).isEmpty();
        assertThat(problems("2.3", "upstreams", upstream))
                .singleElement()
                .asString()
                .contains(
                        "upstreams 'u' (" + ID + "), in Kong 2.3: field 'healthchecks.active.healthy.successes'",
                        "from 0 to 255",
                        "300");
    }

    @Test
    void aNullMeansTheDefault() throws IOException {
        assertThat(problems("2.8", "upstreams", "{'name': 'u', 'hash_on': null, 'hash_fallback': null}"))
                .isEmpty();
    }

    @Test
    void checksOfAPluginKnowItsOldNames() throws IOException {
        assertThat(problems("2.8", "plugins", "{'name': 'acl', 'config': {'whitelist': ['gold']}}"))
                .isEmpty();
        assertThat(problems("2.8", "plugins", "{'name': 'acl', 'config': {'hide_groups_header': true}}"))
                .isNotEmpty();
    }
}
