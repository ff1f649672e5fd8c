package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kong's own lock on schema changes: a row {@code migrations} in the table {@code locks}, written by a lightweight
 * transaction, with a time to live. While it is held, {@code kong migrations up} on the keyspace stops with "another
 * node is performing database changes" (seen on Kong 2.8.5), and a second Keyferry says who holds it.
 *
 * <p>It is a lease: renewed in the background, gone a minute after its holder died. Each holder has a number, its
 * fencing token, greater than the last one's: it stands in the row, so that two runs of one user are told apart, and in
 * a row {@code keyferry} of the same table, which outlives a dead holder and goes with a living one (it needs a time to
 * live of its own: Kong gives all rows of {@code locks} a minute, {@code default_time_to_live = 60}). A holder that could
 * not renew in time (a stopped machine, a network that was away) writes nothing any more: it knows by its own clock,
 * which the cluster's does not matter to, before another can have the lock. What it had sent just before has earlier
 * write times than the next holder's, and loses to them.
 *
 * <p>Thread-safe.
 */
public final class MigrationLock implements AutoCloseable, Fence {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationLock.class);
    private static final int SECONDS = 60;
    private static final int RENEWAL_SECONDS = 15;
    /** How often a lease that could not be renewed is tried, so that who waits for it waits no longer than needed. */
    private static final int RETRY_SECONDS = 2;
    /** Before the cluster lets the lease go, we have stopped for so long. */
    private static final int MARGIN_SECONDS = 10;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String TOKEN = ", token ";
    private static final String COUNTER = "keyferry";
    private static final int COUNTING_ATTEMPTS = 5;
    /** Longer than any run; a dead holder's number goes by itself then, and the next one is greater as a time. */
    private static final int COUNTER_SECONDS = (int) Duration.ofDays(30).toSeconds();

    private final TargetSession target;
    private final String name;
    private volatile String owner;
    private volatile long token;
    private volatile long heldUntil;
    private volatile boolean lost;
    private volatile long renewAt;
    private boolean late;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-lock");
        thread.setDaemon(true);
        return thread;
    });

    private MigrationLock(TargetSession target, String name) {
        this.target = target;
        this.name = name;
        owner = name;
    }

    /**
     * Takes the lock, also from a dead process of the same owner. From then on, the target lets nothing be written that
     * the lock does not hold for, until it is closed.
     *
     * @param owner who holds it, for others to read; no two that may hold it at once are called the same
     * @throws KeyferryException (LOCKED) when another holds it, saying who
     */
    public static MigrationLock take(TargetSession target, String owner) {
        MigrationLock lock = new MigrationLock(target, requireNonNull(owner, "owner is null"));
        try {
            lock.patiently(lock::acquire);
        } catch (RuntimeException e) {
            lock.renewal.shutdownNow();
            throw e;
        }
        target.guardBy(lock);
        var unused = lock.renewal.scheduleWithFixedDelay(lock::renew, RETRY_SECONDS, RETRY_SECONDS, TimeUnit.SECONDS);
        return lock;
    }

    /** Asks again while the cluster does not answer. What may have been done unseen is found done by the next attempt. */
    private void patiently(Runnable asking) {
        Patience.Attempts attempts = target.patience().begin();
        while (true) {
            try {
                asking.run();
                return;
            } catch (KeyferryException e) {
                long pause = attempts.pauseAfter(e.getCause()).orElseThrow(() -> e);
                try {
                    TimeUnit.MILLISECONDS.sleep(pause);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    throw new KeyferryException(Kind.INTERRUPTED, "interrupted", interrupt);
                }
            }
        }
    }

    private void acquire() {
        String holder = insert();
        if (holder != null && (holder.equals(name) || holder.startsWith(name + TOKEN))) {
            holder = replace(holder, name) ? null : holder;
        }
        if (holder != null) {
            throw new KeyferryException(
                    Kind.LOCKED,
                    "keyspace " + target.keyspace() + " is being changed by '" + holder
                            + "' (row 'migrations' of its table locks). Wait until it is done; the lock of a dead"
                            + " holder ends within " + SECONDS + " s.");
        }
        token = count();
        String numbered = name + TOKEN + token;
        long sent = System.nanoTime();
        if (!replace(name, numbered)) {
            throw lost("somebody removed or took it at once");
        }
        owner = numbered;
        hold(sent);
    }

    /** Takes a lock that nobody holds; else returns who does. */
    private @Nullable String insert() {
        ResultSet result = run(
                "INSERT INTO " + locks() + " (key, owner) VALUES ('migrations', ?) IF NOT EXISTS USING TTL " + SECONDS,
                owner);
        if (result.wasApplied()) {
            return null;
        }
        Row row = result.one();
        String holder = row == null ? null : row.getString("owner");
        return holder == null ? "?" : holder;
    }

    private boolean replace(String from, String to) {
        return run(
                        "UPDATE " + locks() + " USING TTL " + SECONDS
                                + " SET owner = ? WHERE key = 'migrations' IF owner = ?",
                        to,
                        from)
                .wasApplied();
    }

    /** The lease counts from before the request was sent, which is never later than the cluster counts. */
    private void hold(long sent) {
        heldUntil = sent + TimeUnit.SECONDS.toNanos(SECONDS - MARGIN_SECONDS);
        renewAt = sent + TimeUnit.SECONDS.toNanos(RENEWAL_SECONDS);
    }

    /**
     * The time in milliseconds, and more than the last holder's number in any case. Only a holder counts, so the numbers
     * of holders only grow.
     */
    private long count() {
        for (int i = 0; i < COUNTING_ATTEMPTS; i++) {
            String last = counter();
            long now = System.currentTimeMillis();
            long next = last == null ? now : Math.max(now, Long.parseLong(last) + 1);
            ResultSet result = last == null
                    ? run(
                            "INSERT INTO " + locks() + " (key, owner) VALUES (?, ?) IF NOT EXISTS USING TTL "
                                    + COUNTER_SECONDS,
                            COUNTER,
                            Long.toString(next))
                    : run(
                            "UPDATE " + locks() + " USING TTL " + COUNTER_SECONDS
                                    + " SET owner = ? WHERE key = ? IF owner = ?",
                            Long.toString(next),
                            COUNTER,
                            last);
            if (result.wasApplied()) {
                return next;
            }
        }
        throw lost("others counted on meanwhile");
    }

    private @Nullable String counter() {
        Row row = target.readSerially(
                        SimpleStatement.newInstance("SELECT owner FROM " + locks() + " WHERE key = ?", COUNTER)
                                .setTimeout(TIMEOUT))
                .one();
        return row == null ? null : row.getString(0);
    }

    private ResultSet run(String cql, Object... values) {
        return target.runOnce(SimpleStatement.newInstance(cql, values).setTimeout(TIMEOUT));
    }

    private String locks() {
        return target.table("locks");
    }

    /** This holder's number: greater than that of every holder before. */
    public long token() {
        return token;
    }

    /**
     * Insists that the lock is held, as far as is known here.
     *
     * @throws KeyferryException (LOCKED) when it was lost, or could not be renewed in time, which may pass
     */
    @Override
    public void requireHeld() {
        if (lost) {
            throw lost("somebody removed or took it");
        }
        if (System.nanoTime() - heldUntil > 0) {
            throw new KeyferryException(
                    Kind.LOCKED,
                    "the lock on keyspace " + target.keyspace() + " (row 'migrations' of its table locks) could not be"
                            + " renewed for " + (SECONDS - MARGIN_SECONDS) + " s, and somebody else may have it by now:"
                            + " nothing is written while it is not ours");
        }
    }

    /** A lease that ran out because the cluster did not answer is taken again by the next renewal, unless somebody had it. */
    @Override
    public boolean mayComeBack() {
        return !lost;
    }

    /**
     * Asks the cluster whether the lock is held, and renews it.
     *
     * @throws KeyferryException (LOCKED) when it was lost, (TARGET) when the cluster does not answer
     */
    public void confirm() {
        patiently(this::confirmOnce);
    }

    private synchronized void confirmOnce() {
        if (!lost && !renewed()) {
            lost = true;
        }
        requireHeld();
    }

    private KeyferryException lost(String why) {
        return new KeyferryException(
                Kind.LOCKED,
                "the lock on keyspace " + target.keyspace() + " (row 'migrations' of its table locks) was lost while we"
                        + " worked, " + why + ": somebody else may have changed the keyspace, so we write nothing any"
                        + " more. Look who did, then run again.");
    }

    private synchronized void renew() {
        if (lost || System.nanoTime() - renewAt < 0) {
            return;
        }
        try {
            if (!renewed()) {
                lost = true;
                LOG.warn("the migration lock of {} was lost: somebody removed or took it", target.keyspace());
            } else if (late) {
                LOG.info("the migration lock of {} is renewed again", target.keyspace());
            }
            late = false;
        } catch (KeyferryException e) {
            if (!late) {
                LOG.warn("the migration lock of {} could not be renewed yet: {}", target.keyspace(), e.getMessage());
            }
            late = true;
        }
    }

    /**
     * Renews the lease, or takes one that ran out again if nobody had it since. That tells the counter, which only a
     * holder counts on: asked once the row is ours, when nobody else can count any more.
     *
     * <p>A row that is not there while we replace it, and ours when we insert it, is what an earlier renewal wrote, which
     * was never answered: Cassandra ends an unfinished transaction when the next one meets a node that took part.
     */
    private boolean renewed() {
        long sent = System.nanoTime();
        if (!replace(owner, owner)) {
            String holder = insert();
            if (holder != null && !(holder.equals(owner) && replace(owner, owner))) {
                return false;
            }
        }
        if (!Long.toString(token).equals(counter())) {
            letGo();
            return false;
        }
        hold(sent);
        return true;
    }

    private void letGo() {
        run("DELETE FROM " + locks() + " WHERE key = 'migrations' IF owner = ?", owner);
    }

    /** Lets the lock be: its table is gone. */
    public void forget() {
        renewal.shutdownNow();
        target.guardBy(Fence.NONE);
    }

    /** Lets go of the lock, if it is still ours. A renewal that is on its way comes first: it would take it again. */
    @Override
    public void close() {
        renewal.shutdownNow();
        target.guardBy(Fence.NONE);
        release();
    }

    private synchronized void release() {
        lost = true;
        try {
            run("DELETE FROM " + locks() + " WHERE key = ? IF owner = ?", COUNTER, Long.toString(token));
            letGo();
        } catch (KeyferryException e) {
            LOG.warn(
                    "the migration lock of {} ends by itself within {} s: {}",
                    target.keyspace(),
                    SECONDS,
                    e.getMessage());
        }
    }
}
