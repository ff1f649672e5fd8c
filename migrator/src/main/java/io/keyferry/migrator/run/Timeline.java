package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.verifier.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Notes how fast the steps of a run go, for the chart of its report. Of each step at most {@value #MOST} times are kept:
 * where there would be more, every other one is forgotten, and from then on they are twice as far apart. So a step of
 * half a second and one of a day both make a line that can be read. Thread-safe.
 */
final class Timeline implements TransferListener {
    /** The times that are kept of a step. */
    static final int MOST = 120;

    private static final long FIRST_APART = Duration.ofMillis(100).toNanos();
    private static final double NANOS = 1e9;

    /** So many entities were done by then. */
    private record Point(long nanos, long entities) {}

    private final LongSupplier nanos;
    private final long start;
    private final Map<Step, Progress> steps = new ConcurrentHashMap<>();

    /**
     * Begins now.
     *
     * @param nanos a clock that never goes back
     */
    Timeline(LongSupplier nanos) {
        this.nanos = requireNonNull(nanos, "nanos is null");
        start = nanos.getAsLong();
    }

    /** A step begins now, whether it tells of itself or not. */
    void begin(Step step) {
        steps.put(step, new Progress(nanos.getAsLong()));
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        Progress progress = steps.get(step);
        if (progress != null) {
            progress.add(entities, nanos.getAsLong());
        }
    }

    /** What is left out does not count as done, as it does not in the report's steps. */
    @Override
    public void excluded(Step step, String type, long entities) {}

    @Override
    public void finished(Step step) {
        Progress progress = steps.get(step);
        if (progress != null) {
            progress.end(nanos.getAsLong());
        }
    }

    /** How fast the steps went so far, in the order of time. Of steps without entities nothing is told. */
    List<Report.Pace> paces() {
        List<Report.Pace> paces = new ArrayList<>();
        Map<Step, List<Point>> points = new LinkedHashMap<>();
        for (Step step : Step.values()) {
            Progress progress = steps.get(step);
            if (progress != null) {
                points.put(step, progress.points());
            }
        }
        points.forEach((step, noted) -> {
            for (int i = 1; i < noted.size() && noted.get(noted.size() - 1).entities() > 0; i++) {
                Point before = noted.get(i - 1);
                Point point = noted.get(i);
                paces.add(new Report.Pace(
                        step.label(),
                        rounded(point.nanos() - start),
                        rounded(point.nanos() - before.nanos()),
                        point.entities() - before.entities()));
            }
        });
        return paces;
    }

    /** Seconds, to the millisecond. */
    private static double rounded(long nanoseconds) {
        return Math.round(nanoseconds / NANOS * 1_000) / 1_000.0;
    }

    /** What is noted of one step. Most calls only add and look at the clock. */
    private static final class Progress {
        private final LongAdder done = new LongAdder();
        private final List<Point> points = new ArrayList<>();
        private long apart = FIRST_APART;
        private volatile long nextAt;

        Progress(long now) {
            points.add(new Point(now, 0));
            nextAt = now + apart;
        }

        void add(long entities, long now) {
            done.add(entities);
            if (now - nextAt >= 0) {
                note(now);
            }
        }

        private synchronized void note(long now) {
            if (now - nextAt < 0) {
                return;
            }
            points.add(new Point(now, done.sum()));
            if (points.size() > MOST) {
                for (int i = points.size() - 2; i > 0; i -= 2) {
                    points.remove(i);
                }
                apart *= 2;
            }
            nextAt = now + apart;
        }

        /** The last time, which is noted anew whenever the step is said to be over. */
        synchronized void end(long now) {
            Point last = points.get(points.size() - 1);
            if (done.sum() > last.entities()) {
                points.add(new Point(now, done.sum()));
            }
        }

        synchronized List<Point> points() {
            return List.copyOf(points);
        }
    }
}
