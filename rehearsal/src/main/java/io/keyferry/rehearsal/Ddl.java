package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Runs schema changes on one node, and waits for the others once, at the end.
 *
 * <p>The trap that this avoids: the driver (4.19) looks for schema agreement on its control connection. When another
 * node carried the change out, the control node may not have heard of it yet, everybody seems to agree, on the old
 * schema, and the next statement meets a node without the table.
 *
 * <p>Not thread-safe.
 */
public final class Ddl {
    private static final int DEADLINE_SECONDS = 120;
    private static final int POLL_MILLIS = 20;

    private final CqlSession session;
    private final Node node;

    public Ddl(CqlSession session) {
        this.session = requireNonNull(session, "session");
        this.node = session.getMetadata().getNodes().values().stream()
                .filter(candidate -> candidate.getState() == NodeState.UP)
                .findFirst()
                .orElseThrow(() -> new RehearsalException("No node is up: are all of them killed?"));
    }

    /** Carries out one statement. Other nodes may not know of it until {@link #awaitAgreement()} returns. */
    public void execute(String cql) {
        session.execute(SimpleStatement.newInstance(cql).setNode(node));
    }

    /** Returns when all nodes that are up have the schema of the node that we changed. */
    public void awaitAgreement() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        Set<UUID> versions = versions();
        while (versions.size() > 1) {
            if (System.nanoTime() > deadline) {
                throw new RehearsalException("The nodes do not agree on the schema after " + DEADLINE_SECONDS + " s: "
                        + versions + ". Look for a node that is down or too busy.");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RehearsalException("Interrupted while waiting for schema agreement", e);
            }
            versions = versions();
        }
    }

    private Set<UUID> versions() {
        Set<UUID> versions = new HashSet<>();
        for (Row local : query("SELECT schema_version FROM system.local")) {
            versions.add(requireNonNull(local.getUuid(0), "schema_version"));
        }
        Set<UUID> up = new HashSet<>();
        for (Node candidate : session.getMetadata().getNodes().values()) {
            if (candidate.getState() == NodeState.UP && candidate.getHostId() != null) {
                up.add(candidate.getHostId());
            }
        }
        for (Row peer : query("SELECT host_id, schema_version FROM system.peers")) {
            UUID host = peer.getUuid(0);
            UUID version = peer.getUuid(1);
            if (version != null && up.contains(host)) {
                versions.add(version);
            }
        }
        return versions;
    }

    private Iterable<Row> query(String cql) {
        return session.execute(SimpleStatement.newInstance(cql).setNode(node));
    }
}
