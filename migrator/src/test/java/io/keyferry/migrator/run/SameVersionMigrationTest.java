package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.RecordedCases;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyspace of Kong 2.8 with two workspaces, vaults and times to live, moved to another of the same version. */
class SameVersionMigrationTest {
    @TempDir
    Path directory;

    @Test
    void movesWorkspacesVaultsAndTimesToLive() {
        String old = recorded("extras_old");
        String moved = SharedNode.freshKeyspaceName("extras_new");
        RunSettings settings = RunSettings.builder()
                .selection(new Selection(Set.of("sessions", "oauth2_authorization_codes"), Set.of()))
                .build();

        RunResult result = migrate(old, moved, settings, plan -> true);

        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(matched(result, "vaults_beta")).isEqualTo(1);
        assertThat(matched(result, "consumers")).isEqualTo(5);
        assertThat(SharedNode.session()
                        .execute("SELECT name FROM " + moved + ".workspaces")
                        .all())
                .hasSize(2);
    }

    @Test
    void refusesAKeyspaceThatSomebodyMadeSinceThePlan() {
        String old = recorded("overtaken_old");
        String moved = SharedNode.freshKeyspaceName("overtaken_new");
        RunSettings settings = RunSettings.defaults();
        Catalog catalog = Catalog.forVersion(KongVersion.parse("2.8"));

        RunResult result = migrate(old, moved, settings, plan -> {
            new KeyspaceBootstrap(address(moved), catalog, settings, "another", Clock.systemUTC()).run();
            return true;
        });

        assertThat(result.failure())
                .hasValueSatisfying(failure -> assertThat(failure)
                        .hasMessageContaining("keyspace " + moved + " was made by somebody else since the run began"));
        assertThat(SharedNode.session()
                        .execute("SELECT name FROM " + moved + ".workspaces")
                        .all())
                .hasSize(1);
        assertThat(SharedNode.session()
                        .execute("SELECT key FROM " + moved + ".locks")
                        .all())
                .isEmpty();
    }

    private static String recorded(String name) {
        String keyspace = SharedNode.freshKeyspaceName(name);
        RecordedKeyspace.load(RecordedCases.directory().resolve("2.8.5/extras/db"), SharedNode.session(), keyspace);
        return keyspace;
    }

    private RunResult migrate(String old, String moved, RunSettings settings, Predicate<Plan> consent) {
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("run"))) {
            return new Migration(
                            address(old),
                            address(moved),
                            KongVersion.parse("2.8"),
                            settings,
                            work,
                            new RunContext(
                                    "migrate",
                                    Map.of(),
                                    "test",
                                    "test@test",
                                    Clock.systemUTC(),
                                    TransferListener.NONE,
                                    consent))
                    .run();
        }
    }

    private static long matched(RunResult result, String type) {
        return requireNonNull(result.report().entities().get(type)).matched();
    }

    private static KeyspaceAddress address(String keyspace) {
        CassandraCluster node = SharedNode.cluster();
        InetSocketAddress contact = node.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(keyspace)
                .datacenter(node.datacenter())
                .replication(new Replication.Simple(1))
                .build();
    }
}
