package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.pace.AdaptivePace;
import io.keyferry.keyspace.pace.AdaptivePace.Kind;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feels a cluster as a gateway does: makes one small request after another, forty a second at most, and tells the pace
 * how long each took. One that is not answered for long is told of while it is waited for: a cluster that stands still
 * under us must not first have to answer. The first are the baseline. Ends with {@link #close}.
 */
final class LatencyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatencyWatch.class);
    /** The first requests of a connection, and of this program, take longer than any later one. */
    private static final int WARMING = 10;

    private static final int BASELINE_PAUSE_MILLIS = 5;
    private static final int PAUSE_MILLIS = 25;
    /** Longer than a pause of a garbage collector, which counts once; after twice as long it counts again, and so on. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AdaptivePace pace;
    private final Kind kind;
    private final Runnable request;
    private final Thread thread;

    private LatencyWatch(AdaptivePace pace, Kind kind, Runnable request) {
        this.pace = requireNonNull(pace, "pace is null");
        this.kind = requireNonNull(kind, "kind is null");
        this.request = requireNonNull(request, "request is null");
        thread = daemon(this::watch);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "keyferry-latency");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Measures the baseline, which takes some tenths of a second, and goes on in the background. A cluster that cannot
     * be measured is not held to a latency; that is warned of.
     *
     * @param request makes one small request and waits for the answer
     */
    static LatencyWatch start(AdaptivePace pace, Kind kind, Runnable request) {
        LatencyWatch watch = new LatencyWatch(pace, kind, request);
        try {
            watch.baseline();
            watch.thread.start();
        } catch (KeyferryException e) {
            LOG.warn(
                    "the latency cannot be measured, so nothing limits it; hold the run by --rate: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return watch;
    }

    private void baseline() throws InterruptedException {
        for (int i = 0; i < WARMING + AdaptivePace.BASELINE; i++) {
            long began = System.nanoTime();
            request.run();
            if (i >= WARMING) {
                pace.observe(kind, System.nanoTime() - began);
            }
            TimeUnit.MILLISECONDS.sleep(BASELINE_PAUSE_MILLIS);
        }
    }

    private void watch() {
        ExecutorService requests = Executors.newSingleThreadExecutor(LatencyWatch::daemon);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                observe(requests.submit(request));
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            requests.shutdownNow();
        }
    }

    private void observe(Future<?> answer) throws InterruptedException {
        long began = System.nanoTime();
        long first = Math.max(LONG_NANOS, pace.budget(kind).orElse(0));
        long look = first;
        while (!isThere(answer, began + look - System.nanoTime())) {
            long waited = System.nanoTime() - began;
            pace.observe(kind, waited);
            look = 2 * waited; // Not by what was due: a process that was stopped itself has waited once.
        }
        if (look == first) {
            pace.observe(kind, System.nanoTime() - began);
        }
    }

    private static boolean isThere(Future<?> answer, long nanos) throws InterruptedException {
        try {
            answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // A cluster that fails is the business of those who work on it; that it took long is ours.
            LOG.debug("a request that measures the latency failed", e);
        }
        return true;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
