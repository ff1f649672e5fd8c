package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that does not answer for a while: what is written waits for it, and not for ever. */
final class PatientWritesTest {
    private static final long EARLY = 1_700_000_000_000_000L;
    /** Long enough for a busy machine to answer what is not held. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

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
                        .requestTimeout(TIMEOUT)
                        .patience(new Patience(giveUpAfter))
                        .build(),
                Consistency.QUORUM);
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    /** Does something while the node does not answer before so many attempts have failed. */
    private void held(int attempts, Action action) throws InterruptedException {
        int enough = retried.size() + attempts;
        network.hold();
        CompletableFuture<Void> letting = CompletableFuture.runAsync(() -> {
            await().atMost(Duration.ofMinutes(1)).until(() -> retried.size() >= enough);
            network.letGo();
        });
        action.run();
        letting.join();
    }

    private void send(TargetSession target, Function<String, BoundStatement> bind) throws InterruptedException {
        try (Sender sender = new Sender(target, EARLY, ROWS, listener)) {
            for (int i = 0; i < ROWS; i++) {
                String row = "row " + i;
                BoundStatement statement = bind.apply(row);
                sender.send(statement, Sender.size(statement), () -> row, () -> {});
            }
            sender.flush();
        }
    }

    private static PreparedStatement withList(TargetSession target) {
        return target.prepare("INSERT INTO " + target.table("consumers") + " (id, likes) VALUES (?, ?)");
    }

    private static Row row(String columns, int number) {
        return SharedNode.session()
                .execute(
                        "SELECT " + columns + " FROM " + address.keyspace() + ".consumers WHERE id = ?",
                        "row " + number)
                .one();
    }

    @Test
    void rowsAreSentAgainUntilTheyAreAcknowledgedAndTheirListsAreNotDoubled() throws InterruptedException {
        try (TargetSession target = open(Duration.ofMinutes(1))) {
            PreparedStatement insert = withList(target);
            held(ROWS + 1, () -> send(target, row -> insert.bind(row, List.of("a", "b"))));
        }
        assertThat(retried).hasSizeGreaterThan(ROWS).containsOnly("DriverTimeout");
        for (int i = 0; i < ROWS; i++) {
            assertThat(row("likes", i).getList(0, String.class)).containsExactly("a", "b");
        }
    }

    @Test
    void rowsThatWaitedExpireWhenTheyWereMeantTo() throws InterruptedException {
        try (TargetSession target = open(Duration.ofMinutes(1))) {
            PreparedStatement insert = target.prepare(
                    "INSERT INTO " + target.table("consumers") + " (id, username) VALUES (?, 'jo') USING TTL ?");
            held(1, () -> send(target, row -> insert.bind(row, row.equals("row 0") ? 0 : 1_000)));
        }
        assertThat(row("TTL(username)", 0).isNull(0)).isTrue();
        for (int i = 1; i < ROWS; i++) {
            assertThat(row("TTL(username)", i).getInt(0)).isBetween(1, 1_000 - (int) TIMEOUT.toSeconds());
        }
    }

    @Test
    void aRowIsGivenUpWhenPatienceEnds() {
        try (TargetSession target = open(Duration.ZERO)) {
            PreparedStatement insert = withList(target);
            network.hold();
            assertThatThrownBy(() -> send(target, row -> insert.bind(row, List.of("a"))))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContaining("row 0 cannot be written")
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
    void aRowThatIsRepairedIsAskedForAndDeletedAgainToo() throws InterruptedException {
        SharedNode.session()
                .execute("INSERT INTO " + address.keyspace() + ".consumers (id, username) VALUES ('rows', 'jo')"
                        + " USING TIMESTAMP " + EARLY);
        try (TargetSession target = open(Duration.ofMinutes(1))) {
            TargetRows rows = rows(target);
            assertThat(rows.read(key("rows")).exists()).isTrue();
            AtomicReference<Kept> read = new AtomicReference<>();
            held(2, () -> read.set(rows.read(key("rows"))));
            Kept kept = requireNonNull(read.get());
            assertThat(kept.exists()).isTrue();
            held(1, () -> rows.delete(key("rows"), EARLY + 1));
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
            network.hold();
            assertThatThrownBy(() -> rows.read(key("none")))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContaining("a row of table consumers");
        }
    }
}
