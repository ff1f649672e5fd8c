package io.keyferry.migrator.run;

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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cassandra itself is killed in the middle of an import. */
@Tag("faults")
class NodeRestartTest {
    private static final int ENTITIES = 20_000;
    private static CassandraCluster node;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        node = CassandraCluster.start(
                CassandraSettings.defaults().withHeapMegabytes(1_024).durable());
        new SampleSource(address("old"), KongVersion.parse("2.0.5"), ENTITIES, Clock.systemUTC())
                .write(RunSettings.defaults());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static KeyspaceAddress address(String keyspace) {
        InetSocketAddress contact = node.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(keyspace)
                .datacenter(node.datacenter())
                .replication(new Replication.Simple(1))
                .requestTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** Says when so many entities of the import are sent, and what was tried again. */
    private static final class Ears implements TransferListener {
        private final LongAdder done = new LongAdder();
        private final CountDownLatch quarter = new CountDownLatch(1);
        private final ConcurrentMap<String, LongAdder> retried = new ConcurrentHashMap<>();

        @Override
        public void done(Step step, String type, long entities, long bytes) {
            if (step == Step.IMPORT) {
                done.add(entities);
                if (done.sum() >= ENTITIES / 4) {
                    quarter.countDown();
                }
            }
        }

        @Override
        public void retried(Step step, String reason) {
            retried.computeIfAbsent(step + " " + reason, first -> new LongAdder())
                    .increment();
        }
    }

    private RunResult migrate(WorkDirectory work, String target, Patience patience, TransferListener ears) {
        RunSettings usual = RunSettings.defaults();
        RunSettings settings = usual.withPatience(patience);
        return new Migration(
                        address("old"),
                        address(target),
                        KongVersion.parse("2.8"),
                        settings,
                        work,
                        new RunContext("migrate", Map.of(), "test", "test@test", Clock.systemUTC(), ears, plan -> true))
                .run();
    }

    /** Runs beside a migration until the import is under way, and then takes the node away. */
    private static Thread killer(Ears ears, boolean restart) {
        Thread thread = new Thread(() -> {
            try {
                assertThat(ears.quarter.await(5, TimeUnit.MINUTES)).isTrue();
                node.kill(1);
                if (restart) {
                    node.restart(1);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void anImportOutlastsTheRestartOfItsOnlyNode() throws Exception {
        Ears ears = new Ears();
        Thread killer = killer(ears, true);
        RunResult result;
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("work"))) {
            result = migrate(work, "outlasts", Patience.DEFAULT, ears);
        }
        killer.join();

        assertThat(result.report().outcome()).as("%s", result.failure()).isEqualTo(Outcome.EQUAL);
        System.out.println("NodeRestartTest: tried again " + new ConcurrentSkipListMap<>(ears.retried));
        assertThat(ears.retried).isNotEmpty();
        assertThat(ears.retried.keySet()).allMatch(what -> what.startsWith("IMPORT"));
    }

    @Test
    void anImportThatGaveUpIsGoneOnWithWhenTheNodeIsBack() throws Exception {
        Ears ears = new Ears();
        Thread killer = killer(ears, false);
        RunResult failed;
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("work"))) {
            failed = migrate(work, "gives_up", new Patience(Duration.ofSeconds(2)), ears);
        }
        killer.join();
        node.restart(1);
        assertThat(failed.report().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.failure().map(KeyferryException::kind)).contains(Kind.TARGET);
        assertThat(failed.report().warnings()).anyMatch(warning -> warning.contains("--resume --work-dir"));

        RunResult resumed;
        try (WorkDirectory work = WorkDirectory.resume(directory.resolve("work"))) {
            assertThat(work.past().imported().entities()).isGreaterThan(ENTITIES / 8);
            resumed = migrate(work, "gives_up", Patience.DEFAULT, TransferListener.NONE);
        }
        assertThat(resumed.report().outcome()).as("%s", resumed.failure()).isEqualTo(Outcome.EQUAL);
        assertThat(Set.of(failed.report().run()))
                .containsExactly(resumed.report().run());
    }
}
