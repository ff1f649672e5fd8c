package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.rehearsal.CassandraSettings.Encryption;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.rehearsal.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that wants a password and certificates of both ends. */
class SecuredNodeTest {
    private static final Credentials GOOD = new Credentials("cassandra", new Secret("cassandra"));
    private static final Secret WRONG = new Secret("wr0ngPassword");

    private static CassandraCluster cluster;
    private static TlsFiles files;

    @BeforeAll
    static void start() {
        cluster = CassandraCluster.start(
                CassandraSettings.defaults().withPasswordAuthentication().withEncryption(Encryption.MUTUAL));
        files = cluster.tls().orElseThrow();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void connectsByPem() {
        assertThat(kongKeyspaceIsAbsent(
                        at("127.0.0.1").tls(pem(Tls.Check.HOSTNAME)).credentials(GOOD)))
                .isTrue();
    }

    @Test
    void connectsByStores() {
        Optional<Secret> password = Optional.of(new Secret(files.password()));
        Tls.On stores = new Tls.On(
                Tls.Check.HOSTNAME,
                new Tls.Store(files.trustStore(), password),
                Optional.of(new Tls.Store(files.client().orElseThrow().keyStore(), password)));
        assertThat(kongKeyspaceIsAbsent(at("localhost").tls(stores).credentials(GOOD)))
                .isTrue();
    }

    @Test
    void connectsUncheckedAsKongDoes() {
        Tls.On unchecked = new Tls.On(Tls.Check.NOTHING, new Tls.JavaTrust(), identity());
        assertThat(kongKeyspaceIsAbsent(at("127.0.0.1").tls(unchecked).credentials(GOOD)))
                .isTrue();
    }

    @Test
    void tellsAWrongPassword() {
        assertThat(refusal(
                        at("127.0.0.1").tls(pem(Tls.Check.HOSTNAME)).credentials(new Credentials("cassandra", WRONG))))
                .contains("refuses user 'cassandra': wrong user or password")
                .contains("KEYFERRY_FROM_PASSWORD")
                .doesNotContain(WRONG.value());
    }

    @Test
    void tellsThatAPasswordIsWanted() {
        assertThat(refusal(at("127.0.0.1").tls(pem(Tls.Check.HOSTNAME))))
                .contains("wants a user and a password: add username=USER to the URI");
    }

    @Test
    void hintsAtTlsWhenTheNodeEncrypts() {
        assertThat(refusal(at("127.0.0.1")))
                .contains("speaks TLS, and this place does not: add tls=true to the URI, or cassandra_ssl = on");
    }

    @Test
    void hintsAtPlainWhenTheNodeDoesNotEncrypt() {
        InetSocketAddress plain = SharedNode.cluster().contactPoints().get(0);
        KeyspaceAddress.Builder address = KeyspaceAddress.at(new ContactPoint(plain.getHostString(), plain.getPort()));
        assertThat(refusal(address.tls(pem(Tls.Check.HOSTNAME)))).contains("does not speak TLS: leave out tls=true");
    }

    @Test
    void tellsAnAuthorityThatIsNotTrusted() {
        Tls.On foreign = new Tls.On(Tls.Check.HOSTNAME, new Tls.JavaTrust(), identity());
        assertThat(refusal(at("127.0.0.1").tls(foreign)))
                .contains("its certificate is not trusted (PKIX")
                .contains("ca=FILE");
    }

    @Test
    void tellsACertificateForAnotherHost() throws IOException {
        try (Forwarder elsewhere =
                new Forwarder("127.0.0.9", cluster.contactPoints().get(0))) {
            KeyspaceAddress.Builder address =
                    KeyspaceAddress.at(elsewhere.contactPoint()).credentials(GOOD);

            assertThat(refusal(address.tls(pem(Tls.Check.HOSTNAME))))
                    .contains("its certificate is for another host (No subject alternative names matching IP address"
                            + " 127.0.0.9 found)")
                    .contains("verify_hostname=false");
            assertThat(kongKeyspaceIsAbsent(address.tls(pem(Tls.Check.CERTIFICATE))))
                    .isTrue();
        }
    }

    @Test
    void tellsThatACertificateIsWantedFromUs() {
        Tls.On nameless =
                new Tls.On(Tls.Check.HOSTNAME, new Tls.PemTrust(List.of(files.trustedPem())), Optional.empty());
        assertThat(refusal(at("127.0.0.1").tls(nameless))).contains("wants a certificate from us");
    }

    @Test
    void namesTheStoreWhosePasswordIsWrong() {
        Tls.On stores =
                new Tls.On(Tls.Check.HOSTNAME, new Tls.Store(files.trustStore(), Optional.of(WRONG)), identity());
        KeyferryException refusal = failure(at("127.0.0.1").tls(stores));
        assertThat(refusal.kind()).isEqualTo(Kind.USAGE);
        assertThat(refusal)
                .hasMessageContaining(files.trustStore() + " cannot be read as JKS or PKCS #12")
                .hasMessageContaining("KEYFERRY_FROM_STORE_PASSWORD");
        Tls.On without =
                new Tls.On(Tls.Check.HOSTNAME, new Tls.Store(files.trustStore(), Optional.empty()), identity());
        assertThat(failure(at("127.0.0.1").tls(without))).hasMessageContaining("KEYFERRY_FROM_STORE_PASSWORD");
    }

    @Test
    void namesTheKeyThatIsNone() {
        Tls.On wrongKey = new Tls.On(
                Tls.Check.HOSTNAME,
                new Tls.PemTrust(List.of(files.trustedPem())),
                Optional.of(new Tls.PemIdentity(files.client().orElseThrow().certificatePem(), files.trustedPem())));
        assertThat(failure(at("127.0.0.1").tls(wrongKey)))
                .hasMessageContaining("is not an unencrypted PKCS #8 key in PEM; make one with: openssl pkcs8");
    }

    private static boolean kongKeyspaceIsAbsent(KeyspaceAddress.Builder address) {
        return refusal(address)
                .contains("the cluster has no keyspace 'kong' (upper and lower case differ);"
                        + " no keyspace there looks like Kong's (none has a table schema_meta)");
    }

    private static String refusal(KeyspaceAddress.Builder address) {
        KeyferryException failure = failure(address);
        assertThat(failure.kind()).isEqualTo(Kind.SOURCE);
        return String.valueOf(failure.getMessage());
    }

    private static KeyferryException failure(KeyspaceAddress.Builder address) {
        return catchThrowableOfType(
                KeyferryException.class,
                () -> ReadSession.open(new Connector(), address.build(), Side.FROM, Consistency.ONE));
    }

    private static KeyspaceAddress.Builder at(String host) {
        return KeyspaceAddress.at(
                new ContactPoint(host, cluster.contactPoints().get(0).getPort()));
    }

    private static Tls.On pem(Tls.Check check) {
        return new Tls.On(check, new Tls.PemTrust(List.of(files.trustedPem())), identity());
    }

    private static Optional<Tls.Identity> identity() {
        return files.client().map(client -> new Tls.PemIdentity(client.certificatePem(), client.privateKeyPem()));
    }
}
