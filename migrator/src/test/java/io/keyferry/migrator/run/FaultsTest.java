package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.verifier.report.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What nights bring, on real clusters. {@code docs/faults.md} says what is promised. Needs some gigabytes of memory and
 * some minutes.
 */
@Tag("faults")
class FaultsTest {
    private static final long ENTITIES = 2_000;

    @TempDir
    private Path directory;

    /** Does something once, in the midst of a step. */
    private static final class Midst implements TransferListener {
        private final Step step;
        private final Runnable fault;
        private final AtomicBoolean happened = new AtomicBoolean();

        Midst(Step step, Runnable fault) {
            this.step = step;
            this.fault = fault;
        }

        @Override
        public void done(Step current, String type, long entities, long bytes) {
            if (current == step && !happened.getAndSet(true)) {
                fault.run();
            }
        }
    }

    private static KeyspaceAddress address(InetSocketAddress node, String keyspace, int replicas) {
        return KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                .keyspace(keyspace)
                .datacenter("datacenter1")
                .replication(new Replication.Simple(replicas))
                .requestTimeout(Duration.ofSeconds(15))
                .build();
    }

    private static void sample(KeyspaceAddress address) {
        new SampleSource(address, SampleSource.VERSION, ENTITIES, Clock.systemUTC()).write(RunSettings.defaults());
    }

    private RunResult migrate(KeyspaceAddress from, KeyspaceAddress to, TransferListener listener) {
        try (WorkDirectory work = WorkDirectory.at(directory.resolve(to.keyspace()))) {
            return new Migration(
                            from,
                            to,
                            KongVersion.parse("2.8"),
                            RunSettings.defaults(),
                            work,
                            new RunContext(
                                    "migrate",
                                    Map.of(),
                                    "test",
                                    "test@test",
                                    Clock.systemUTC(),
                                    listener,
                                    plan -> true))
                    .run();
        }
    }

    private static void assertEqual(RunResult result) {
        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
    }

    @Test
    void ofThreeNodesOneMayDieDuringTheExport() {
        try (CassandraCluster cluster =
                CassandraCluster.start(CassandraSettings.defaults().durable().withNodes(3))) {
            InetSocketAddress first = cluster.contactPoints().get(0);
            KeyspaceAddress old = address(first, "kong_old", 3);
            sample(old);

            Midst death = new Midst(Step.EXPORT, () -> cluster.kill(3));

            RunResult result = migrate(old, address(first, "kong_new", 3), death);

            assertThat(death.happened).isTrue();
            assertEqual(result);
        }
    }
}
