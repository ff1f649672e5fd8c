package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.verifier.report.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that die, of three that hold a replica each, at LOCAL_QUORUM. {@code docs/faults.md} says what is promised. Needs
 * some gigabytes of memory and some minutes.
 */
@Tag("faults")
class FaultsTest {
    private static final long ENTITIES = 5_000;
    /** A lease on the target lasts as long, and the nodes take some seconds more to start. */
    private static final Duration AWAY = Duration.ofSeconds(60);

    private static CassandraCluster cluster;

    @TempDir
    private Path directory;

    private final ConcurrentMap<String, LongAdder> retried = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() {
        cluster = CassandraCluster.start(CassandraSettings.defaults().durable().withNodes(3));
        new SampleSource(address("kong_old"), SampleSource.VERSION, ENTITIES, Clock.systemUTC())
                .write(RunSettings.defaults());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void tell(TestInfo test) {
        System.out.println(test.getDisplayName() + " tried again " + new ConcurrentSkipListMap<>(retried));
    }

    private static KeyspaceAddress address(String keyspace) {
        InetSocketAddress first = cluster.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(first.getHostString(), first.getPort()))
                .keyspace(keyspace)
                .datacenter("datacenter1")
                .replication(new Replication.Simple(3))
                .requestTimeout(Duration.ofSeconds(15))
                .build();
    }

    /** Does something once, when so much of a step is done; hears what is tried again. */
    private final class Midst implements TransferListener {
        private final Step step;
        private final Runnable fault;
        private final AtomicBoolean happened = new AtomicBoolean();
        private final LongAdder done = new LongAdder();

        Midst(Step step, Runnable fault) {
            this.step = step;
            this.fault = fault;
        }

        @Override
        public void done(Step current, String type, long entities, long bytes) {
            if (current == step) {
                done.add(entities);
                if (done.sum() > ENTITIES / 5 && !happened.getAndSet(true)) {
                    fault.run();
                }
            }
        }

        @Override
        public void retried(Step current, String reason) {
            retried.computeIfAbsent(current + " " + reason, first -> new LongAdder())
                    .increment();
        }
    }

    private RunResult migrate(WorkDirectory work, String to, Patience patience, TransferListener listener) {
        return new Migration(
                        address("kong_old"),
                        address(to),
                        KongVersion.parse("2.8"),
                        RunSettings.defaults().withPatience(patience),
                        work,
                        new RunContext(
                                "migrate", Map.of(), "test", "test@test", Clock.systemUTC(), listener, plan -> true))
                .run();
    }

    private RunResult migrate(String to, TransferListener listener) {
        try (WorkDirectory work = WorkDirectory.at(directory.resolve(to))) {
            return migrate(work, to, Patience.DEFAULT, listener);
        }
    }

    private static void assertEqual(RunResult result) {
        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
    }

    @Test
    void oneMayDieDuringTheExport() {
        Midst death = new Midst(Step.EXPORT, () -> cluster.kill(3));

        RunResult result = migrate("dies_in_export", death);

        assertThat(death.happened).isTrue();
        assertEqual(result);
        cluster.restart(3);
    }

    @Test
    void oneMayDieDuringTheImport() {
        Midst death = new Midst(Step.IMPORT, () -> cluster.kill(2));

        RunResult result = migrate("dies_in_import", death);

        assertThat(death.happened).isTrue();
        assertEqual(result);
        cluster.restart(2);
    }

    @Test
    void ofARunThatLostAllButOneTheRestIsDoneWhenTheyAreBack() {
        Midst death = new Midst(Step.IMPORT, () -> {
            cluster.kill(2);
            cluster.kill(3);
        });
        RunResult failed;
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("work"))) {
            failed = migrate(work, "all_but_one", new Patience(Duration.ofSeconds(5)), death);
        }
        cluster.restart(2, 3);
        KeyferryException failure = failed.failure().orElseThrow();
        System.out.println(failure.getMessage());
        assertThat(failed.report().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failure.kind()).isEqualTo(Kind.TARGET);
        assertThat(failure).hasMessageContaining("all_but_one at LOCAL_QUORUM");
        assertThat(failed.report().warnings()).anyMatch(warning -> warning.contains("--resume --work-dir"));

        try (WorkDirectory work = WorkDirectory.resume(directory.resolve("work"))) {
            assertEqual(migrate(work, "all_but_one", Patience.DEFAULT, TransferListener.NONE));
        }
    }

    @Test
    void aRunWaitsForNodesThatAreAwayForLongerThanItsLockLasts() {
        Executor later = CompletableFuture.delayedExecutor(AWAY.toSeconds(), TimeUnit.SECONDS);
        AtomicReference<CompletableFuture<Void>> back = new AtomicReference<>();
        Midst death = new Midst(Step.IMPORT, () -> {
            cluster.kill(2);
            cluster.kill(3);
            back.set(CompletableFuture.runAsync(() -> cluster.restart(2, 3), later));
        });

        RunResult result = migrate("away_for_long", death);

        CompletableFuture<Void> restarted = requireNonNull(back.get(), "no node was killed");
        assertThat(restarted).as("the nodes are back").succeedsWithin(AWAY);
        assertThat(retried).as("writes that waited for the lock").containsKey("IMPORT LockNotRenewed");
        assertEqual(result);
    }
}
