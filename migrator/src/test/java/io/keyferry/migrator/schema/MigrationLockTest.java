package io.keyferry.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationLockTest {
    private static KeyspaceAddress address;
    private static TargetSession target;

    @BeforeAll
    static void create() {
        address = SampleKeyspaces.fresh("lock");
        target = SampleKeyspaces.target(address);
        Bootstrap bootstrap = new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC());
        bootstrap.createKeyspace(new Replication.Simple(1));
        bootstrap.createLockTables();
    }

    @AfterAll
    static void drop() {
        target.close();
        SampleKeyspaces.drop(address);
    }

    @Test
    void theSecondHolderIsRefusedAndToldWhoTheFirstIs() {
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            assertThatThrownBy(() -> MigrationLock.take(target, "keyferry mo@elsewhere"))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED))
                    .hasMessageContainingAll(
                            address.keyspace(),
                            "'keyferry jo@host, token " + lock.token() + "'",
                            "Wait until it is done");
            lock.requireHeld();
        }
        MigrationLock.take(target, "keyferry mo@elsewhere").close();
    }

    @Test
    void holdsTheRowThatKongItselfLooksAt() {
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            lock.requireHeld();
            var row = Objects.requireNonNull(SharedNode.session()
                    .execute("SELECT owner, TTL(owner) FROM " + address.keyspace() + ".locks WHERE key = 'migrations'")
                    .one());
            assertThat(row.getString(0)).isEqualTo("keyferry jo@host, token " + lock.token());
            assertThat(row.getInt(1)).isBetween(1, 60);
        }
        assertThat(SharedNode.session()
                        .execute("SELECT * FROM " + address.keyspace() + ".locks")
                        .one())
                .isNull();
    }

    @Test
    void everyHolderHasAGreaterTokenThanTheLast() {
        long first;
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            first = lock.token();
            assertThat(text("SELECT owner FROM %s.locks WHERE key = 'keyferry'"))
                    .isEqualTo(Long.toString(first));
        }
        String ahead = Long.toString(first + 1_000_000_000L);
        SharedNode.session()
                .execute("INSERT INTO " + address.keyspace() + ".locks (key, owner) VALUES ('keyferry', '" + ahead
                        + "') IF NOT EXISTS");
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            assertThat(lock.token()).isEqualTo(Long.parseLong(ahead) + 1);
        }
    }

    @Test
    void whoLostTheLockWritesNothingAnyMore() {
        try (TargetSession other = SampleKeyspaces.target(address);
                MigrationLock stalled = MigrationLock.take(target, "keyferry jo@host")) {
            SharedNode.session()
                    .execute("DELETE FROM " + address.keyspace() + ".locks WHERE key = 'migrations' IF EXISTS");
            try (MigrationLock next = MigrationLock.take(other, "keyferry jo@host")) {
                assertThat(next.token()).isGreaterThan(stalled.token());

                assertThatThrownBy(stalled::confirm)
                        .isInstanceOfSatisfying(
                                KeyferryException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED))
                        .hasMessageContaining("somebody removed or took it")
                        .hasMessageContaining("we write nothing any more");
                assertThatThrownBy(() -> new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC()).createTables())
                        .hasMessageContaining("we write nothing any more");
                assertThatThrownBy(() ->
                                new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC()).release(Optional.empty()))
                        .hasMessageContaining("we write nothing any more");
                next.confirm();
            }
        }
    }

    @Test
    void aLeaseThatRanOutIsTakenAgainWhenNobodyHadItSince() {
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            SharedNode.session()
                    .execute("DELETE FROM " + address.keyspace() + ".locks WHERE key = 'migrations' IF EXISTS");
            lock.confirm();
            assertThat(text("SELECT owner FROM %s.locks WHERE key = 'migrations'"))
                    .isEqualTo("keyferry jo@host, token " + lock.token());
        }
    }

    @Test
    void theNumberOfAHolderOutlivesTheMinuteThatKongGivesToRowsOfThatTable() {
        try (MigrationLock lock = MigrationLock.take(target, "keyferry jo@host")) {
            lock.requireHeld();
            assertThat(SharedNode.session()
                            .execute(
                                    "SELECT default_time_to_live FROM system_schema.tables WHERE keyspace_name = ? AND"
                                            + " table_name = 'locks'",
                                    address.keyspace())
                            .one())
                    .isNotNull()
                    .satisfies(row -> assertThat(row.getInt(0)).isEqualTo(60));
            assertThat(timeToLiveOfTheNumber()).isGreaterThan(86_400);
        }
        MigrationLock dead = MigrationLock.take(target, "keyferry jo@host, run r3");
        try (TargetSession other = SampleKeyspaces.target(address);
                MigrationLock next = MigrationLock.take(other, "keyferry jo@host, run r3")) {
            next.requireHeld();
            assertThat(timeToLiveOfTheNumber()).as("counted on").isGreaterThan(86_400);
        }
        dead.close();
    }

    private static int timeToLiveOfTheNumber() {
        return Objects.requireNonNull(SharedNode.session()
                        .execute("SELECT TTL(owner) FROM " + address.keyspace() + ".locks WHERE key = 'keyferry'")
                        .one())
                .getInt(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeaseThatRanOutIsLostWhenSomebodyHadItMeanwhile(boolean andDied) {
        String free = "DELETE FROM " + address.keyspace() + ".locks WHERE key = 'migrations' IF EXISTS";
        try (TargetSession other = SampleKeyspaces.target(address);
                MigrationLock stalled = MigrationLock.take(target, "keyferry jo@host")) {
            SharedNode.session().execute(free);
            MigrationLock next = MigrationLock.take(other, "keyferry mo@elsewhere");
            if (andDied) {
                next.forget();
                SharedNode.session().execute(free);
            } else {
                next.close();
            }

            assertThatThrownBy(stalled::confirm).hasMessageContaining("we write nothing any more");

            assertThat(stalled.mayComeBack()).isFalse();
            assertThat(SharedNode.session()
                            .execute("SELECT owner FROM " + address.keyspace() + ".locks WHERE key = 'migrations'")
                            .one())
                    .as("what the stalled holder took again")
                    .isNull();
        }
        SharedNode.session().execute("DELETE FROM " + address.keyspace() + ".locks WHERE key = 'keyferry' IF EXISTS");
    }

    @Test
    void aResumedRunTakesTheLockOfItsOwnDeadProcess() {
        MigrationLock dead = MigrationLock.take(target, "keyferry jo@host, run r1");
        assertThatThrownBy(() -> MigrationLock.take(target, "keyferry jo@host, run r2"))
                .hasMessageContaining("'keyferry jo@host, run r1, token " + dead.token() + "'");
        try (TargetSession other = SampleKeyspaces.target(address);
                MigrationLock again = MigrationLock.take(other, "keyferry jo@host, run r1")) {
            assertThat(again.token()).isGreaterThan(dead.token());
            assertThatThrownBy(dead::confirm).hasMessageContaining("we write nothing any more");
            again.confirm();
        }
        dead.close();
    }

    @Tag("faults")
    @Test
    void theLockOfADeadHolderIsFreeAfterAMinute() {
        MigrationLock dead = MigrationLock.take(target, "keyferry jo@host, run dead");
        dead.forget(); // As a killed process does: nobody renews it, and nobody deletes it.
        long began = System.nanoTime();
        try (TargetSession other = SampleKeyspaces.target(address);
                MigrationLock next = await().pollInterval(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(90))
                        .ignoreExceptionsMatching(e -> e instanceof KeyferryException locked
                                && locked.kind() == Kind.LOCKED
                                && String.valueOf(locked.getMessage()).contains("run dead"))
                        .until(() -> MigrationLock.take(other, "keyferry mo@elsewhere"), Objects::nonNull)) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            System.out.println("the lock of a dead holder was free after " + seconds + " s");
            assertThat(seconds).isBetween(55L, 70L);
            assertThat(next.token()).isGreaterThan(dead.token());
            assertThatThrownBy(dead::confirm)
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED));
        }
    }

    private static String text(String select) {
        return String.valueOf(Objects.requireNonNull(SharedNode.session()
                        .execute(select.formatted(address.keyspace()))
                        .one())
                .getString(0));
    }

    @Test
    void doesNotLetGoOfALockThatAnotherHoldsNow() {
        MigrationLock lost = MigrationLock.take(target, "keyferry jo@host");
        SharedNode.session()
                .execute("UPDATE " + address.keyspace()
                        + ".locks SET owner = 'kong' WHERE key = 'migrations' IF EXISTS");
        lost.close();

        assertThatThrownBy(() -> MigrationLock.take(target, "keyferry jo@host")).hasMessageContaining("'kong'");
        SharedNode.session().execute("DELETE FROM " + address.keyspace() + ".locks WHERE key = 'migrations' IF EXISTS");
    }
}
