package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.keyferry.keyspace.pace.Pace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A keyspace open for reading: the only thing the source is ever held by, and there is no method here that writes. Also
 * how the verifier reads the target. All SELECTs run at the consistency given at opening. Thread-safe.
 */
public final class ReadSession implements AutoCloseable {
    private final CqlSession session;
    private final boolean owned;
    private final KeyspaceAddress address;
    private final Side side;
    private final Consistency consistency;
    private volatile Pace pace = Pace.FULL_SPEED;
    private volatile @Nullable PreparedStatement touch;

    private ReadSession(
            CqlSession session, boolean owned, KeyspaceAddress address, Side side, Consistency consistency) {
        this.session = session;
        this.owned = owned;
        this.address = address;
        this.side = side;
        this.consistency = consistency;
    }

    /**
     * Connects, and insists that the keyspace exists.
     *
     * @throws KeyferryException (SOURCE or TARGET) when the cluster cannot be reached, refuses us, or lacks the keyspace
     */
    public static ReadSession open(Connector connector, KeyspaceAddress address, Side side, Consistency consistency) {
        ReadSession opened = new ReadSession(connector.open(address, side), true, address, side, consistency);
        try {
            opened.requireKeyspace();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Reads the target over a session that is open for writing. Closing the result leaves that session open. The keyspace
     * need not exist.
     */
    public static ReadSession over(CqlSession target, KeyspaceAddress address, Consistency consistency) {
        return new ReadSession(target, false, address, Side.TO, consistency);
    }

    public KeyspaceAddress address() {
        return address;
    }

    public Side side() {
        return side;
    }

    public Consistency consistency() {
        return consistency;
    }

    /** From now on, pages are fetched at this pace. */
    public void keepTo(Pace newPace) {
        pace = newPace;
    }

    /**
     * Reads a row that does not exist, by its key and at our consistency, as a gateway reads one that its cache lacks:
     * for measuring how long that takes. Keeps to no pace. The key is another one each time, so that all nodes are asked
     * in turn.
     *
     * @throws KeyferryException (SOURCE or TARGET) when it fails
     */
    public void touch() {
        String cql = Select.of("locks", List.of("owner", "key"))
                .where(new Select.Restriction.Key(List.of("key")))
                .toCql(address.keyspace());
        asking(cql, () -> {
            PreparedStatement prepared = touch;
            if (prepared == null) {
                prepared = session.prepare(cql);
                touch = prepared;
            }
            return session.execute(
                    prepared.bind("keyferry " + UUID.randomUUID()).setConsistencyLevel(consistency.level()));
        });
    }

    /** The cluster as it is now. */
    public ClusterInfo cluster() {
        return asking("the cluster", () -> ClusterInfo.read(session));
    }

    /** The nodes that we talk to, whether they answer and what their clocks say. */
    public List<NodeStatus> nodes(Clock clock) {
        return asking("system.local", () -> NodeQuestions.ask(session, clock));
    }

    /** What our user may do; empty when the cluster does not say. */
    public Optional<Grants> grants() {
        return asking("LIST PERMISSIONS", () -> Grants.read(session, address.credentials()));
    }

    /** How many bytes one write may have on this cluster; Cassandra's default where the cluster does not say. */
    public long largestMutation() {
        return NodeQuestions.largestMutation(session);
    }

    /** The schema of the keyspace as it is now; read anew at each call. */
    public LiveSchema schema() {
        return asking("system_schema", () -> new SchemaReader(session).read(address.keyspace()));
    }

    /** What another table like this one is made from; read anew at each call. */
    public TableDefinition definition(LiveSchema.Table table) {
        return asking("system_schema", () -> new SchemaReader(session).definition(address.keyspace(), table));
    }

    /** Whether the keyspace exists now. */
    public boolean exists() {
        return schema().exists();
    }

    /**
     * The id that Cassandra gave a table of the keyspace when it was made: a table that was dropped and made again has
     * another. Empty when there is none of that name.
     */
    public Optional<UUID> tableId(String table) {
        return asking("system_schema", () -> new SchemaReader(session).tableId(address.keyspace(), table));
    }

    /** Whether a table holds any row now. */
    public boolean hasRows(LiveSchema.Table table) {
        String cql = Select.of(table.name(), List.of(table.partitionKey().get(0)))
                .limitedTo(1)
                .toCql(address.keyspace());
        return asking(
                cql,
                () -> session.execute(SimpleStatement.newInstance(cql).setConsistencyLevel(consistency.level()))
                                .one()
                        != null);
    }

    /** Whether this and the other are one keyspace of one cluster, by whatever addresses they were reached. */
    public boolean isSameKeyspaceAs(ReadSession other) {
        return address.keyspace().equals(other.address.keyspace()) && cluster().isSameClusterAs(other.cluster());
    }

    /** Has the cluster parse the query. Do it once per query, not per execution. */
    public PreparedSelect prepare(Select select) {
        String cql = select.toCql(address.keyspace());
        return asking(cql, () -> new PreparedSelect(select, session.prepare(cql)));
    }

    /**
     * Fetches one page. The stage fails with the driver's exceptions, so that a reader can tell time-outs from the rest;
     * {@link #failure} makes of them what a user should see.
     *
     * @param values as many as {@link Select#markers}, none of them null
     * <p>Waits until the pace lets the request go.
     *
     * @param pageSize in rows; fewer when the pace says so
     * @param pagingState of the page before, or null for the first; belongs to the same query and values
     */
    public CompletionStage<AsyncResultSet> execute(
            PreparedSelect select, List<?> values, int pageSize, @Nullable ByteBuffer pagingState) {
        if (values.size() != select.select().markers()) {
            throw new IllegalArgumentException(values.size() + " values for " + select);
        }
        BoundStatement statement = select.statement()
                .bind(values.toArray())
                .setConsistencyLevel(consistency.level())
                .setIdempotent(true)
                .setPageSize(Math.min(pageSize, pace.largestPage()))
                .setPagingState(pagingState);
        Pace kept = pace;
        begin(kept);
        try {
            return session.executeAsync(statement).whenComplete((page, failure) -> {
                kept.end();
                if (page != null) {
                    kept.moved(page.remaining());
                }
            });
        } catch (RuntimeException e) {
            kept.end();
            throw e;
        }
    }

    private static void begin(Pace kept) {
        try {
            kept.begin();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    /** What a user should see of a failure of the driver: what was asked, of whom, and why it failed. */
    public KeyferryException failure(String asked, Throwable cause) {
        return new KeyferryException(
                side.failure(),
                ConnectFailures.where(address, side) + " cannot answer " + asked + " at " + consistency + ": "
                        + Reasons.of(cause),
                cause);
    }

    /** Closes the connection, if it was opened for this, as {@link Connector#close}. Idempotent. */
    @Override
    public void close() {
        if (owned) {
            Connector.close(session);
        }
    }

    private void requireKeyspace() {
        asking("system_schema", () -> {
            SchemaReader reader = new SchemaReader(session);
            if (!reader.read(address.keyspace()).exists()) {
                throw new KeyferryException(side.failure(), absent(reader.kongKeyspaces()));
            }
            return true;
        });
    }

    private String absent(List<String> kongs) {
        String name = address.keyspace();
        String there = kongs.isEmpty()
                ? "no keyspace there looks like Kong's (none has a table schema_meta)"
                : "those that look like Kong's there: " + String.join(", ", kongs);
        return ConnectFailures.where(address, side) + " does not exist: the cluster has no keyspace '" + name
                + "' (upper and lower case differ); " + there;
    }

    /** Asks again while what fails may pass: nothing that is asked here changes anything. */
    private <T> T asking(String what, Supplier<T> question) {
        Patience.Attempts attempts = address.patience().begin();
        while (true) {
            try {
                return question.get();
            } catch (DriverException e) {
                long pause = attempts.pauseAfter(e).orElseThrow(() -> failure(what, e));
                try {
                    TimeUnit.MILLISECONDS.sleep(pause);
                } catch (InterruptedException interrupt) {
                    throw ConnectFailures.interrupted(side);
                }
            }
        }
    }
}
