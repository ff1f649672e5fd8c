package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** Words for tests of upgrades: entities from JSON, and what one upgrade makes of them. */
final class Upgraded {
    static final String ID = "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b";

    private final Upgrade upgrade;

    private Upgraded(Upgrade upgrade) {
        this.upgrade = upgrade;
    }

    static Upgraded between(String from, String to, String... customPlugins) {
        return new Upgraded(new Upgrade(catalog(from), catalog(to), Set.of(customPlugins)));
    }

    static Catalog catalog(String version) {
        return Catalog.forVersion(KongVersion.parse(version));
    }

    /** An entity of the source's version as the codec would read it: what is not given is null or, if required, default. */
    Entity entity(String type, String json) {
        EntityType entityType = upgrade.from().entityType(type).orElseThrow();
        Entity.Builder entity = Entity.builder(entityType);
        for (Field field : entityType.fields()) {
            Value filled = ConfigRules.requiredDefault(field.schema());
            entity.put(field, filled == null ? Value.NULL : filled);
        }
        entity.put(entityType.primaryKey(), Value.text(ID));
        fields(json).forEach(entity::put);
        return entity.build();
    }

    Entity kept(Entity entity) {
        Outcome outcome = upgrade.apply(entity);
        assertThat(outcome).isInstanceOf(Outcome.Kept.class);
        return ((Outcome.Kept) outcome).entity();
    }

    Entity kept(String type, String json) {
        return kept(entity(type, json));
    }

    Upgrade upgrade() {
        return upgrade;
    }

    UpgradeLog log() {
        return upgrade.log();
    }

    static Map<String, Value> fields(String json) {
        return ((Value.Mapping) json(json)).values();
    }

    static Value json(String json) {
        try {
            return JsonText.parse(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
