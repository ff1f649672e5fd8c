package io.keyferry.migrator.progress;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/** How a step looks on a terminal: a bar with rate and remaining time, or, where no end is known, what was done so far. */
final class BarText implements ProgressBarRenderer {
    private static final int BAR = 30;
    private static final double MILLIS = 1000.0;

    @Override
    public String render(ProgressState progress, int most) {
        String text = progress.isAlive() && !progress.isIndefinite() ? bar(progress) : count(progress);
        int room = Math.max(0, most - 1);
        return text.length() > room ? text.substring(0, room) : text + " ".repeat(room - text.length());
    }

    private static String bar(ProgressState progress) {
        long done = progress.getCurrent();
        long all = Math.max(done, progress.getMax());
        int filled = all == 0 ? 0 : (int) (BAR * done / all);
        return String.format(
                Locale.ROOT,
                "%-9s [%s%s] %,d of %,d, %,d/s%s",
                progress.getTaskName(),
                "=".repeat(filled),
                " ".repeat(BAR - filled),
                done,
                all,
                rate(progress),
                left(progress, done, all));
    }

    private static String left(ProgressState progress, long done, long all) {
        if (done == 0) {
            return "";
        }
        long seconds = Math.round(progress.getElapsedAfterStart().toMillis() / MILLIS * ((double) (all - done) / done));
        return String.format(Locale.ROOT, ", %d:%02d left", seconds / 60, seconds % 60);
    }

    private static String count(ProgressState progress) {
        String time = String.format(
                Locale.ROOT, "%5.1f s", progress.getElapsedAfterStart().toMillis() / MILLIS);
        return progress.getCurrent() == 0
                ? String.format(Locale.ROOT, "%-9s %s", progress.getTaskName(), time)
                : String.format(
                        Locale.ROOT,
                        "%-9s %s, %,d entities, %,d/s",
                        progress.getTaskName(),
                        time,
                        progress.getCurrent(),
                        rate(progress));
    }

    private static long rate(ProgressState progress) {
        Duration elapsed = progress.getElapsedAfterStart();
        return elapsed.isZero() ? 0 : Math.round(progress.getCurrent() * MILLIS / Math.max(1, elapsed.toMillis()));
    }
}
