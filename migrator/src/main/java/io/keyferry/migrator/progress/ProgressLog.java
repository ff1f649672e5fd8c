package io.keyferry.migrator.progress;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log line when a step begins and ends, and every ten seconds in between with rate and remaining time. Thread-safe.
 */
public final class ProgressLog implements TransferListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
    private static final int SECONDS = 10;

    private record Current(Step step, long expected, Instant started, LongAdder done, LongAdder retries) {}

    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-progress");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String limit = "";
    private volatile @Nullable Current current;

    public ProgressLog() {
        var unused = ticker.scheduleAtFixedRate(this::tick, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void started(Step step, Map<String, Long> expected) {
        long total = expected.values().stream().mapToLong(Long::longValue).sum();
        current = new Current(step, total, Instant.now(), new LongAdder(), new LongAdder());
        LOG.info("{} begins{}", step.label(), total == 0 ? "" : ": about " + total + " entities");
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        Current now = current;
        if (now != null && now.step() == step) {
            now.done().add(entities);
        }
    }

    /** That it begins is told at once, how it goes on with the next line. */
    @Override
    public void paced(String why) {
        if (limit.isEmpty() && !why.isEmpty()) {
            LOG.info("slower: {}", why);
        }
        limit = why;
    }

    /** The first is told at once, the others are counted: a busy cluster asks for many. */
    @Override
    public void retried(Step step, String reason) {
        Current now = current;
        if (now != null && now.step() == step) {
            now.retries().increment();
            if (now.retries().sum() == 1) {
                LOG.info("{}: trying again after {}", step.label(), reason);
            }
        }
    }

    @Override
    public void finished(Step step) {
        Current now = current;
        if (now != null && now.step() == step) {
            current = null;
            LOG.info("{} ends after {} s{}", step.label(), seconds(now), entities(now));
        }
    }

    private static String entities(Current now) {
        long done = now.done().sum();
        long retries = now.retries().sum();
        return (done == 0 ? "" : ": " + done + " entities") + (retries == 0 ? "" : ", " + retries + " retries");
    }

    private void tick() {
        Current now = current;
        if (now == null) {
            return;
        }
        long done = now.done().sum();
        if (done == 0) {
            LOG.info("{} goes on, for {} s now", now.step().label(), seconds(now));
            return;
        }
        double rate = done / Math.max(1, seconds(now));
        boolean known = now.expected() > 0;
        LOG.info(
                "{}: {}{} entities, {}/s{}{}{}",
                now.step().label(),
                done,
                known ? " of about " + Math.max(done, now.expected()) : "",
                Math.round(rate),
                now.expected() > done ? ", about " + Math.round((now.expected() - done) / rate) + " s left" : "",
                now.retries().sum() == 0 ? "" : ", " + now.retries().sum() + " retries",
                limit.isEmpty() ? "" : "; slower: " + limit);
    }

    private static double seconds(Current now) {
        return Math.round(Duration.between(now.started(), Instant.now()).toMillis() / 100.0) / 10.0;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
