package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.migrator.load.EntityLoad;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.TargetSession;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an old keyspace to rehearse with: the built-in sample, laid out as some Kong version does. Use once. */
public final class SampleSource {
    /** The version of a sample for which none is asked. */
    public static final KongVersion VERSION = KongVersion.parse("2.0.5");

    private static final long SEED = 20;
    private static final long CORE = 200;
    private static final int TOLD_SECONDS = 10;
    private static final int TOLD_EVERY = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(SampleSource.class);

    private final KeyspaceAddress address;
    private final Clock clock;
    private final Catalog catalog;
    private final SampleKeyspace sample;

    /**
     * Prepares a sample.
     *
     * @param kong the version that the sample is laid out for
     * @param entities how many there are to be at least that a migration moves; the core with its runtime data and
     *     history comes on top
     */
    public SampleSource(KeyspaceAddress address, KongVersion kong, long entities, Clock clock) {
        this.address = requireNonNull(address, "address is null");
        this.clock = requireNonNull(clock, "clock is null");
        catalog = Catalog.forVersion(kong);
        sample = new SampleKeyspace(catalog, entities == 0 ? 0 : entities + CORE, SEED, clock.instant());
    }

    /** How many entities the sample has. */
    public long size() {
        return sample.size();
    }

    /**
     * Makes the keyspace and fills it.
     *
     * @throws KeyferryException (REFUSED) when the keyspace holds tables: a sample does not belong among real entities
     */
    public void write(RunSettings settings) {
        try (TargetSession session = TargetSession.open(address, address.consistencyOr(settings.writeConsistency()))) {
            if (!session.reader(address.consistencyOr(settings.readConsistency()))
                    .schema()
                    .isEmpty()) {
                throw KeyferryException.refused("keyspace " + address.keyspace()
                        + " holds tables, and a sample goes only into a new one: name one that does not exist yet."
                        + " Nothing was written.");
            }
            Bootstrap bootstrap = new Bootstrap(session, catalog, clock);
            bootstrap.createKeyspace(address.replication().orElse(new Replication.Simple(1)));
            bootstrap.createTables();
            UUID workspace = UUID.randomUUID();
            bootstrap.writeIdentity(workspace, UUID.randomUUID());
            SampleKeyspace placed = catalog.hasWorkspaces() ? sample.inWorkspace(workspace) : sample;
            ReadSession reader = session.reader(address.consistencyOr(settings.readConsistency()));
            new EntityLoad(session, reader.schema(), settings.requests(), clock)
                    .write(consumer -> placed.forEach(counting(consumer)));
            bootstrap.release(Optional.empty());
        }
    }

    /** A large sample takes minutes, and nobody should wonder whether anything goes on. */
    private Consumer<Entity> counting(Consumer<Entity> consumer) {
        long[] written = {0};
        Instant[] told = {clock.instant()};
        return entity -> {
            consumer.accept(entity);
            written[0]++;
            if (written[0] % TOLD_EVERY == 0 && clock.instant().isAfter(told[0].plusSeconds(TOLD_SECONDS))) {
                told[0] = clock.instant();
                LOG.info("sample: {} of {} entities", written[0], size());
            }
        };
    }
}
