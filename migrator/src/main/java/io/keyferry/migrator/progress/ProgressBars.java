package io.keyferry.migrator.progress;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bar for each step, one after another, with rate, remaining time, requests in flight and what the step waits for.
 * Thread-safe.
 */
public final class ProgressBars implements TransferListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressBars.class);

    /** What the library takes for a bar without an end. */
    private static final int UNKNOWN = -1;

    private static final Duration REDRAWN = Duration.ofMillis(500);

    private record Drawn(StepProgress progress, ProgressBar bar) {}

    private final PrintStream terminal;
    private volatile @Nullable Drawn current;
    private volatile String pace = "";

    /** Draws on a terminal. */
    public ProgressBars(PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public synchronized void started(Step step, Map<String, Long> expected) {
        Drawn now = current;
        if (now != null && now.progress().step() == step) {
            return;
        }
        close();
        long total = expected.values().stream().mapToLong(Long::longValue).sum();
        StepProgress progress = new StepProgress(step, total, pace, System::nanoTime);
        current = new Drawn(
                progress,
                new ProgressBarBuilder()
                        .setTaskName(step.label())
                        .setInitialMax(UNKNOWN)
                        .setUpdateIntervalMillis((int) REDRAWN.toMillis())
                        // The count is ours, and time goes on without one.
                        .continuousUpdate()
                        .setRenderer((state, most) -> state.isAlive()
                                ? BarText.of(progress.view(), most)
                                : BarText.ofEnded(progress.view(), most))
                        .setConsumer(new ConsoleProgressBarConsumer(terminal))
                        .build());
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

    @Override
    public void retried(Step step, String reason) {
        StepProgress progress = of(step);
        if (progress != null) {
            progress.retried(reason);
        }
    }

    @Override
    public void waiting(Step step, String reason) {
        StepProgress progress = of(step);
        if (progress != null) {
            progress.waiting(reason);
        }
    }

    /** That it begins is told above the bar, which may have no room for all of it. */
    @Override
    public void paced(String why) {
        if (pace.isEmpty() && !why.isEmpty()) {
            LOG.info("slower: {}", why);
        }
        pace = why;
        Drawn now = current;
        if (now != null) {
            now.progress().paced(why);
        }
    }

    @Override
    public synchronized void finished(Step step) {
        if (of(step) != null) {
            close();
        }
    }

    private @Nullable StepProgress of(Step step) {
        Drawn now = current;
        return now != null && now.progress().step() == step ? now.progress() : null;
    }

    @Override
    public synchronized void close() {
        Drawn now = current;
        if (now != null) {
            now.bar().close();
            current = null;
        }
    }
}
