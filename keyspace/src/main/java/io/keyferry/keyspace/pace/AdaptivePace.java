package io.keyferry.keyspace.pace;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Holds one cluster within its latency budget by how many requests are on their way at once, as TCP holds a network: a
 * few more as long as all is well, three tenths fewer when a gateway would feel us. What a gateway would feel is told by
 * {@link #observe}, from small requests that somebody makes all the while.
 *
 * <p>Fewer requests at once shorten the queues in the cluster; its throughput falls only when it is not busy any more.
 * So a cluster that nobody else uses is hardly slower than at full speed. Below one request at once we pause between
 * two; a tenth of the time is always ours, since a cluster that is slow then is not slow because of us.
 *
 * <p>Thread-safe.
 */
public final class AdaptivePace implements Pace {
    /** What a request of a gateway does. */
    public enum Kind {
        READ("reads"),
        WRITE("writes");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }
    }

    /** How many observations the baseline is of. */
    public static final int BASELINE = 20;

    private static final int WINDOW = 10;
    private static final double FEWER = 0.7;
    private static final double MORE = 1.1;
    private static final double LEAST = 0.1;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SETTLING_POLL_MILLIS = 20;
    private static final int PAGES_PER_SECOND = 4;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private static final class Watch {
        private final Latencies baseline = new Latencies(BASELINE);
        private final Latencies window = new Latencies(WINDOW);
        private long budget = Long.MAX_VALUE;
        private long base;
    }

    private final String where;
    private final Pacing pacing;
    private final double most;
    private final Consumer<String> told;
    private final LongSupplier nanos;
    private final Map<Kind, Watch> watches = new EnumMap<>(Kind.class);

    private double limit;
    private int underWay;
    private int mostUnderWay;
    private long began;
    private long notBefore;
    private long paidUntil;
    private String tooSlow = "";
    private boolean heldByRate;

    /**
     * A pace for one cluster.
     *
     * @param where what the cluster is called, such as "the source"
     * @param most how many requests there can be at once
     * @param told hears what limits us whenever that changes, and the empty text when nothing does any more
     * @param nanos a clock that only goes forward
     */
    public AdaptivePace(String where, Pacing pacing, int most, Consumer<String> told, LongSupplier nanos) {
        this.where = requireNonNull(where, "where is null");
        this.pacing = requireNonNull(pacing, "pacing is null");
        this.most = most;
        this.told = requireNonNull(told, "told is null");
        this.nanos = requireNonNull(nanos, "nanos is null");
        limit = most;
        notBefore = nanos.getAsLong();
        paidUntil = notBefore;
        for (Kind kind : Kind.values()) {
            watches.put(kind, new Watch());
        }
    }

    @Override
    public synchronized void begin() throws InterruptedException {
        while (true) {
            long now = nanos.getAsLong();
            long wait = Math.max(notBefore, paidUntil) - now;
            if (wait > 0) {
                noteRate(now);
                TimeUnit.NANOSECONDS.timedWait(this, wait);
            } else if (underWay >= Math.max(1, (int) limit)) {
                wait();
            } else {
                underWay++;
                mostUnderWay = Math.max(mostUnderWay, underWay);
                began = now;
                return;
            }
        }
    }

    private void noteRate(long now) {
        if (paidUntil > now && !heldByRate) {
            heldByRate = true;
            told.accept(why());
        }
    }

    @Override
    public synchronized void end() {
        underWay--;
        if (limit < 1) {
            long now = nanos.getAsLong();
            notBefore = now + Math.min(LONGEST_PAUSE_NANOS, (long) ((now - began) * (1 / limit - 1)));
        }
        notifyAll();
    }

    @Override
    public synchronized void moved(long entities) {
        if (pacing.rate().isPresent()) {
            long cost = (long) (entities * NANOS_PER_SECOND / pacing.rate().getAsInt());
            paidUntil = Math.max(paidUntil, nanos.getAsLong()) + cost;
        }
    }

    @Override
    public int largestPage() {
        return pacing.rate().isPresent() ? Math.max(1, pacing.rate().getAsInt() / PAGES_PER_SECOND) : Integer.MAX_VALUE;
    }

    @Override
    public void settle() throws InterruptedException {
        long until = nanos.getAsLong() + SETTLING_NANOS;
        while (isOver() && nanos.getAsLong() < until) {
            TimeUnit.MILLISECONDS.sleep(SETTLING_POLL_MILLIS);
        }
    }

    private synchronized boolean isOver() {
        return watches.values().stream().anyMatch(watch -> watch.window.middle() > watch.budget);
    }

    /**
     * Takes how long a request of a gateway's kind took just now, or has taken until now. The first {@value #BASELINE} of
     * a kind are the baseline: they should be made before there is any load of ours.
     */
    public void observe(Kind kind, long took) {
        String before = why();
        String now = decide(kind, took);
        if (!now.equals(before)) {
            told.accept(now);
        }
    }

    private synchronized String decide(Kind kind, long took) {
        Watch watch = requireNonNull(watches.get(kind));
        if (!watch.baseline.full()) {
            watch.baseline.add(took);
            if (watch.baseline.full()) {
                watch.base = watch.baseline.high();
                pacing.nanos(watch.base).ifPresent(budget -> watch.budget = budget);
            }
            return why();
        }
        watch.window.add(took);
        // A cluster that takes seconds to answer is not waited for until the window is full.
        boolean hopeless = watch.window.sum() > HOPELESS_NANOS && watch.window.sureAbove(watch.budget);
        if (watch.window.full() || hopeless) {
            long high = watch.window.high();
            if (high > watch.budget) {
                // What is on its way counts, not what might be: there may be far less to do than is allowed.
                limit = Math.max(LEAST, Math.min(limit, Math.max(1, mostUnderWay)) * FEWER);
                tooSlow = tooSlow(kind, high, watch);
                mostUnderWay = underWay;
                watches.values().forEach(each -> each.window.clear());
            } else if (watches.values().stream().noneMatch(each -> each.window.high() > each.budget)) {
                more();
                watch.window.clear();
            }
            notifyAll();
        }
        return why();
    }

    /** Only a limit that is reached can be said to do no harm. */
    private void more() {
        if (mostUnderWay >= (int) limit || limit < 1) {
            limit = Math.min(most, limit < 1 ? limit * 2 : Math.max(limit + 1, limit * MORE));
        }
        if (limit >= most || mostUnderWay < (int) limit) {
            tooSlow = "";
        }
        mostUnderWay = underWay;
    }

    private String tooSlow(Kind kind, long high, Watch watch) {
        String share = limit < 1
                ? String.format(Locale.ROOT, "we work %d%% of the time", Math.round(limit * 100))
                : String.format(Locale.ROOT, "%d %s at once", (int) limit, (int) limit == 1 ? "request" : "requests");
        return String.format(
                Locale.ROOT,
                "%s of %s take %.1f ms, may take %.1f (%.1f at the start): %s",
                kind.plural,
                where,
                high / NANOS_PER_MILLI,
                watch.budget / NANOS_PER_MILLI,
                watch.base / NANOS_PER_MILLI,
                share);
    }

    /** Whether latency matters, so that somebody must {@link #observe} it. */
    public boolean limitsLatency() {
        return pacing.limitsLatency();
    }

    /** What limits us now; empty when nothing does. */
    public synchronized String why() {
        if (!tooSlow.isEmpty() || !heldByRate) {
            return tooSlow;
        }
        return "--rate holds " + where + " to " + pacing.rate().orElse(0) + " entities a second";
    }

    /** How many requests may be on their way at once now; below one, the share of the time that one may. */
    public synchronized double limit() {
        return limit;
    }

    /** The budget of a kind in nanoseconds, once its baseline is known; empty when there is none. */
    public synchronized OptionalLong budget(Kind kind) {
        long budget = requireNonNull(watches.get(kind)).budget;
        return budget == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(budget);
    }
}
