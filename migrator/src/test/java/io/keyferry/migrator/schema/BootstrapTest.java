package io.keyferry.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.run.KeyspaceBootstrap;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.rehearsal.SharedNode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class BootstrapTest {
    @Test
    void replicatesAsItIsTold() {
        Replication topology = new Replication.NetworkTopology(
                new TreeMap<>(Map.of(SharedNode.cluster().datacenter(), 1)));
        for (Replication replication : List.of(new Replication.Simple(1), topology)) {
            KeyspaceAddress address = SampleKeyspaces.fresh("replicated");
            try (TargetSession target = SampleKeyspaces.target(address)) {
                Bootstrap bootstrap = new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC());
                bootstrap.createKeyspace(replication);
                bootstrap.createKeyspace(replication);
                bootstrap.createLockTables();
                bootstrap.createLockTables();
                LiveSchema schema = target.reader(Consistency.QUORUM).schema();

                assertThat(schema.replication()).contains(replication);
                assertThat(schema.tables()).extracting(LiveSchema.Table::name).containsExactly("locks", "schema_meta");
            } finally {
                SampleKeyspaces.drop(address);
            }
        }
    }

    @Test
    void isKongsOnlyAfterItsRelease() {
        KeyspaceAddress address = SampleKeyspaces.fresh("released");
        try (TargetSession target = SampleKeyspaces.target(address)) {
            Bootstrap bootstrap = new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC());
            bootstrap.createKeyspace(new Replication.Simple(1));
            bootstrap.createLockTables();
            ReadSession reader = target.reader(Consistency.QUORUM);
            assertThatThrownBy(() -> KongKeyspace.open(reader, Optional.empty()))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContaining("its schema_meta lists no core migration");

            bootstrap.release(Optional.of(Set.of("acl", "house-made")));
            assertThat(KongKeyspace.open(reader, Optional.empty()).catalog()).isSameAs(SampleKeyspaces.NEW);
            assertThat(SharedNode.session()
                            .execute("SELECT subsystem FROM " + address.keyspace() + ".schema_meta")
                            .all())
                    .extracting(row -> row.getString(0))
                    .containsExactlyInAnyOrder("core", "acl");
        } finally {
            SampleKeyspaces.drop(address);
        }
    }

    @Test
    void makesAWholeKeyspaceAndRefusesOneThatIsNotEmpty() {
        KeyspaceAddress address = SampleKeyspaces.fresh("whole");
        try {
            assertThat(bootstrap(address).run()).isEqualTo(new Replication.Simple(1));
            try (ReadSession session = SampleKeyspaces.source(address)) {
                KongKeyspace keyspace = KongKeyspace.open(session, Optional.empty());
                assertThat(keyspace.catalog()).isSameAs(SampleKeyspaces.NEW);
                assertThat(keyspace.schema().tables()).hasSameSizeAs(SampleKeyspaces.NEW.tables());
                assertThat(keyspace.defaultWorkspace()).isPresent();
            }
            UUID sentinel = UUID.randomUUID();
            SharedNode.session().execute("INSERT INTO " + address.keyspace() + ".consumers (id) VALUES (?)", sentinel);

            assertThatThrownBy(() -> bootstrap(address).run())
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContainingAll("is not empty", "nothing was written");
            assertThat(SharedNode.session()
                            .execute("SELECT id FROM " + address.keyspace() + ".consumers")
                            .all())
                    .hasSize(1);
        } finally {
            SampleKeyspaces.drop(address);
        }
    }

    private static KeyspaceBootstrap bootstrap(KeyspaceAddress address) {
        return new KeyspaceBootstrap(
                address, SampleKeyspaces.NEW, RunSettings.defaults(), "jo@host", Clock.systemUTC());
    }
}
