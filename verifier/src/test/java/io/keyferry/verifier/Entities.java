package io.keyferry.verifier;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Entities of Kong 2.8 from JSON with single quotes. */
public final class Entities {
    public static final Catalog CATALOG = Catalog.forVersion(KongVersion.parse("2.8.5"));
    public static final String ID = "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b";

    private Entities() {}

    public static EntityType type(String name) {
        return CATALOG.entityType(name).orElseThrow();
    }

    /** What is not given is absent; the id is {@link #ID}. */
    public static Entity.Builder entity(String type, String json) {
        Entity.Builder entity = Entity.builder(type(type)).put("id", Value.text(ID));
        ((Value.Mapping) json(json)).values().forEach(entity::put);
        return entity;
    }

    public static Value json(String json) {
        try {
            return JsonText.parse(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
