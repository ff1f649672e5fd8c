package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.migrator.load.EntityLoad;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.SharedNode;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** SampleKeyspaces of the shared node, and the sample in them. */
public final class SampleKeyspaces {
    public static final Catalog OLD = Catalog.forVersion(KongVersion.parse("2.0.5"));
    public static final Catalog NEW = Catalog.forVersion(KongVersion.parse("2.8.5"));
    public static final UUID WORKSPACE = UUID.fromString("0e7c5f1a-3a5e-4c52-9a53-6d2b6d7c1f10");
    /** More rows in the large tables than are sampled, so that they fall into many slices. */
    private static final int ENTITIES = 6_000;

    private static final Map<Catalog, Loaded> LOADED = new ConcurrentHashMap<>();
    private static final long SEED = 20_260_805L;
    private static final int REQUESTS = 128;

    private SampleKeyspaces() {}

    /** Where a keyspace can be made that nobody has. */
    public static KeyspaceAddress fresh(String prefix) {
        InetSocketAddress node = SharedNode.cluster().contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                .keyspace(SharedNode.freshKeyspaceName(prefix))
                .replication(new Replication.Simple(1))
                .build();
    }

    /** A keyspace without tables, on the shared node. */
    public static KeyspaceAddress empty(String prefix, int replicas) {
        KeyspaceAddress address = fresh(prefix);
        SharedNode.session()
                .execute("CREATE KEYSPACE " + address.keyspace()
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': " + replicas + "}");
        return address;
    }

    public static void drop(KeyspaceAddress address) {
        SharedNode.session().execute("DROP KEYSPACE IF EXISTS " + address.keyspace());
    }

    public static TargetSession target(KeyspaceAddress address) {
        return TargetSession.open(address, Consistency.QUORUM);
    }

    public static ReadSession source(KeyspaceAddress address) {
        return ReadSession.open(new Connector(), address, Side.FROM, Consistency.QUORUM);
    }

    /** A keyspace and the sample that was loaded into it. */
    public record Loaded(KeyspaceAddress address, SampleKeyspace sample) {}

    public static List<Entity> entities(SampleKeyspace sample) {
        List<Entity> entities = new ArrayList<>();
        sample.forEach(entities::add);
        return entities;
    }

    /** The keyspace that holds the sample. All tests share it: who changes it changes it back. */
    public static Loaded loaded(Catalog catalog) {
        return LOADED.computeIfAbsent(catalog, version -> {
            SampleKeyspace sample = new SampleKeyspace(version, ENTITIES, SEED, Instant.now());
            Loaded loaded =
                    new Loaded(fresh("sample"), version.hasWorkspaces() ? sample.inWorkspace(WORKSPACE) : sample);
            load(loaded.address(), version, entities(loaded.sample()));
            return loaded;
        });
    }

    private static void load(KeyspaceAddress address, Catalog catalog, List<Entity> entities) {
        try (TargetSession target = target(address)) {
            Bootstrap bootstrap = new Bootstrap(target, catalog, Clock.systemUTC());
            bootstrap.createKeyspace(new Replication.Simple(1));
            bootstrap.createTables();
            bootstrap.writeIdentity(WORKSPACE, UUID.randomUUID());
            new EntityLoad(target, target.reader(Consistency.QUORUM).schema(), REQUESTS, Clock.systemUTC())
                    .write(entities::forEach);
            bootstrap.release(Optional.empty());
        }
    }
}
