package io.keyferry.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
                    .hasMessageContainingAll(address.keyspace(), "'keyferry jo@host'", "Wait until it is done");
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
            assertThat(row.getString(0)).isEqualTo("keyferry jo@host");
            assertThat(row.getInt(1)).isBetween(1, 60);
        }
        assertThat(SharedNode.session()
                        .execute("SELECT * FROM " + address.keyspace() + ".locks")
                        .one())
                .isNull();
    }

    @Test
    void doesNotLetGoOfALockThatAnotherHoldsNow() {
        MigrationLock lost = MigrationLock.take(target, "keyferry jo@host");
        SharedNode.session()
                .execute("UPDATE " + address.keyspace()
                        + ".locks SET owner = 'kong' WHERE key = 'migrations' IF owner = 'keyferry jo@host'");
        lost.close();

        assertThatThrownBy(() -> MigrationLock.take(target, "keyferry jo@host")).hasMessageContaining("'kong'");
        SharedNode.session().execute("DELETE FROM " + address.keyspace() + ".locks WHERE key = 'migrations' IF EXISTS");
    }
}
