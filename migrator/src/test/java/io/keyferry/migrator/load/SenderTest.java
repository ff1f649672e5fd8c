package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.FaultyProxy;
import io.keyferry.migrator.FaultyProxy.Weather;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Rows that go together, and what Cassandra thinks of it. */
@Timeout(60)
final class SenderTest {
    private static final long EARLY = 1_700_000_000_000_000L;
    private static final int IN_FLIGHT = 64;
    private static final long SLOW_MILLIS = 300;

    private static KeyspaceAddress address;
    private static TargetSession target;

    private final Queue<String> retried = new ConcurrentLinkedQueue<>();
    private final TransferListener listener = new TransferListener() {
        @Override
        public void retried(Step step, String reason) {
            retried.add(reason);
        }
    };

    @BeforeAll
    static void create() {
        address = created("together", 1);
        target = TargetSession.open(address, Consistency.QUORUM);
    }

    private static KeyspaceAddress created(String name, int replicas) {
        KeyspaceAddress created = SampleKeyspaces.empty(name, replicas);
        SharedNode.session()
                .execute("CREATE TABLE " + created.keyspace() + ".consumers (id text PRIMARY KEY, likes list<text>)");
        return created;
    }

    @AfterAll
    static void drop() {
        target.close();
        SampleKeyspaces.drop(address);
    }

    private void send(TargetSession session, List<String> ids, int likes) throws InterruptedException {
        PreparedStatement insert =
                session.prepare("INSERT INTO " + session.table("consumers") + " (id, likes) VALUES (?, ?)");
        try (Sender sender = new Sender(session, EARLY, IN_FLIGHT, listener)) {
            for (String id : ids) {
                BoundStatement row = insert.bind(id, Collections.nCopies(likes, "tea"));
                sender.send(row, Sender.size(row), () -> "row " + id, () -> {});
            }
            sender.flush();
        }
    }

    private static List<String> ids(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i).toList();
    }

    private static FaultyProxy network() throws IOException {
        return new FaultyProxy(SharedNode.cluster().contactPoints().get(0), Weather.FAIR, 0);
    }

    private static TargetSession behind(FaultyProxy network) {
        return TargetSession.open(
                KeyspaceAddress.at(new ContactPoint("127.0.0.1", network.port()))
                        .keyspace(address.keyspace())
                        .datacenter("datacenter1")
                        .build(),
                Consistency.QUORUM);
    }

    private static boolean exists(String id) {
        return SharedNode.session()
                        .execute("SELECT id FROM " + address.keyspace() + ".consumers WHERE id = ?", id)
                        .one()
                != null;
    }

    @Test
    void rowsGoTogetherAndAsManyAsCassandraTakesWithoutAWarning() throws InterruptedException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger driver = (Logger) LoggerFactory.getLogger("com.datastax.oss.driver.internal.core.cql");
        log.start();
        driver.addAppender(log);
        driver.setLevel(Level.WARN);
        try {
            for (int likes : new int[] {0, 1, 3, 10, 30, 100, 300}) {
                List<String> ids = ids("likes " + likes, 5 * Window.MOST_TOGETHER);
                send(target, ids, likes);
                assertThat(ids).allMatch(SenderTest::exists);
            }
        } finally {
            driver.setLevel(null);
            driver.detachAppender(log);
        }
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
        Row batches = SharedNode.session()
                .execute("SELECT max FROM system_views.batch_metrics WHERE name = 'partitions_per_unlogged_batch'")
                .one();
        assertThat(batches.getLong(0)).isLessThanOrEqualTo(Window.MOST_TOGETHER);
        assertThat(retried).isEmpty();
    }

    @Test
    void aWrongRowIsNamedAndThoseThatWentWithItAreWritten() throws IOException {
        List<String> ids = new ArrayList<>(ids("beside", Window.MOST_TOGETHER));
        ids.add(Window.MOST_TOGETHER / 2, "");
        try (FaultyProxy network = network();
                TargetSession slow = behind(network)) {
            // The first row, which goes alone, is not answered before the others are gathered.
            network.delay(SLOW_MILLIS);
            assertThatThrownBy(() -> send(slow, ids, 1))
                    .isInstanceOf(KeyferryException.class)
                    .hasMessageContaining("row  cannot be written");
        }
        assertThat(ids).filteredOn(id -> !id.isEmpty()).allMatch(SenderTest::exists);
        assertThat(retried).hasSize(Window.MOST_TOGETHER).containsOnly("InvalidQuery");
    }

    private static BoundStatement insert(TargetSession session, String id) {
        return session.prepare("INSERT INTO " + session.table("consumers") + " (id) VALUES (?)")
                .bind(id);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsOnTheWireIsAnsweredWhenTheSendingEnds(boolean interrupted) throws IOException, InterruptedException {
        AtomicBoolean arrived = new AtomicBoolean();
        try (FaultyProxy network = network();
                TargetSession slow = behind(network)) {
            BoundStatement row = insert(slow, "last");
            network.delay(SLOW_MILLIS);
            try (Sender sender = new Sender(slow, EARLY, IN_FLIGHT, listener)) {
                sender.send(row, Sender.size(row), () -> "row last", () -> arrived.set(true));
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            assertThat(Thread.interrupted()).isEqualTo(interrupted);
            assertThat(arrived).isTrue();
        }
    }

    @Test
    void whatIsCalledForARowAndFailsEndsTheSending() throws InterruptedException {
        BoundStatement row = insert(target, "uncounted");
        try (Sender sender = new Sender(target, EARLY, IN_FLIGHT, listener)) {
            sender.send(row, Sender.size(row), () -> "row uncounted", () -> {
                throw new IllegalStateException("nobody counts");
            });
            assertThatThrownBy(sender::flush)
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
                    .hasMessageContaining("row uncounted is written, but could not be counted: ")
                    .hasMessageContaining("nobody counts");
        }
    }

    @Test
    void whereTooFewNodesAreTheDriverSendsNothingAgainByItself() {
        KeyspaceAddress three = created("too_few", 3);
        try (TargetSession lonely = TargetSession.open(
                three.toBuilder().patience(new Patience(Duration.ZERO)).build(), Consistency.QUORUM)) {
            assertThatThrownBy(() -> send(lonely, List.of("one"), 1)).hasCauseInstanceOf(UnavailableException.class);
        } finally {
            SampleKeyspaces.drop(three);
        }
    }
}
