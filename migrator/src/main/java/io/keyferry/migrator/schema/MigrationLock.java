package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kong's own lock on schema changes: a row {@code migrations} in the table {@code locks}, written by a lightweight
 * transaction, with a time to live. While it is held, {@code kong migrations up} on the keyspace stops with "another
 * node is performing database changes" (seen on Kong 2.8.5), and a second Keyferry says who holds it. It is renewed in
 * the background; a holder that dies loses it within a minute. Thread-safe.
 */
public final class MigrationLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationLock.class);
    private static final int SECONDS = 60;
    private static final int RENEWAL_SECONDS = 15;

    private final TargetSession target;
    private final String owner;
    private volatile boolean lost;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-lock");
        thread.setDaemon(true);
        return thread;
    });

    private MigrationLock(TargetSession target, String owner) {
        this.target = target;
        this.owner = owner;
    }

    /**
     * Takes the lock.
     *
     * @param owner who holds it, for others to read
     * @throws KeyferryException (LOCKED) when another holds it, saying who
     */
    public static MigrationLock take(TargetSession target, String owner) {
        MigrationLock lock = new MigrationLock(target, requireNonNull(owner, "owner is null"));
        ResultSet result = target.run(
                "INSERT INTO " + target.table("locks")
                        + " (key, owner) VALUES ('migrations', ?) IF NOT EXISTS USING TTL " + SECONDS,
                owner);
        if (!result.wasApplied()) {
            Row row = result.one();
            String holder = row == null ? "?" : row.getString("owner");
            lock.renewal.shutdownNow();
            throw new KeyferryException(
                    Kind.LOCKED,
                    "keyspace " + target.keyspace() + " is being changed by '" + holder
                            + "' (row 'migrations' of its table locks). Wait until it is done; the lock of a dead holder"
                            + " ends within " + SECONDS + " s.");
        }
        var unused =
                lock.renewal.scheduleWithFixedDelay(lock::renew, RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
        return lock;
    }

    /**
     * Insists that the lock was not lost.
     *
     * @throws KeyferryException (LOCKED) when it was
     */
    public void requireHeld() {
        if (lost) {
            throw new KeyferryException(
                    Kind.LOCKED,
                    "the lock on keyspace " + target.keyspace()
                            + " (row 'migrations' of its table locks) was lost while"
                            + " we worked: somebody else may have changed the keyspace. Look who did, then run again.");
        }
    }

    private void renew() {
        try {
            ResultSet result = target.run(
                    "UPDATE " + target.table("locks") + " USING TTL " + SECONDS
                            + " SET owner = ? WHERE key = 'migrations' IF owner = ?",
                    owner,
                    owner);
            if (!result.wasApplied()) {
                lost = true;
                LOG.warn("the migration lock of {} was lost: somebody removed or took it", target.keyspace());
            }
        } catch (KeyferryException e) {
            LOG.warn("the migration lock of {} could not be renewed: {}", target.keyspace(), e.getMessage());
        }
    }

    /** Lets go of the lock, if it is still ours. */
    @Override
    public void close() {
        renewal.shutdownNow();
        try {
            target.run("DELETE FROM " + target.table("locks") + " WHERE key = 'migrations' IF owner = ?", owner);
        } catch (KeyferryException e) {
            LOG.warn(
                    "the migration lock of {} ends by itself within {} s: {}",
                    target.keyspace(),
                    SECONDS,
                    e.getMessage());
        }
    }
}
