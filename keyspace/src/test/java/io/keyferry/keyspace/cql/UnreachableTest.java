package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnreachableTest {
    private static final long NANOS_TO_GIVE_UP = TimeUnit.SECONDS.toNanos(15);

    @TempDir
    Path directory;

    @Test
    void namesEachHostAndItsReasonAndGivesUpInTime() throws IOException {
        int closed = closedPort();
        KeyspaceAddress address = KeyspaceAddress.at(
                        new ContactPoint("127.0.0.1", closed),
                        new ContactPoint("::1", closed),
                        new ContactPoint("no-such-host.invalid", 9042))
                .build();
        long start = System.nanoTime();

        KeyferryException refusal = refusal(address, Side.FROM);

        assertThat(System.nanoTime() - start).isLessThan(NANOS_TO_GIVE_UP);
        assertThat(refusal.kind()).isEqualTo(Kind.SOURCE);
        assertThat(refusal)
                .hasMessageContaining("cannot reach the source cassandra://127.0.0.1:" + closed + ",[::1]:" + closed
                        + ",no-such-host.invalid:9042/kong:")
                .hasMessageContaining("- 127.0.0.1:" + closed + ": connection refused: nothing listens there")
                .hasMessageContaining("- [::1]:" + closed + ": ")
                .hasMessageContaining("- no-such-host.invalid:9042: the name cannot be resolved");
        assertThat(refusal(address, Side.TO).kind()).isEqualTo(Kind.TARGET);
    }

    @Test
    void givesUpOnAPortThatSaysNothing() throws IOException {
        try (ServerSocket silent = listen()) {
            long start = System.nanoTime();

            assertThat(refusal(at(silent), Side.FROM))
                    .hasMessageContaining("accepts connections, but does not answer as Cassandra within 4 s");

            assertThat(System.nanoTime() - start).isLessThan(NANOS_TO_GIVE_UP);
        }
    }

    @Test
    void tellsAServerThatIsNotCassandra() throws IOException {
        try (ServerSocket web = listen()) {
            answer(web, "HTTP/1.1 400 Bad Request\r\n\r\n");

            assertThat(refusal(at(web), Side.FROM)).hasMessageContaining("answers, but not as Cassandra does");
        }
    }

    @Test
    void namesTheFileOfTlsThatIsUnfit() throws IOException {
        Path junk = Files.writeString(directory.resolve("junk.pem"), "junk");
        Path missing = directory.resolve("missing.p12");

        assertThat(refusal(trusting(new Tls.PemTrust(List.of(junk))), Side.FROM).kind())
                .isEqualTo(Kind.USAGE);
        assertThat(refusal(trusting(new Tls.PemTrust(List.of(junk))), Side.FROM))
                .hasMessageContaining(junk + " ")
                .hasMessageContaining("PEM certificate");
        assertThat(refusal(trusting(new Tls.Store(missing, Optional.of(new Secret("x")))), Side.TO))
                .hasMessageContaining(missing + " cannot be read as JKS or PKCS #12 (there is no such file")
                .hasMessageContaining("its password comes from KEYFERRY_TO_STORE_PASSWORD");
    }

    private static KeyspaceAddress trusting(Tls.Trust trust) {
        return KeyspaceAddress.at(new ContactPoint("127.0.0.1", 1))
                .tls(new Tls.On(Tls.Check.HOSTNAME, trust, Optional.empty()))
                .build();
    }

    private static KeyferryException refusal(KeyspaceAddress address, Side side) {
        return catchThrowableOfType(
                KeyferryException.class, () -> ReadSession.open(new Connector(), address, side, Consistency.ONE));
    }

    private static KeyspaceAddress at(ServerSocket socket) {
        return KeyspaceAddress.at(new ContactPoint("127.0.0.1", socket.getLocalPort()))
                .build();
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = listen()) {
            return socket.getLocalPort();
        }
    }

    private static void answer(ServerSocket server, String text) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().readNBytes(1);
                    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
