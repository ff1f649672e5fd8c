package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.sample.SampleKeyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Rows to be damaged: the sample's core, and many more of the kinds that hold much. */
final class Population {
    static final Catalog CATALOG = Catalog.forVersion(KongVersion.parse("2.8.5"));
    static final List<String> TYPES = List.of(
            "services", "routes", "consumers", "plugins", "upstreams", "targets", "keyauth_credentials", "acls");

    private static final Set<String> COPIED = Set.of("plugins", "upstreams", "routes", "services", "consumers");
    private static final int COPIES = 5;
    private static final int TOKENS = 80;
    private static final int CONSUMERS = 300;
    private static final int ROUTES = 80;
    private static final long TTL = 500_000;

    private Population() {}

    static List<Entity> of(Random random) {
        Instant now = Instant.now();
        SampleKeyspace sample = new SampleKeyspace(CATALOG, 0, 7, now).inWorkspace(TwoKeyspaces.WORKSPACE);
        List<Entity> entities = new ArrayList<>();
        for (Entity entity : sample.core()) {
            if (TYPES.contains(entity.type().name())) {
                entities.add(entity);
                for (int i = 0; i < (COPIED.contains(entity.type().name()) ? COPIES : 0); i++) {
                    entities.add(copy(entity, random));
                }
            }
        }
        for (int i = 0; i < TOKENS; i++) {
            entities.add(
                    Entity.builder(CATALOG.entityType("keyauth_credentials").orElseThrow())
                            .put("id", id(random))
                            .put("key", Value.text("key-" + i))
                            .put("created_at", Value.whole(1_600_000_000 + i))
                            .workspace(TwoKeyspaces.WORKSPACE)
                            .expiresAt(now.getEpochSecond() + TTL + i)
                            .build());
        }
        for (int i = 0; i < CONSUMERS; i++) {
            entities.add(Entity.builder(CATALOG.entityType("consumers").orElseThrow())
                    .put("id", id(random))
                    .put("username", Value.text("consumer-" + i))
                    .put("created_at", Value.whole(1_600_000_000 + i))
                    .put("tags", new Value.Sequence(List.of(Value.text("a" + i), Value.text("b"), Value.text("c"))))
                    .workspace(TwoKeyspaces.WORKSPACE)
                    .build());
        }
        for (int i = 0; i < ROUTES; i++) {
            entities.add(Entity.builder(CATALOG.entityType("routes").orElseThrow())
                    .put("id", id(random))
                    .put("paths", new Value.Sequence(List.of(Value.text("/second/" + i), Value.text("/first/" + i))))
                    .put("created_at", Value.whole(1_600_000_000 + i))
                    .workspace(TwoKeyspaces.WORKSPACE)
                    .build());
        }
        return entities;
    }

    static Value id(Random random) {
        return Value.text(new UUID(
                        (random.nextLong() & ~0xf000L) | 0x4000L,
                        (random.nextLong() & 0x3fffffffffffffffL) | Long.MIN_VALUE)
                .toString());
    }

    /** The same under another id. */
    static Entity copy(Entity entity, Random random) {
        return entity.toBuilder().put("id", id(random)).build();
    }
}
