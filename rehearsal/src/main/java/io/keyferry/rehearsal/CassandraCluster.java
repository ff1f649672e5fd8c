package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running cluster of one to three real Cassandra nodes, each a child process of ours.
 *
 * <p>{@link #start} returns when every node answers, accepts the log-in and sees all others alive. The nodes end, and
 * the temporary directory goes, with {@link #close}, with the JVM, or, when the JVM is killed, by themselves within
 * seconds. Ending is a kill, not a drain: nothing is meant to be kept unless it is {@link CassandraSettings#durable()}
 * in a directory of the caller's.
 *
 * <p>Thread-safe. The trap: {@link #session()} has no schema metadata (each DDL statement would cost a second more), so
 * ask {@code system_schema}, not {@code session.getMetadata()}.
 */
public final class CassandraCluster implements AutoCloseable {
    /** The only user of a cluster with password authentication, and its superuser. */
    public static final Credentials SUPERUSER = new Credentials("cassandra", "cassandra");

    private static final Logger log = LoggerFactory.getLogger(CassandraCluster.class);
    private static final int PORT_ATTEMPTS = 3;
    private static final int POLL_MILLIS = 25;
    private static final int DELETE_ATTEMPTS = 20;

    private final ClusterPlan plan;
    private final List<CassandraNode> nodes;
    private final Optional<TlsFiles> tls;
    private final Optional<SSLContext> probeEncryption;
    private final Thread endWithTheJvm;
    private @Nullable CqlSession session;
    private boolean closed;

    private CassandraCluster(ClusterPlan plan, List<CassandraNode> nodes, Optional<TlsFiles> tls) {
        this.plan = plan;
        this.nodes = nodes;
        this.tls = tls;
        this.probeEncryption = tls.map(CertificateMaker::context);
        this.endWithTheJvm = new Thread(this::end, "end-cassandra");
    }

    /**
     * Starts the nodes and waits until they serve.
     *
     * @throws RehearsalException when the machine, the class path or a node says no; nothing is left behind then
     */
    public static CassandraCluster start(CassandraSettings settings) {
        requireNonNull(settings, "settings");
        boolean portsAreOurs =
                settings.nativePort().isEmpty() && settings.storagePort().isEmpty();
        for (int attempt = 1; ; attempt++) {
            CassandraCluster cluster = prepare(settings);
            try {
                cluster.launch();
                return cluster;
            } catch (RehearsalException e) {
                boolean again = portsAreOurs && attempt < PORT_ATTEMPTS && cluster.failedForAPort();
                cluster.close();
                if (!again) {
                    throw e;
                }
                log.info("Another program took a port meanwhile, trying others");
            }
        }
    }

    private static CassandraCluster prepare(CassandraSettings settings) {
        CassandraDistribution distribution = CassandraDistribution.find(settings.line());
        List<String> addresses = ClusterPlan.addressesOf(settings.nodes());
        Path directory = makeDirectory(settings);
        try {
            List<String> problems = Machine.current(directory).problems(settings, addresses);
            if (!problems.isEmpty()) {
                throw new RehearsalException("Cannot start Cassandra:\n  " + String.join("\n  ", problems));
            }
            Optional<TlsFiles> tls = Optional.empty();
            Optional<ClusterPlan.ServerTls> serverTls = Optional.empty();
            if (settings.encryption() != CassandraSettings.Encryption.NONE) {
                CertificateMaker maker = new CertificateMaker(directory.resolve("tls"));
                TlsFiles made = maker.make(settings.encryption() == CassandraSettings.Encryption.MUTUAL);
                tls = Optional.of(made);
                serverTls = Optional.of(
                        new ClusterPlan.ServerTls(maker.serverKeyStore(), maker.serverTrustStore(), made.password()));
            }
            Ports ports = new Ports();
            int nativePort = settings.nativePort().orElseGet(() -> ports.free(addresses));
            int storagePort = settings.storagePort().orElseGet(() -> ports.free(addresses));
            ClusterPlan plan = new ClusterPlan(
                    settings,
                    distribution,
                    "keyferry-" + nativePort + "-" + storagePort,
                    directory,
                    nativePort,
                    storagePort,
                    serverTls);
            List<CassandraNode> nodes = new ArrayList<>();
            for (int number = 1; number <= settings.nodes(); number++) {
                nodes.add(new CassandraNode(plan, number));
            }
            return new CassandraCluster(plan, List.copyOf(nodes), tls);
        } catch (IOException e) {
            deleteTemporary(settings, directory);
            throw new RehearsalException("Cannot prepare Cassandra in " + directory, e);
        } catch (RehearsalException e) {
            deleteTemporary(settings, directory);
            throw e;
        }
    }

    private static Path makeDirectory(CassandraSettings settings) {
        try {
            if (settings.directory().isEmpty()) {
                return Files.createTempDirectory("keyferry-cassandra-").toRealPath();
            }
            Path directory = Files.createDirectories(settings.directory().get()).toRealPath();
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw new RehearsalException("The directory " + directory
                            + " for Cassandra is not empty: empty it, or choose another one.");
                }
            }
            return directory;
        } catch (IOException e) {
            throw new RehearsalException(
                    "Cannot make a directory for Cassandra"
                            + settings.directory().map(path -> " in " + path).orElse("")
                            + ": choose a place that can be written, for temporary ones with -Djava.io.tmpdir",
                    e);
        }
    }

    private synchronized void launch() {
        Runtime.getRuntime().addShutdownHook(endWithTheJvm);
        long begin = System.nanoTime();
        try {
            for (CassandraNode node : nodes) {
                node.launch();
            }
        } catch (IOException e) {
            throw new RehearsalException("Cannot run " + System.getProperty("java.home") + "/bin/java", e);
        }
        awaitReady();
        nodes.forEach(CassandraNode::markServing);
        log.info(
                "Cassandra {}: {} node(s) on port {} serve after {} ms",
                plan.distribution().version(),
                nodes.size(),
                plan.nativePort(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    /** Waits for every node that is meant to run. */
    private void awaitReady() {
        long deadline = System.nanoTime() + plan.settings().startDeadline().toNanos();
        for (int number = 1; number <= nodes.size(); number++) {
            CqlProbe probe = new CqlProbe(address(number), probeEncryption, credentials());
            String answer = "nothing yet";
            while (true) {
                for (CassandraNode node : nodes) {
                    if (!node.isAlive()) {
                        throw new RehearsalException("Cassandra ended while it started. " + node.account());
                    }
                }
                try {
                    probe.check(nodes.size());
                    break;
                } catch (IOException e) {
                    answer = String.valueOf(e.getMessage());
                }
                if (System.nanoTime() > deadline) {
                    throw new RehearsalException("Cassandra does not serve after "
                            + plan.settings().startDeadline().toSeconds() + " s; asked on " + address(number) + ": "
                            + answer + ". " + nodes.get(number - 1).account());
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RehearsalException("Interrupted while waiting for Cassandra", e);
        }
    }

    private boolean failedForAPort() {
        return nodes.stream().anyMatch(CassandraNode::failedForAPort);
    }

    /** Cassandra's version. */
    public String version() {
        return plan.distribution().version();
    }

    /** The client addresses of all nodes, the first node first. */
    public List<InetSocketAddress> contactPoints() {
        List<InetSocketAddress> points = new ArrayList<>();
        for (int number = 1; number <= nodes.size(); number++) {
            points.add(address(number));
        }
        return List.copyOf(points);
    }

    /** The data centre of all nodes. */
    public String datacenter() {
        return "datacenter1";
    }

    /** How to log in, when a log-in is asked for. */
    public Optional<Credentials> credentials() {
        return plan.settings().passwordAuthentication() ? Optional.of(SUPERUSER) : Optional.empty();
    }

    /** What a client needs, when the connection is encrypted. */
    public Optional<TlsFiles> tls() {
        return tls;
    }

    /** Where the nodes live: {@code node1}, {@code node2}, ... with {@code node.log} in each. */
    public Path directory() {
        return plan.directory();
    }

    /**
     * The process of a node.
     *
     * @param number from 1, as the last part of the node's address
     */
    public synchronized long pid(int number) {
        return node(number).pid();
    }

    /** One session for everybody, opened when first asked for and closed with the cluster. Bound to no keyspace. */
    public synchronized CqlSession session() {
        requireOpen();
        if (session == null) {
            session = newSession();
        }
        return session;
    }

    /** A session of the caller's own, who closes it. Bound to no keyspace. */
    public CqlSession newSession() {
        return Sessions.open(this, Optional.empty());
    }

    /** A session of the caller's own, who closes it. */
    public CqlSession newSession(String keyspace) {
        return Sessions.open(this, Optional.of(CqlIdentifier.fromInternal(keyspace)));
    }

    /**
     * Kills a node hard, as a power failure would. The others find out by themselves, in half a minute; until then a read
     * that waits for this node times out, a write that can do without it does not.
     */
    public synchronized void kill(int number) {
        requireOpen();
        node(number).kill();
    }

    /**
     * Starts killed nodes again on their data and waits until all nodes serve.
     *
     * @param numbers all that were killed
     * @throws IllegalStateException when the nodes are throw-away ones, which forget their schema when killed
     */
    public synchronized void restart(int... numbers) {
        requireOpen();
        if (plan.settings().throwAway()) {
            throw new IllegalStateException(
                    "A throw-away node cannot be restarted, it forgets its schema when killed: start the cluster durable()");
        }
        for (int number : numbers) {
            CassandraNode node = node(number);
            if (node.isAlive()) {
                throw new IllegalStateException("Node " + number + " is running: kill it first");
            }
            try {
                node.launch();
            } catch (IOException e) {
                throw new RehearsalException("Cannot restart node " + number + " in " + plan.directory(), e);
            }
        }
        awaitReady();
    }

    /** Ends the nodes and deletes the temporary directory. More than once is as good as once. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(endWithTheJvm);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook does the same as we.
        }
        end();
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (session != null) {
            session.forceCloseAsync();
        }
        nodes.forEach(CassandraNode::end);
        deleteTemporary(plan.settings(), plan.directory());
    }

    private static void deleteTemporary(CassandraSettings settings, Path directory) {
        if (settings.directory().isPresent()) {
            return;
        }
        for (int i = 0; i < DELETE_ATTEMPTS && Files.exists(directory); i++) {
            try {
                NodeLauncher.deleteTree(directory);
            } catch (IOException | UncheckedIOException e) {
                log.debug("Not everything in {} is deleted yet", directory, e);
            }
        }
        if (Files.exists(directory)) {
            log.warn("The directory {} could not be deleted: delete it by hand", directory);
        }
    }

    private InetSocketAddress address(int number) {
        return new InetSocketAddress(plan.address(number), plan.nativePort());
    }

    private CassandraNode node(int number) {
        if (number < 1 || number > nodes.size()) {
            throw new IllegalArgumentException("There is no node " + number + ", only 1 to " + nodes.size());
        }
        return nodes.get(number - 1);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The cluster is closed");
        }
    }
}
