package io.keyferry.rehearsal;

import static com.datastax.oss.driver.api.core.ConsistencyLevel.QUORUM;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.keyferry.rehearsal.CassandraSettings.Encryption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassandraClusterTest {
    @Test
    void leavesNeitherProcessNorDirectoryBehind() {
        CassandraCluster cluster = CassandraCluster.start(CassandraSettings.defaults());
        long pid = cluster.pid(1);
        assertThat(cluster.session()
                        .execute("SELECT release_version FROM system.local")
                        .one()
                        .getString(0))
                .isEqualTo(cluster.version());
        cluster.close();
        cluster.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(cluster.directory()).doesNotExist();
    }

    @Test
    void acknowledgesWritesAtQuorumWithOneOfThreeNodesKilledAndTakesItBack() {
        CassandraSettings settings = CassandraSettings.defaults().withNodes(3).durable();
        try (CassandraCluster cluster = CassandraCluster.start(settings)) {
            CqlSession session = cluster.session();
            assertThat(cluster.contactPoints()).hasSize(3);
            Ddl ddl = new Ddl(session);
            ddl.execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
            ddl.execute("CREATE TABLE k.t (id int PRIMARY KEY, v text)");
            ddl.awaitAgreement();
            session.execute(at("INSERT INTO k.t (id, v) VALUES (1, 'before')"));

            cluster.kill(2);
            session.execute(at("INSERT INTO k.t (id, v) VALUES (2, 'while down')"));

            cluster.restart(2);
            assertThat(session.execute(at("SELECT id FROM k.t")).all()).hasSize(2);
        }
    }

    @Test
    void refusesToRestartThrowAwayNodes() {
        CassandraCluster cluster = SharedNode.cluster();
        assertThatThrownBy(() -> cluster.restart(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("durable()");
    }

    @Test
    void letsInWhoKnowsThePassword() {
        CassandraSettings settings = CassandraSettings.defaults().withPasswordAuthentication();
        try (CassandraCluster cluster = CassandraCluster.start(settings)) {
            assertThat(cluster.session()
                            .execute("SELECT role, is_superuser FROM system_auth.roles")
                            .one()
                            .getBoolean("is_superuser"))
                    .isTrue();
            assertThatThrownBy(() -> CqlSession.builder()
                            .addContactPoints(cluster.contactPoints())
                            .withLocalDatacenter(cluster.datacenter())
                            .withAuthCredentials("cassandra", "wrong")
                            .build()
                            .close())
                    .isInstanceOf(AllNodesFailedException.class)
                    .hasMessageContaining("Authentication error");
        }
    }

    @Test
    void encryptsAndShowsACertificateThatFitsItsAddress() {
        CassandraSettings settings = CassandraSettings.defaults().withEncryption(Encryption.SERVER_CERTIFICATE);
        try (CassandraCluster cluster = CassandraCluster.start(settings)) {
            assertThat(cluster.session().execute("SELECT key FROM system.local").one())
                    .isNotNull();
            TlsFiles tls = cluster.tls().orElseThrow();
            assertThat(tls.client()).isEmpty();
            assertThat(tls.trustedPem()).content().startsWith("-----BEGIN CERTIFICATE-----");
            assertThatThrownBy(() -> CqlSession.builder()
                            .addContactPoints(cluster.contactPoints())
                            .withLocalDatacenter(cluster.datacenter())
                            .build()
                            .close())
                    .isInstanceOf(AllNodesFailedException.class);
        }
    }

    @Test
    void asksForTheClientsCertificateAndAPassword() {
        CassandraSettings settings =
                CassandraSettings.defaults().withEncryption(Encryption.MUTUAL).withPasswordAuthentication();
        try (CassandraCluster cluster = CassandraCluster.start(settings)) {
            assertThat(cluster.session().execute("SELECT key FROM system.local").one())
                    .isNotNull();
            TlsFiles tls = cluster.tls().orElseThrow();
            TlsFiles.Client client = tls.client().orElseThrow();
            assertThat(client.certificatePem()).content().startsWith("-----BEGIN CERTIFICATE-----");
            assertThat(client.privateKeyPem()).content().startsWith("-----BEGIN PRIVATE KEY-----");

            TlsFiles withoutClient = new TlsFiles(tls.trustStore(), tls.trustedPem(), Optional.empty(), tls.password());
            CqlProbe stranger = new CqlProbe(
                    cluster.contactPoints().get(0),
                    Optional.of(CertificateMaker.context(withoutClient)),
                    cluster.credentials());
            assertThatThrownBy(() -> stranger.check(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void saysWhichPortIsInUseBeforeStartingAnything() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() ->
                            CassandraCluster.start(CassandraSettings.defaults().withNativePort(port)))
                    .isInstanceOf(RehearsalException.class)
                    .hasMessageContaining("client port " + port + " on 127.0.0.1 is in use")
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void quotesTheNodeThatIsTooLateAndKeepsTheLogInADirectoryOfTheCaller(@TempDir Path directory) {
        CassandraSettings settings = CassandraSettings.defaults().withDirectory(directory.resolve("kept"));
        assertThatThrownBy(() -> CassandraCluster.start(settings.withStartDeadline(Duration.ZERO)))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("does not serve after 0 s")
                .hasMessageContaining("Node 1 (127.0.0.1:")
                .hasMessageContaining("raise the start deadline");
        assertThat(directory.resolve("kept/node1/node.log")).exists();
    }

    @Test
    void refusesADirectoryThatIsInUse(@TempDir Path directory) throws IOException {
        Files.createFile(directory.resolve("precious"));
        assertThatThrownBy(() ->
                        CassandraCluster.start(CassandraSettings.defaults().withDirectory(directory)))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("is not empty");
        assertThat(directory.resolve("precious")).exists();
    }

    private static SimpleStatement at(String cql) {
        // The driver may not have noticed yet which node is gone.
        return requireNonNull(
                SimpleStatement.newInstance(cql).setConsistencyLevel(QUORUM).setIdempotent(true));
    }
}
