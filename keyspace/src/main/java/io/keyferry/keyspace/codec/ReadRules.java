package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.Set;

/**
 * What Kong makes of stored values whenever it reads them, in all versions. One rule so far: an upstream's
 * {@code algorithm} and {@code hash_on} are brought in line, so a stored pair such as (consistent-hashing, none) reads
 * as round-robin.
 */
final class ReadRules {
    private static final Set<String> WITHOUT_HASH = Set.of("least-connections", "latency");

    private ReadRules() {}

    static Entity.Builder apply(EntityType type, Entity.Builder entity) {
        if (!type.name().equals("upstreams")) {
            return entity;
        }
        Entity read = entity.build();
        Field algorithm = read.type().requiredField("algorithm");
        String named = read.text("algorithm").orElse("");
        if (WITHOUT_HASH.contains(named)) {
            return entity.put("hash_on", Value.text("none"));
        }
        return read.text("hash_on")
                .map(hash ->
                        entity.put(algorithm, Value.text(hash.equals("none") ? "round-robin" : "consistent-hashing")))
                .orElse(entity);
    }
}
