package io.keyferry.keyspace.sample;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A made-up keyspace of any size: a core of some 200 entities with all that is hard to move, and as many consumers,
 * credentials, services, routes and plugins as are asked for besides. Immutable and thread-safe; the same arguments
 * give the same entities in the same order, and none but the core is ever held.
 *
 * <p>The core has every entity type that holds content and every bundled plugin of the version; each of their fields and
 * configuration keys has a value in some entity. Configurations are as complete as Kong stores them. It has what old
 * keyspaces hold: nulls where later versions forbid them, several rows of one target, deprecated names, names in many
 * scripts or that look like another type in YAML, rows that expire. Each entity is valid in its version, and equal to
 * what the codec reads after writing it, order within sets aside.
 *
 * <p>Made for every known version. Left out is what bootstrap writes ({@code workspaces}, {@code parameters}), what Kong
 * derives ({@code tags}), what counts ({@code ratelimiting_metrics}), and what no version filled ({@code cluster_ca}).
 */
public final class SampleKeyspace {
    private final Catalog catalog;
    private final @Nullable UUID workspace;
    private final Map<String, List<Entity>> core;
    private final Filling filling;

    /**
     * A sample without workspace, as is right before Kong 2.1.
     *
     * @param entities how many entities there shall be; a number below that of the core gives the core alone
     * @param seed what ids of version 4 and made-up keys are drawn from
     * @param now the time that ages and expiries count from; fractions of a second are dropped
     */
    public SampleKeyspace(Catalog catalog, long entities, long seed, Instant now) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        Ids ids = new Ids(seed);
        this.workspace = null;
        this.core = new CoreReader(catalog, ids, now.getEpochSecond()).read();
        long size = core.values().stream().mapToLong(List::size).sum();
        String service = core.getOrDefault("services", List.of()).get(0).key().id();
        this.filling = new Filling(catalog, ids, now.getEpochSecond(), service, Math.max(0, entities - size));
    }

    private SampleKeyspace(SampleKeyspace sample, @Nullable UUID workspace) {
        this.catalog = sample.catalog;
        this.core = sample.core;
        this.filling = sample.filling;
        this.workspace = workspace;
    }

    /**
     * The same sample with the entities in this workspace, as far as their type belongs to one; for Kong 2.1 on. Without
     * it they are in none, like rows that were not migrated.
     */
    public SampleKeyspace inWorkspace(UUID id) {
        return new SampleKeyspace(this, requireNonNull(id, "id is null"));
    }

    /** The version's catalogue, to whose types the entities belong. */
    public Catalog catalog() {
        return catalog;
    }

    /** The workspace of {@link #inWorkspace}. */
    public Optional<UUID> workspace() {
        return Optional.ofNullable(workspace);
    }

    /**
     * Gives all entities, type by type in document order, so that parents come before their children. Each call starts
     * anew and gives the same.
     */
    public void forEach(Consumer<? super Entity> consumer) {
        for (EntityType type : catalog.entityTypes()) {
            forEach(type, consumer);
        }
    }

    /** Gives the entities of one type, in the same order as {@link #forEach(Consumer)}. */
    public void forEach(EntityType type, Consumer<? super Entity> consumer) {
        core.getOrDefault(type.name(), List.of()).forEach(entity -> consumer.accept(placed(entity)));
        filling.forEach(type, entity -> consumer.accept(placed(entity)));
    }

    /** The entities that are there whatever the size, in document order. */
    public List<Entity> core() {
        return core.values().stream().flatMap(List::stream).map(this::placed).toList();
    }

    private Entity placed(Entity entity) {
        return workspace == null || !entity.type().workspaceable()
                ? entity
                : entity.toBuilder().workspace(workspace).build();
    }

    /** How many entities of each type {@link #forEach(Consumer)} gives, in document order; types without any are left out. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (EntityType type : catalog.entityTypes()) {
            long count = core.getOrDefault(type.name(), List.of()).size() + filling.count(type.name());
            if (count > 0) {
                counts.put(type.name(), count);
            }
        }
        return Collections.unmodifiableMap(counts);
    }

    /** How many entities there are: what was asked for, or the core's number where that is greater. */
    public long size() {
        return counts().values().stream().mapToLong(Long::longValue).sum();
    }
}
