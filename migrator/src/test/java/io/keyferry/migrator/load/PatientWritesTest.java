package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.FaultyProxy;
import io.keyferry.migrator.FaultyProxy.Weather;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.load.TargetRows.Kept;
import io.keyferry.migrator.load.TargetRows.RowKey;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that does not answer for a while: what is written waits for it, and not for ever. */
final class PatientWritesTest {
    private static final long EARLY = 1_700_000_000_000_000L;
    private static final long LATE_MILLIS = 1_000;
    /** One alone, some together, and one that is left. */
    private static final int ROWS = 2 + Window.MOST_TOGETHER;

    private static KeyspaceAddress address;

    private final Queue<String> retried = new ConcurrentLinkedQueue<>();
    private final TransferListener listener = new TransferListener() {
        @Override
        public void retried(Step step, String reason) {
            retried.add(reason);
        }
    };
    private FaultyProxy network;

    @BeforeAll
    static void create() {
        address = SampleKeyspaces.empty("patient", 1);
        SharedNode.session()
                .execute("CREATE TABLE " + address.keyspace()
                        + ".consumers (id text PRIMARY KEY, username text, likes list<text>)");
    }

    @AfterAll
    static void drop() {
        SampleKeyspaces.drop(address);
    }

    @BeforeEach
    void connect() throws IOException {
        network = new FaultyProxy(SharedNode.cluster().contactPoints().get(0), Weather.FAIR, 0);
    }

    @AfterEach
    void disconnect() throws IOException {
        network.close();
    }

    private TargetSession open(Duration giveUpAfter) {
        return TargetSession.open(
                KeyspaceAddress.at(new ContactPoint("127.0.0.1", network.port()))
                        .keyspace(address.keyspace())
                        .datacenter("datacenter1")
                        .requestTimeout(Duration.ofMillis(500))
                        .patience(new Patience(giveUpAfter))
                        .build(),
                Consistency.QUORUM);
    }

    /** From now on the node answers too late, for so long. */
    private void late(long millis) {
        network.delay(LATE_MILLIS);
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(() -> network.delay(0));
    }

    private void send(TargetSession target, String id) throws InterruptedException {
        PreparedStatement insert =
                target.prepare("INSERT INTO " + target.table("consumers") + " (id, likes) VALUES (?, ?)");
        try (Sender sender = new Sender(target, EARLY, ROWS, listener)) {
            late(2_000);
            for (int i = 0; i < ROWS; i++) {
                String row = id + " " + i;
                BoundStatement statement = insert.bind(row, List.of("a", "b"));
                sender.send(statement, Sender.size(statement), () -> "row " + row, () -> {});
            }
            sender.flush();
        }
    }

    @Test
    void rowsAreSentAgainUntilTheyAreAcknowledgedAndTheirListsAreNotDoubled() throws InterruptedException {
        try (TargetSession target = open(Duration.ofMinutes(1))) {
            send(target, "again");
        }
        assertThat(retried).hasSizeGreaterThan(ROWS).containsOnly("DriverTimeout");
        for (int i = 0; i < ROWS; i++) {
            assertThat(SharedNode.session()
                            .execute(
                                    "SELECT likes FROM " + address.keyspace() + ".consumers WHERE id = ?", "again " + i)
                            .one()
                            .getList(0, String.class))
                    .containsExactly("a", "b");
        }
    }

    @Test
    void aRowIsGivenUpWhenPatienceEnds() {
        try (TargetSession target = open(Duration.ZERO)) {
            assertThatThrownBy(() -> send(target, "given up"))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContaining("row given up 0 cannot be written")
                    .hasMessageContaining("(1 attempts)");
        }
        assertThat(retried).isEmpty();
    }

    private TargetRows rows(TargetSession target) {
        LiveSchema schema = target.reader(Consistency.QUORUM).schema();
        return new TargetRows(target, schema, Clock.systemUTC(), listener);
    }

    private static RowKey key(String id) {
        return new RowKey("consumers", Map.of("id", ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aRowThatIsRepairedIsAskedForAndDeletedAgainToo() {
        SharedNode.session()
                .execute("INSERT INTO " + address.keyspace() + ".consumers (id, username) VALUES ('rows', 'jo')"
                        + " USING TIMESTAMP " + EARLY);
        try (TargetSession target = open(Duration.ofMinutes(1))) {
            TargetRows rows = rows(target);
            assertThat(rows.read(key("rows")).exists()).isTrue();
            late(1_500);
            Kept kept = rows.read(key("rows"));
            assertThat(kept.exists()).isTrue();
            late(1_500);
            rows.delete(key("rows"), EARLY + 1);
            assertThat(rows.read(key("rows")).exists()).isFalse();
            rows.put(kept, EARLY + 100_000);
            assertThat(rows.read(key("rows")).columns()).isEqualTo(kept.columns());
        }
        assertThat(retried).hasSizeGreaterThan(2).containsOnly("DriverTimeout");
    }

    @Test
    void aRowThatIsRepairedIsGivenUpWhenPatienceEnds() {
        try (TargetSession target = open(Duration.ZERO)) {
            TargetRows rows = rows(target);
            rows.read(key("none"));
            late(2_000);
            assertThatThrownBy(() -> rows.read(key("none")))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContaining("a row of table consumers");
        }
    }
}
