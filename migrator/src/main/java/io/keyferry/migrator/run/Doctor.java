package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Credentials;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.NodeStatus;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.cql.Tls;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.plan.SideCheck;
import io.keyferry.migrator.schema.TargetSession;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks at what a run will stand on: this Java and machine, and, where places are named, the connection to each, its
 * nodes, their clocks, and what our user may do. Writes to no database. Use once.
 */
public final class Doctor {
    /** How a finding is meant. */
    public enum State {
        OK,
        WARNING,
        PROBLEM
    }

    /**
     * One thing that was looked at.
     *
     * @param about a word or two
     * @param text what was found, with the remedy when it is no good
     */
    public record Finding(String about, State state, String text) {}

    /**
     * All that was found.
     *
     * @param failure why a side could not be reached, when one could not
     */
    public record Result(List<Finding> findings, Optional<KeyferryException> failure) {
        public Result {
            findings = List.copyOf(findings);
        }

        /** Whether anything stands against a run. */
        public boolean healthy() {
            return findings.stream().noneMatch(finding -> finding.state() == State.PROBLEM);
        }
    }

    private static final int JAVA = 17;
    private static final long REHEARSAL_BYTES = 1_500L << 20;
    private static final long HEAP_BYTES = 200L << 20;
    private static final long DISK_BYTES = 1L << 30;
    private static final int TOUCHES = 20;
    private static final int WARMING = 10;
    private static final double MEGABYTE = 1e6;
    private static final double NANOS_PER_MILLI = 1e6;

    private final RunSettings settings;
    private final Path directory;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<KeyferryException> failure = Optional.empty();

    /**
     * Prepares to look.
     *
     * @param directory where the work directories of runs go
     */
    public Doctor(RunSettings settings, Path directory, Clock clock) {
        this.settings = requireNonNull(settings, "settings is null");
        this.directory = requireNonNull(directory, "directory is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Looks. What cannot be reached is among the findings. */
    public Result examine(Optional<KeyspaceAddress> from, Optional<KeyspaceAddress> to) {
        java();
        memory();
        disk();
        ports();
        from.ifPresent(address -> side(Side.FROM, () -> source(address)));
        to.ifPresent(address -> side(Side.TO, () -> target(address)));
        return new Result(findings, failure);
    }

    private void add(String about, State state, String text) {
        findings.add(new Finding(about, state, text));
    }

    private void java() {
        Runtime.Version version = Runtime.version();
        boolean good = version.feature() >= JAVA;
        add(
                "java",
                good ? State.OK : State.PROBLEM,
                version + " of " + System.getProperty("java.vendor", "?") + " on "
                        + System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?")
                        + (good ? "" : ": Java " + JAVA + " or later is needed"));
    }

    private void memory() {
        long heap = Runtime.getRuntime().maxMemory();
        long free = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : 0;
        String text = megabytes(heap) + " for this program, of " + megabytes(free) + " in the machine, "
                + Runtime.getRuntime().availableProcessors() + " processors";
        if (heap < HEAP_BYTES) {
            add("memory", State.PROBLEM, text + ": give Java more with JAVA_TOOL_OPTIONS=-Xmx512m");
        } else if (free < REHEARSAL_BYTES) {
            add("memory", State.WARNING, text + ": a rehearsal takes " + megabytes(REHEARSAL_BYTES));
        } else {
            add("memory", State.OK, text);
        }
    }

    private void disk() {
        try {
            Path existing = directory.toAbsolutePath();
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            long free = Files.getFileStore(existing).getUsableSpace();
            if (!Files.isWritable(existing)) {
                add("work directory", State.PROBLEM, existing + " cannot be written: name another with --work-dir");
            } else {
                add(
                        "work directory",
                        free < DISK_BYTES ? State.WARNING : State.OK,
                        directory + ", with room for " + megabytes(free)
                                + (free < DISK_BYTES ? ": a large keyspace needs more for its kong.yml" : ""));
            }
        } catch (IOException e) {
            add("work directory", State.PROBLEM, directory + " cannot be looked at: " + e);
        }
    }

    /** The embedded node of a rehearsal, and the metrics, listen on this machine. */
    private void ports() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            add(
                    "ports",
                    State.OK,
                    "127.0.0.1 can be listened on, as a rehearsal does (port " + socket.getLocalPort() + " was free)");
        } catch (IOException e) {
            add(
                    "ports",
                    State.WARNING,
                    "127.0.0.1 cannot be listened on, so nothing can be rehearsed here: " + e.getMessage());
        }
    }

    private void side(Side side, Runnable looking) {
        try {
            looking.run();
        } catch (KeyferryException e) {
            if (e.kind() == KeyferryException.Kind.INTERRUPTED) {
                throw e;
            }
            add(side.noun() + " connection", State.PROBLEM, String.valueOf(e.getMessage()));
            failure = failure.or(() -> Optional.of(e));
        }
    }

    private void source(KeyspaceAddress address) {
        try (ReadSession session = ReadSession.open(
                new Connector(), address, Side.FROM, address.consistencyOr(settings.readConsistency()))) {
            connected(address, session);
            check(session, address);
        }
    }

    private void target(KeyspaceAddress address) {
        try (TargetSession session = TargetSession.open(address, address.consistencyOr(settings.writeConsistency()))) {
            ReadSession reader = session.reader(address.consistencyOr(settings.readConsistency()));
            connected(address, reader);
            check(reader, address);
        }
    }

    private void connected(KeyspaceAddress address, ReadSession session) {
        ClusterInfo cluster = session.cluster();
        String noun = session.side().noun();
        add(
                noun + " connection",
                State.OK,
                address.describe() + ": cluster '" + cluster.name() + "', Cassandra "
                        + String.join(", ", cluster.releaseVersions()) + ", " + cluster.nodes()
                        + (cluster.nodes() == 1 ? " node" : " nodes") + " in "
                        + String.join(", ", cluster.datacenters().keySet()) + ", "
                        + encryption(address.tls()) + ", "
                        + address.credentials()
                                .map(Credentials::username)
                                .map(user -> "as '" + user + "'")
                                .orElse("without log-in"));
    }

    private static String encryption(Tls tls) {
        if (!(tls instanceof Tls.On on)) {
            return "not encrypted";
        }
        return "TLS, "
                + switch (on.check()) {
                    case NOTHING -> "to whom is not checked";
                    case CERTIFICATE -> "its certificate checked, but not for its host";
                    case HOSTNAME -> "its certificate checked for its host";
                }
                + (on.identity().isPresent() ? ", with a certificate of ours" : "");
    }

    private void check(ReadSession session, KeyspaceAddress address) {
        String noun = session.side().noun();
        LiveSchema schema = session.schema();
        SideCheck nodes = check(noun + " nodes", session);
        List<NodeStatus> asked = nodes.askNodes(clock);
        Optional<Replication> replication = schema.replication().or(address::replication);
        group(
                noun + " nodes",
                asked.stream().filter(NodeStatus::up).count() + " of " + asked.size() + " answer, at "
                        + session.consistency(),
                () -> {
                    nodes.cluster();
                    nodes.nodes(asked, replication, List.of(session.consistency()));
                });
        SideCheck clocks = check(noun + " clock", session);
        group(
                noun + " clock",
                "ours is at most " + furthest(asked).toMillis() + " ms away from theirs",
                () -> clocks.clocks(asked));
        SideCheck permissions = check(noun + " permissions", session);
        group(
                noun + " permissions",
                session.side() == Side.FROM
                        ? "all that reading takes"
                        : schema.exists()
                                ? "all that writing keyspace " + address.keyspace() + " takes"
                                : "a new keyspace may be made",
                () -> permissions.permissions(schema));
        if (schema.table("locks").isPresent() && mayRead(session, schema)) {
            add(noun + " latency", State.OK, latency(session));
        }
    }

    /** Whoever may not read is told so before; a read that fails for it says nothing more. */
    private static boolean mayRead(ReadSession session, LiveSchema schema) {
        List<String> missing = new ArrayList<>();
        new SideCheck(session, missing::add, warning -> {}).permissions(schema);
        return missing.isEmpty();
    }

    private static Duration furthest(List<NodeStatus> nodes) {
        return nodes.stream()
                .flatMap(node -> node.ahead().stream())
                .map(Duration::abs)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private SideCheck check(String about, ReadSession session) {
        return new SideCheck(
                session, problem -> add(about, State.PROBLEM, problem), warning -> add(about, State.WARNING, warning));
    }

    /** Says that all is well unless a check says otherwise. */
    private void group(String about, String well, Runnable check) {
        int before = findings.size();
        check.run();
        if (findings.size() == before) {
            add(about, State.OK, well);
        }
    }

    /** What the baseline of a run's limit would be about. */
    private static String latency(ReadSession session) {
        long[] took = new long[TOUCHES];
        for (int i = -WARMING; i < TOUCHES; i++) {
            long began = System.nanoTime();
            session.touch();
            if (i >= 0) {
                took[i] = System.nanoTime() - began;
            }
        }
        java.util.Arrays.sort(took);
        return String.format(
                Locale.ROOT,
                "nine of ten reads of one row take at most %.1f ms at %s",
                took[TOUCHES * 9 / 10 - 1] / NANOS_PER_MILLI,
                session.consistency());
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.0f MB", bytes / MEGABYTE);
    }
}
