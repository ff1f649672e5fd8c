package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.pace.AdaptivePace;
import io.keyferry.keyspace.pace.AdaptivePace.Kind;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feels a cluster as a gateway does: makes one small request after another, forty a second at most, and tells the pace
 * how long each took. The first are the baseline. Ends with {@link #close}.
 */
final class LatencyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatencyWatch.class);
    /** The first requests of a connection, and of this program, take longer than any later one. */
    private static final int WARMING = 10;

    private static final int BASELINE_PAUSE_MILLIS = 5;
    private static final int PAUSE_MILLIS = 25;

    private final AdaptivePace pace;
    private final Kind kind;
    private final Runnable request;
    private final Thread thread;

    private LatencyWatch(AdaptivePace pace, Kind kind, Runnable request) {
        this.pace = requireNonNull(pace, "pace is null");
        this.kind = requireNonNull(kind, "kind is null");
        this.request = requireNonNull(request, "request is null");
        thread = new Thread(this::watch, "keyferry-latency");
        thread.setDaemon(true);
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
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long began = System.nanoTime();
                try {
                    request.run();
                } catch (KeyferryException e) {
                    // A cluster that fails is the business of those who work on it; that it took long is ours.
                    LOG.debug("a request that measures the latency failed", e);
                }
                pace.observe(kind, System.nanoTime() - began);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
