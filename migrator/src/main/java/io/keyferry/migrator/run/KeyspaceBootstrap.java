package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.migrator.plan.ReplicationChoice;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.migrator.schema.OwnershipMark;
import io.keyferry.migrator.schema.TargetSession;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Makes an empty keyspace that a Kong version accepts as up to date, and refuses one that is not empty. Use once. */
public final class KeyspaceBootstrap {
    private final KeyspaceAddress to;
    private final Catalog catalog;
    private final RunSettings settings;
    private final String owner;
    private final Clock clock;

    /**
     * Prepares to bootstrap.
     *
     * @param owner who does it, for the migration lock
     */
    public KeyspaceBootstrap(KeyspaceAddress to, Catalog catalog, RunSettings settings, String owner, Clock clock) {
        this.to = settings.patiently(to);
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.owner = requireNonNull(owner, "owner is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Makes the keyspace.
     *
     * @return how it is replicated
     * @throws KeyferryException (REFUSED) when the keyspace holds tables, or nobody knows how to replicate it, (TARGET)
     *     when the cluster fails
     */
    public Replication run() {
        return bootstrap(true);
    }

    /**
     * Finds out whether the keyspace could be made, and makes nothing.
     *
     * @return how it would be replicated
     * @throws KeyferryException as {@link #run} does
     */
    public Replication check() {
        return bootstrap(false);
    }

    private Replication bootstrap(boolean writing) {
        try (TargetSession target = TargetSession.open(to, to.consistencyOr(settings.writeConsistency()))) {
            ReadSession reader = target.reader(to.consistencyOr(settings.readConsistency()));
            LiveSchema schema = reader.schema();
            requireEmpty(schema);
            Replication replication = replication(schema, reader.cluster());
            if (writing) {
                make(target, replication, !schema.exists());
            }
            return replication;
        }
    }

    private void make(TargetSession target, Replication replication, boolean keyspaceMade) {
        Bootstrap bootstrap = new Bootstrap(target, catalog, clock);
        try {
            bootstrap.createKeyspace(replication);
            bootstrap.createLockTables();
            String run = UUID.randomUUID().toString();
            bootstrap.mark(new OwnershipMark(run, TimeUnit.MILLISECONDS.toMicros(clock.millis()), keyspaceMade));
            try (MigrationLock lock = MigrationLock.take(target, owner + ", run " + run)) {
                bootstrap.createTables();
                bootstrap.writeIdentity(UUID.randomUUID(), UUID.randomUUID());
                lock.confirm();
                bootstrap.release(settings.onlyPlugins());
            }
        } catch (KeyferryException e) {
            throw new KeyferryException(e.kind(), e.getMessage() + "\n" + LeftBehind.unreleased(to), e);
        }
    }

    private void requireEmpty(LiveSchema schema) {
        if (!schema.isEmpty()) {
            throw KeyferryException.refused("keyspace " + to.keyspace() + " is not empty: it has "
                    + schema.tables().size() + " tables ("
                    + String.join(
                            ", ",
                            schema.tables().stream()
                                    .map(LiveSchema.Table::name)
                                    .limit(5)
                                    .toList())
                    + ", ...). Name a keyspace that does not exist yet; nothing was written.");
        }
    }

    private Replication replication(LiveSchema schema, ClusterInfo cluster) {
        if (schema.replication().isPresent()) {
            return schema.replication().get();
        }
        Problems problems = new Problems();
        Optional<Replication> choice =
                new ReplicationChoice(to, Optional.empty(), cluster, settings.allowRf1()).choose(problems);
        problems.throwIfAny(Kind.REFUSED, "keyspace " + to.keyspace() + " cannot be made, and nothing was written:");
        return choice.orElseThrow();
    }
}
