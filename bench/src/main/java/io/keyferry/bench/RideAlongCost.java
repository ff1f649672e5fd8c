package io.keyferry.bench;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.export.Export;
import io.keyferry.migrator.export.ExportTap;
import io.keyferry.migrator.load.EntityLoad;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.verify.RideAlong;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What it costs an export that digests ride along ({@code --verify ride-along}): one keyspace of Kong 2.0, exported for
 * Kong 2.8 again and again in one process, without and with in turn, and the median of what each pair says: a process
 * gets faster all the time while its code is compiled. Ends with 1 when the target is missed.
 */
public final class RideAlongCost {
    private static final Catalog OLD = Catalog.forVersion(KongVersion.parse("2.0"));
    private static final Catalog NEW = Catalog.forVersion(KongVersion.parse("2.8"));
    private static final String KEYSPACE = "ride_along";
    private static final int REQUESTS = 256;
    private static final int PARALLELISM = 4;
    private static final int WARM_UP = 4;
    private static final double MOST = 1.15;
    private static final double NANOS = 1e9;

    private RideAlongCost() {}

    /** Measures: how many entities (100,000), and how many rounds (15, of which the first four do not count). */
    public static void main(String[] args) throws IOException {
        long entities = args.length > 0 ? Long.parseLong(args[0]) : 100_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        Path directory = Files.createTempDirectory("keyferry-ride-along-");
        double ratio;
        try (CassandraCluster cluster = CassandraCluster.start(CassandraSettings.forBenchmarks())) {
            InetSocketAddress node = cluster.contactPoints().get(0);
            KeyspaceAddress address = KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                    .keyspace(KEYSPACE)
                    .build();
            fill(address, entities);
            List<Double> without = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            try (ReadSession session = ReadSession.open(new Connector(), address, Side.FROM, Consistency.QUORUM)) {
                KongKeyspace source = KongKeyspace.open(session, Optional.empty());
                for (int round = 0; round < rounds; round++) {
                    double plain = export(source, directory, false);
                    double riding = export(source, directory, true);
                    System.err.printf(Locale.ROOT, "export %.2f s, with digests %.2f s%n", plain, riding);
                    if (round >= WARM_UP) {
                        without.add(plain);
                        ratios.add(riding / plain);
                    }
                }
            }
            ratio = Figures.median(ratios);
            System.out.printf(
                    Locale.ROOT,
                    "export of %,d entities: %.2f s; digests that ride along: %+.1f %% (at most %+.0f %%)%n",
                    entities,
                    Figures.median(without),
                    (ratio - 1) * 100,
                    (MOST - 1) * 100);
        }
        System.exit(ratio <= MOST ? 0 : 1);
    }

    private static void fill(KeyspaceAddress address, long entities) {
        SampleKeyspace sample = new SampleKeyspace(OLD, entities, 1, Instant.now());
        try (TargetSession target = TargetSession.open(address, Consistency.QUORUM)) {
            Bootstrap bootstrap = new Bootstrap(target, OLD, Clock.systemUTC());
            bootstrap.createKeyspace(new Replication.Simple(1));
            bootstrap.createTables();
            bootstrap.writeIdentity(UUID.randomUUID(), UUID.randomUUID());
            new EntityLoad(target, target.reader(Consistency.QUORUM).schema(), REQUESTS, Clock.systemUTC())
                    .write(consumer -> sample.forEach(consumer));
            bootstrap.release(Optional.empty());
        }
    }

    private static double export(KongKeyspace source, Path directory, boolean riding) throws IOException {
        Path file = directory.resolve("kong.yml");
        Upgrade upgrade = new Upgrade(source.catalog(), NEW, Set.of());
        long start = System.nanoTime();
        if (riding) {
            try (RideAlong ride = new RideAlong(source, upgrade, RunKey.random(), directory)) {
                run(source, upgrade, file, (type, rows) -> ride.rider(type, rows)::take);
                ride.seal();
            }
        } else {
            run(source, upgrade, file, ExportTap.NONE);
        }
        double seconds = (System.nanoTime() - start) / NANOS;
        Files.delete(file);
        return seconds;
    }

    private static void run(KongKeyspace source, Upgrade upgrade, Path file, ExportTap tap) {
        new Export(
                        source,
                        upgrade,
                        Selection.DEFAULT,
                        new Export.Settings(Style.LINES, PARALLELISM, Clock.systemUTC(), TransferListener.NONE, tap))
                .to(file);
    }
}
