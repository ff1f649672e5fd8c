package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.pace.Pacing;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.TableScan;
import io.keyferry.migrator.FaultyProxy;
import io.keyferry.migrator.FaultyProxy.Weather;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a run does when a live cluster becomes slow under it, on a real node behind a network that can be slowed. */
class PacesTest {
    private static final int READERS = 8;
    private static final long SLOW_MILLIS = 200;

    private static KeyspaceAddress address;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final TransferListener listener = new TransferListener() {
        @Override
        public void paced(String why) {
            told.add(why);
        }
    };

    @BeforeAll
    static void create() {
        address = SampleKeyspaces.fresh("paced");
        new SampleSource(address, SampleSource.VERSION, 0, Clock.systemUTC()).write(RunSettings.defaults());
    }

    @AfterAll
    static void drop() {
        SampleKeyspaces.drop(address);
    }

    private String last() {
        return told.isEmpty() ? "" : told.get(told.size() - 1);
    }

    private static RunSettings paced(Pacing.Budget budget) {
        return RunSettings.defaults().withPacing(new Pacing(OptionalInt.empty(), budget));
    }

    @Test
    void slowsDownWhileTheClusterIsSlowAndComesBack() throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        try (FaultyProxy network = proxy();
                ReadSession source = open(network);
                Paces paces = new Paces(paced(new Pacing.Most(Duration.ofMillis(100))), listener)) {
            paces.hold(source);
            TableScan scan = scan(source);
            for (int i = 0; i < READERS; i++) {
                Thread reader = new Thread(() -> read(scan, stop));
                reader.start();
                readers.add(reader);
            }

            network.delay(SLOW_MILLIS);
            // Eight readers were on their way at most, and seven tenths of that are left.
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(told)
                            .anyMatch(why -> why.matches(
                                    "reads of the source take .*, may take 100\\.0 .*: [1-5] requests? at once")));

            network.delay(0);
            await().atMost(Duration.ofMinutes(1)).until(() -> last().isEmpty());
        } finally {
            stop.set(true);
        }
        readers.forEach(reader -> await().until(() -> !reader.isAlive()));
    }

    @Test
    void doesNotLookAtFullSpeed() throws IOException {
        try (FaultyProxy network = proxy();
                ReadSession source = open(network);
                Paces paces = new Paces(paced(new Pacing.NoLimit()), listener)) {
            network.delay(SLOW_MILLIS);
            paces.hold(source);
            read(scan(source), new AtomicBoolean(true));
        }
        assertThat(told).containsOnly("");
    }

    @Test
    void aRateHolds() throws IOException {
        try (FaultyProxy network = proxy();
                ReadSession source = open(network);
                Paces paces = new Paces(
                        RunSettings.defaults().withPacing(new Pacing(OptionalInt.of(20), new Pacing.NoLimit())),
                        listener)) {
            TableScan scan = scan(source);
            paces.hold(source);
            long[] rows = {0};
            long began = System.nanoTime();
            scan.readAll(Step.EXPORT, TransferListener.NONE, entity -> rows[0]++);
            double seconds = (System.nanoTime() - began) / 1e9;
            // The last page need not be paid for.
            assertThat(rows[0]).isGreaterThan(20);
            assertThat(seconds).isGreaterThan((rows[0] - 5) / 20.0 * 0.9);
        }
        assertThat(told).contains("--rate holds the source to 20 entities a second");
    }

    private static TableScan scan(ReadSession source) {
        KongKeyspace keyspace = KongKeyspace.open(source, Optional.empty());
        return keyspace.scan(keyspace.catalog().entityType("plugins").orElseThrow())
                .orElseThrow();
    }

    private static void read(TableScan scan, AtomicBoolean stop) {
        do {
            try {
                scan.readAll(Step.EXPORT, TransferListener.NONE, entity -> {});
            } catch (KeyferryException e) {
                return; // Closed at the end of the test.
            }
        } while (!stop.get());
    }

    private static FaultyProxy proxy() throws IOException {
        return new FaultyProxy(SharedNode.cluster().contactPoints().get(0), Weather.FAIR, 0);
    }

    private static ReadSession open(FaultyProxy network) {
        KeyspaceAddress behind = KeyspaceAddress.at(new ContactPoint("127.0.0.1", network.port()))
                .keyspace(address.keyspace())
                .datacenter("datacenter1")
                .build();
        return ReadSession.open(new Connector(), behind, Side.FROM, behind.consistencyOr(Optional.empty()));
    }
}
