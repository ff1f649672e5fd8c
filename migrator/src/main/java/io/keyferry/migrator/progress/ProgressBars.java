package io.keyferry.migrator.progress;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bar for each step that deals with entities, with rate and remaining time. Thread-safe. */
public final class ProgressBars implements TransferListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressBars.class);
    private static final int WIDEST = 100;

    /** What the library takes for a bar without an end. */
    private static final int UNKNOWN = -1;

    private final PrintStream terminal;
    private final Map<Step, ProgressBar> bars = new EnumMap<>(Step.class);
    private final Set<Step> retried = ConcurrentHashMap.newKeySet();

    /** Draws on a terminal. */
    public ProgressBars(PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public synchronized void started(Step step, Map<String, Long> expected) {
        long total = expected.values().stream().mapToLong(Long::longValue).sum();
        if (bars.containsKey(step)) {
            return;
        }
        ConsoleProgressBarConsumer consumer = new ConsoleProgressBarConsumer(terminal);
        bars.put(
                step,
                new ProgressBarBuilder()
                        .setTaskName(step.label())
                        .setInitialMax(total == 0 ? UNKNOWN : total)
                        .setUpdateIntervalMillis((int) Duration.ofMillis(500).toMillis())
                        .setRenderer(new BarText())
                        .setMaxRenderedLength(Math.min(WIDEST, consumer.getMaxRenderedLength()))
                        .setConsumer(consumer)
                        .build());
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        ProgressBar bar = bar(step);
        if (bar != null) {
            bar.stepBy(entities);
            if (!bar.isIndefinite() && bar.getCurrent() > bar.getMax()) {
                bar.maxHint(bar.getCurrent());
            }
        }
    }

    /** The first is told, and the others are not: a busy cluster asks for many. */
    @Override
    public void retried(Step step, String reason) {
        if (retried.add(step)) {
            LOG.info("{}: trying again after {}", step.label(), reason);
        }
    }

    @Override
    public synchronized void finished(Step step) {
        ProgressBar bar = bars.remove(step);
        if (bar != null) {
            if (!bar.isIndefinite()) {
                bar.maxHint(bar.getCurrent());
            }
            bar.close();
        }
    }

    private synchronized @Nullable ProgressBar bar(Step step) {
        return bars.get(step);
    }

    @Override
    public synchronized void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
    }
}
