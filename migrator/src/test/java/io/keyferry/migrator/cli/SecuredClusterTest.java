package io.keyferry.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.Credentials;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.cql.Secret;
import io.keyferry.keyspace.cql.Tls;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.rehearsal.CassandraSettings.Encryption;
import io.keyferry.rehearsal.TlsFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A node that wants certificates, a log-in and permissions. What is secret shows nowhere. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredClusterTest {
    private static final String PASSWORD = "pa55-of-the-mover";
    private static final int MINUTES = 3;

    private static CassandraCluster cluster;
    private static TlsFiles files;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws IOException {
        cluster = CassandraCluster.start(
                CassandraSettings.defaults().withPasswordAuthentication().withEncryption(Encryption.MUTUAL));
        files = cluster.tls().orElseThrow();
        Tls.On tls = new Tls.On(
                Tls.Check.HOSTNAME,
                new Tls.PemTrust(List.of(files.trustedPem())),
                files.client().map(client -> new Tls.PemIdentity(client.certificatePem(), client.privateKeyPem())));
        KeyspaceAddress superuser = KeyspaceAddress.at(new ContactPoint("127.0.0.1", port()))
                .keyspace("kong_old")
                .datacenter("datacenter1")
                .replication(new Replication.Simple(1))
                .tls(tls)
                .credentials(new Credentials("cassandra", new Secret("cassandra")))
                .build();
        new SampleSource(superuser, SampleSource.VERSION, 0, Clock.systemUTC()).write(RunSettings.defaults());
        cluster.session().execute("CREATE ROLE mover WITH PASSWORD = '" + PASSWORD + "' AND LOGIN = true");
        Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static int port() {
        return cluster.contactPoints().get(0).getPort();
    }

    private static String uri(String keyspace, String tls) {
        return "cassandra://127.0.0.1:" + port() + "/" + keyspace
                + "?datacenter=datacenter1&replication=1&username=mover&" + tls;
    }

    private static String pem() {
        TlsFiles.Client client = files.client().orElseThrow();
        return "ca=" + files.trustedPem() + "&cert=" + client.certificatePem() + "&key=" + client.privateKeyPem();
    }

    private static String stores() {
        return "truststore=" + files.trustStore() + "&keystore="
                + files.client().orElseThrow().keyStore();
    }

    /** A process of its own, with the password of the stores in its environment. */
    private static Process started(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("KEYFERRY_FROM_STORE_PASSWORD", files.password());
        builder.environment().put("KEYFERRY_TO_STORE_PASSWORD", files.password());
        return builder.start();
    }

    private static String[] arguments(String command, String tls, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--from",
                uri("kong_old", tls),
                "--from-password-file",
                directory.resolve("password").toString(),
                "--to",
                uri("kong_new", tls),
                "--to-password-file",
                directory.resolve("password").toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    @Order(1)
    void namesEachPermissionThatIsMissing() {
        Ended plan = Typing.keyferry(arguments(
                "plan",
                pem(),
                "--kong",
                "2.8",
                "--work-dir",
                directory.resolve("plan").toString()));
        assertThat(plan.exitCode()).isEqualTo(5);
        assertThat(plan.err())
                .contains("user \"mover\" lacks permissions on the source")
                .contains("GRANT SELECT ON KEYSPACE \"kong_old\" TO \"mover\"")
                .contains("user \"mover\" lacks permissions on the target")
                .contains("GRANT CREATE ON ALL KEYSPACES TO \"mover\"");

        Ended doctor = Typing.keyferry(arguments("doctor", pem()));
        assertThat(doctor.exitCode()).isEqualTo(5);
        assertThat(doctor.out())
                .contains("TLS, its certificate checked for its host, with a certificate of ours, as 'mover'")
                .contains("GRANT SELECT ON KEYSPACE \"kong_old\" TO \"mover\"")
                .contains("GRANT CREATE ON ALL KEYSPACES TO \"mover\"")
                .contains("A run would fail.")
                .doesNotContain(PASSWORD);
    }

    @Test
    @Order(2)
    void migratesWithWhatItWasGrantedAndShowsNoSecret() throws IOException, InterruptedException {
        cluster.session().execute("GRANT SELECT ON KEYSPACE kong_old TO mover");
        cluster.session().execute("GRANT CREATE ON ALL KEYSPACES TO mover");
        TimeUnit.SECONDS.sleep(3); // The node remembers for two seconds what a user may do.
        Path work = directory.resolve("migrate");
        Process process =
                started(arguments("migrate", stores(), "--kong", "2.8", "--yes", "--work-dir", work.toString()));
        Optional<String> shown = process.info().commandLine();
        Ended ended = Typing.finish(process);

        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Outcome: equal");
        assertThat(ended.out() + ended.err() + shown.orElse(""))
                .doesNotContain(PASSWORD)
                .doesNotContain(files.password());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work)))
                .isEqualTo("rwx------");
        try (Stream<Path> all = Files.walk(work)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
                if (!file.endsWith("digest.key")) {
                    assertThat(Files.readString(file))
                            .as(file.toString())
                            .doesNotContain(PASSWORD)
                            .doesNotContain(files.password());
                }
                if (!file.endsWith("kong.yml") && !file.endsWith("digest.key")) {
                    assertThat(Files.readString(file)).as(file.toString()).doesNotContain("PRIVATE KEY");
                }
            }
        }
    }

    /** Key stores as operators made them before Java 9: of type JKS. */
    @Test
    @Order(3)
    void takesStoresOfTypeJks() throws IOException, GeneralSecurityException, InterruptedException {
        Path trust = jks(files.trustStore(), "trust.jks");
        Path keys = jks(files.client().orElseThrow().keyStore(), "client.jks");
        String[] doctor = arguments("doctor", "truststore=" + trust + "&keystore=" + keys);

        Ended ended = Typing.finish(started(doctor));

        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        assertThat(ended.out())
                .contains("TLS, its certificate checked for its host, with a certificate of ours, as 'mover'");
        Ended unopened = Typing.keyferry(doctor);
        assertThat(unopened.exitCode()).isEqualTo(2);
        assertThat(unopened.out())
                .contains("client.jks cannot be read as JKS or PKCS #12", "KEYFERRY_FROM_STORE_PASSWORD");
    }

    private static Path jks(Path pkcs12, String name) throws IOException, GeneralSecurityException {
        char[] password = files.password().toCharArray();
        KeyStore from = KeyStore.getInstance(pkcs12.toFile(), password);
        KeyStore to = KeyStore.getInstance("JKS");
        to.load(null, null);
        for (String alias : Collections.list(from.aliases())) {
            if (from.isKeyEntry(alias)) {
                to.setKeyEntry(alias, from.getKey(alias, password), password, from.getCertificateChain(alias));
            } else {
                to.setCertificateEntry(alias, from.getCertificate(alias));
            }
        }
        Path file = directory.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            to.store(out, password);
        }
        return file;
    }
}
