package io.keyferry.migrator.progress;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.progress.StepProgress.View;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A log line when a step begins and ends, and every ten seconds in between with rate, remaining time, requests in flight
 * and what the step waits for. The numbers are key-value pairs of the line too, for machines. Thread-safe.
 */
public final class ProgressLog implements TransferListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final double MILLIS = 1000.0;

    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-progress");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable StepProgress current;
    private volatile String pace = "";

    public ProgressLog() {
        this(EVERY);
    }

    /** With another time between lines. */
    ProgressLog(Duration every) {
        var unused = ticker.scheduleAtFixedRate(this::tick, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void started(Step step, Map<String, Long> expected) {
        long total = expected.values().stream().mapToLong(Long::longValue).sum();
        StepProgress before = current;
        if (before == null || before.step() != step) {
            current = new StepProgress(step, total, pace, System::nanoTime);
            LOG.atInfo()
                    .addKeyValue("step", step.label())
                    .addKeyValue("expected", total)
                    .log(step.label() + " begins" + (total == 0 ? "" : ": about " + count(total) + " entities"));
        }
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        StepProgress progress = of(step);
        if (progress != null) {
            progress.done(entities);
        }
    }

    @Override
    public void inFlight(Step step, int change) {
        StepProgress progress = of(step);
        if (progress != null) {
            progress.inFlight(change);
        }
    }

    /** The first is told at once, the others are counted: a busy cluster asks for many. */
    @Override
    public void retried(Step step, String reason) {
        StepProgress progress = of(step);
        if (progress != null && progress.retried(reason)) {
            LOG.info("{}: trying again after {}", step.label(), reason);
        }
    }

    @Override
    public void waiting(Step step, String reason) {
        StepProgress progress = of(step);
        if (progress != null) {
            progress.waiting(reason);
        }
    }

    /** That it begins is told at once, how it goes on with the next line. */
    @Override
    public void paced(String why) {
        if (pace.isEmpty() && !why.isEmpty()) {
            LOG.info("slower: {}", why);
        }
        pace = why;
        StepProgress progress = current;
        if (progress != null) {
            progress.paced(why);
        }
    }

    @Override
    public void finished(Step step) {
        StepProgress progress = of(step);
        if (progress != null) {
            current = null;
            View view = progress.view();
            with(view)
                    .log(step.label() + " ends after " + seconds(view.elapsed()) + " s"
                            + (view.done() == 0 ? "" : ": " + count(view.done()) + " entities")
                            + (view.retries() == 0 ? "" : ", " + count(view.retries()) + " retries"));
        }
    }

    private void tick() {
        StepProgress progress = current;
        if (progress != null) {
            View view = progress.view();
            LoggingEventBuilder line = with(view).addKeyValue("rate", Math.round(view.rate()));
            if (view.left().isPresent()) {
                line = line.addKeyValue("secondsLeft", view.left().get().toSeconds());
            }
            line.log(text(view));
        }
    }

    private static String text(View view) {
        StringBuilder text = new StringBuilder(view.step().label());
        if (view.done() == 0) {
            text.append(" goes on, for ").append(seconds(view.elapsed())).append(" s now");
        } else {
            text.append(": ").append(count(view.done()));
            if (view.expected() > 0) {
                text.append(" of about ").append(count(Math.max(view.done(), view.expected())));
            }
            text.append(" entities, ").append(count(Math.round(view.rate()))).append("/s");
        }
        view.left()
                .ifPresent(left -> text.append(", ").append(BarText.clock(left)).append(" left"));
        if (view.inFlight() > 0) {
            text.append(", ").append(view.inFlight()).append(" in flight");
        }
        if (view.retries() > 0) {
            text.append(", ").append(count(view.retries())).append(" retries");
        }
        view.reason().ifPresent(reason -> text.append(", ").append(reason));
        return text.toString();
    }

    private static LoggingEventBuilder with(View view) {
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("step", view.step().label())
                .addKeyValue("seconds", seconds(view.elapsed()))
                .addKeyValue("done", view.done())
                .addKeyValue("expected", view.expected())
                .addKeyValue("inFlight", view.inFlight())
                .addKeyValue("retries", view.retries());
        return view.reason().isPresent()
                ? line.addKeyValue("reason", view.reason().get())
                : line;
    }

    private @Nullable StepProgress of(Step step) {
        StepProgress progress = current;
        return progress != null && progress.step() == step ? progress : null;
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static double seconds(Duration time) {
        return Math.round(time.toMillis() / 100.0) * 100 / MILLIS;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
