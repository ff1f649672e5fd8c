package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.pace.Pace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A connection that may write, to one keyspace of the target. The source has no such type. Thread-safe.
 */
public final class TargetSession implements AutoCloseable {
    private static final Duration AGREEMENT = Duration.ofSeconds(60);
    private static final long AGREEMENT_POLL_MILLIS = 20;

    private final CqlSession session;
    private final KeyspaceAddress address;
    private final ConsistencyLevel consistency;
    private volatile Pace pace = Pace.FULL_SPEED;
    private volatile Fence fence = Fence.NONE;

    private TargetSession(CqlSession session, KeyspaceAddress address, ConsistencyLevel consistency) {
        this.session = requireNonNull(session, "session is null");
        this.address = requireNonNull(address, "address is null");
        this.consistency = requireNonNull(consistency, "consistency is null");
    }

    /**
     * Connects. The keyspace need not exist yet.
     *
     * @param consistency of reads and writes
     * @throws KeyferryException (TARGET) when the cluster cannot be reached or refuses us, (USAGE) when files of TLS are
     *     unfit
     */
    public static TargetSession open(KeyspaceAddress address, Consistency consistency) {
        return open(new Connector(), address, consistency);
    }

    /** As {@link #open(KeyspaceAddress, Consistency)}, by a connector that perhaps measures. */
    public static TargetSession open(Connector connector, KeyspaceAddress address, Consistency consistency) {
        return new TargetSession(connector.openTarget(address), address, consistency.level());
    }

    /** The same connection for reading only. Closing the result leaves this one open. */
    public ReadSession reader(Consistency readConsistency) {
        return ReadSession.over(session, address, readConsistency);
    }

    /** The driver's session, for those who prepare statements of their own. */
    public CqlSession driver() {
        return session;
    }

    /** From now on, whoever writes keeps to this pace. */
    public void keepTo(Pace newPace) {
        pace = newPace;
    }

    /** What whoever sends writes through {@link #driver} keeps to. */
    public Pace pace() {
        return pace;
    }

    /** From now on nothing is written that this does not let through; {@link Fence#NONE} lets all through. */
    void guardBy(Fence newFence) {
        fence = newFence;
    }

    /**
     * Insists that the keyspace is still ours to write; to be asked before each write.
     *
     * @throws KeyferryException (LOCKED) when another run may be writing it
     */
    public void requireOurs() {
        fence.requireHeld();
    }

    /** Whether it makes sense to wait when {@link #requireOurs} throws: the lock may be renewed yet. */
    public boolean mayBeOursAgain() {
        return fence.mayComeBack();
    }

    /**
     * As {@link #requireOurs}, but waits, as patiently as for an answer, while the lock cannot be renewed because the
     * cluster does not answer.
     *
     * @throws KeyferryException (LOCKED) when another run may be writing it
     */
    public void awaitOurs() {
        Patience.Attempts attempts = address.patience().begin();
        while (true) {
            try {
                requireOurs();
                return;
            } catch (KeyferryException e) {
                if (!mayBeOursAgain()) {
                    throw e;
                }
                pause(attempts.pauseWithoutLeave().orElseThrow(() -> e));
            }
        }
    }

    /**
     * Deletes a row that does not exist, at our consistency, as a gateway writes one: for measuring how long that takes.
     * Keeps to no pace. What is left is one tombstone a number, which the next with that number replaces.
     *
     * @param number of a few, so that all nodes are asked in turn
     * @throws KeyferryException (TARGET) when it fails
     */
    public void touch(int number) {
        runOnce(SimpleStatement.newInstance(
                "DELETE FROM " + table("locks") + " WHERE key = ?", "keyferry touches " + number));
    }

    public String keyspace() {
        return address.keyspace();
    }

    public ConsistencyLevel consistency() {
        return consistency;
    }

    /** The name as CQL wants it, quoted: Kong quotes it too, so case counts. */
    public static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A table of the keyspace as CQL wants it. */
    public String table(String name) {
        return quoted(keyspace()) + "." + quoted(name);
    }

    /**
     * Runs one schema change and waits until all nodes that are up agree on the schema. Cassandra loses rows that are
     * written to a node which does not know the table yet.
     *
     * <p>Each node is asked for its own version, where we are connected to it: what a node knows of its peers comes by
     * gossip, once a second, and a hundred changes would take minutes.
     *
     * @throws KeyferryException (TARGET) when the change fails or the nodes do not agree within a minute
     */
    public void define(String ddl) {
        define(ddl, () -> {});
    }

    /** As {@link #define(String)}; calls {@code waiting} again and again while the nodes do not agree. */
    void define(String ddl, Runnable waiting) {
        if (Thread.currentThread().isInterrupted()) {
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted");
        }
        runOurs(SimpleStatement.newInstance(ddl));
        Patience.Attempts attempts = address.patience().begin();
        Instant deadline = Instant.now().plus(AGREEMENT);
        while (true) {
            OptionalInt versions = schemaVersions(attempts);
            if (versions.isPresent() && versions.getAsInt() <= 1) {
                break;
            }
            if (versions.isEmpty()) {
                deadline = Instant.now().plus(AGREEMENT);
            } else if (Instant.now().isAfter(deadline)) {
                throw new KeyferryException(
                        Kind.TARGET,
                        "the nodes of the target do not agree on the schema " + AGREEMENT.toSeconds() + " s after: "
                                + ddl
                                + ". See 'nodetool describecluster' for the nodes that differ, mend them, run again.");
            }
            waiting.run();
            pause(AGREEMENT_POLL_MILLIS);
        }
        settle();
    }

    /** A change of the schema keeps all nodes busy for a moment. */
    private void settle() {
        try {
            pace.settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    /** How many versions of the schema there are on the nodes that are up; empty, after a pause, when one was away. */
    private OptionalInt schemaVersions(Patience.Attempts attempts) {
        try {
            return OptionalInt.of(schemaVersions());
        } catch (DriverException e) {
            pause(attempts.pauseAfter(e)
                    .orElseThrow(() -> new KeyferryException(
                            Kind.TARGET, "the target does not say which schema it has: " + e.getMessage(), e)));
            return OptionalInt.empty();
        }
    }

    private int schemaVersions() {
        Set<UUID> versions = new HashSet<>();
        Set<UUID> others = new HashSet<>();
        Node asked = null;
        for (Node node : session.getMetadata().getNodes().values()) {
            if (node.getState() == NodeState.UP && node.getOpenConnections() > 0) {
                asked = node;
                versions.add(local("SELECT host_id, schema_version FROM system.local", node)
                        .iterator()
                        .next()
                        .getUuid(1));
            } else if (node.getState() != NodeState.DOWN && node.getHostId() != null) {
                others.add(node.getHostId());
            }
        }
        if (asked != null && !others.isEmpty()) {
            for (Row peer : local("SELECT host_id, schema_version FROM system.peers", asked)) {
                if (peer.getUuid(1) != null && others.contains(peer.getUuid(0))) {
                    versions.add(peer.getUuid(1));
                }
            }
        }
        return versions.size();
    }

    private ResultSet local(String cql, Node node) {
        return session.execute(
                SimpleStatement.newInstance(cql).setNode(node).setConsistencyLevel(ConsistencyLevel.ONE));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    /**
     * Runs one statement with the session's consistency, again while what fails may pass: it must be one that may be
     * repeated.
     *
     * @throws KeyferryException (TARGET) when it fails for good, naming the statement without its values
     */
    public ResultSet run(SimpleStatement statement) {
        return run(statement, () -> {});
    }

    /** As {@link #run(SimpleStatement)}, each time only if the keyspace is still ours. */
    private ResultSet runOurs(SimpleStatement statement) {
        return run(statement, this::awaitOurs);
    }

    private ResultSet run(SimpleStatement statement, Runnable before) {
        Patience.Attempts attempts = address.patience().begin();
        while (true) {
            before.run();
            try {
                return session.execute(statement.setConsistencyLevel(consistency));
            } catch (DriverException e) {
                pause(attempts.pauseAfter(e).orElseThrow(() -> failure(statement, e)));
            }
        }
    }

    /** As {@link #run(SimpleStatement)}, once. */
    ResultSet runOnce(SimpleStatement statement) {
        return run(statement, consistency);
    }

    /**
     * Runs one statement that writes, as {@link #run} does, if the keyspace is still ours.
     *
     * @throws KeyferryException (LOCKED) when another run may be writing it, (TARGET) when it fails
     */
    void write(String cql, Object... values) {
        runOurs(SimpleStatement.newInstance(cql, values));
    }

    /**
     * Reads what lightweight transactions wrote, one that is on its way included.
     *
     * @throws KeyferryException (TARGET) when it fails
     */
    ResultSet readSerially(SimpleStatement select) {
        ConsistencyLevel serial =
                address.datacenter().isPresent() ? ConsistencyLevel.LOCAL_SERIAL : ConsistencyLevel.SERIAL;
        return run(select, serial);
    }

    private ResultSet run(SimpleStatement statement, ConsistencyLevel level) {
        try {
            return session.execute(statement.setConsistencyLevel(level));
        } catch (DriverException e) {
            throw failure(statement, e);
        }
    }

    private static KeyferryException failure(SimpleStatement statement, DriverException e) {
        return new KeyferryException(
                Kind.TARGET, "the target failed at: " + statement.getQuery() + ": " + e.getMessage(), e);
    }

    /** Has the cluster parse a statement. Do it once per statement, not per execution. */
    public PreparedStatement prepare(String cql) {
        Patience.Attempts attempts = address.patience().begin();
        while (true) {
            try {
                return session.prepare(cql);
            } catch (DriverException e) {
                pause(attempts.pauseAfter(e).orElseThrow(() -> failure(SimpleStatement.newInstance(cql), e)));
            }
        }
    }

    /** How long to go on with what fails for want of time or nodes. */
    public Patience patience() {
        return address.patience();
    }

    public ResultSet run(String cql, Object... values) {
        return run(SimpleStatement.newInstance(cql, values));
    }

    /** As {@link Connector#close}. Whoever wants to know of a write waits for its answer before. */
    @Override
    public void close() {
        Connector.close(session);
    }
}
