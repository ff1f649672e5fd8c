package io.keyferry.migrator.run;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.verifier.report.Report;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs the steps of a run one after another, and notes in the journal and for the report when each began and ended.
 * Not thread-safe.
 */
final class StepClock {
    private final WorkDirectory work;
    private final Timeline timeline;
    private final TransferListener listener;
    private final List<Report.StepTime> times = new ArrayList<>();

    /**
     * A clock of one run.
     *
     * @param listener told of the end of each step; the timeline hears it, too
     */
    StepClock(WorkDirectory work, Timeline timeline, TransferListener listener) {
        this.work = work;
        this.timeline = timeline;
        this.listener = listener;
    }

    /** How much a step moved. */
    record Moved(long entities, long bytes) {
        static final Moved NOTHING = new Moved(0, 0);
    }

    /** A step's outcome with how much it moved. */
    record Done<T>(T result, Moved moved) {}

    /** Whether an earlier attempt of the run has done a step to its end. */
    boolean isDone(Step step) {
        return work.past().of(step).finished();
    }

    /** Whether an earlier attempt of the run has begun a step. */
    boolean isBegun(Step step) {
        return work.past().steps().containsKey(step);
    }

    /** Counts a step that an earlier attempt has done. */
    void passOver(Step step) {
        Past.StepPast past = work.past().of(step);
        times.add(new Report.StepTime(step.label(), past.seconds(), past.entities(), past.bytes()));
    }

    /** Runs a step; what earlier attempts took for it counts too. */
    <T> T run(Step step, Supplier<Done<T>> work) {
        requireNotInterrupted();
        this.work.journal(Past.STARTED, Map.of("step", step.label()));
        Instant began = Instant.now();
        timeline.begin(step);
        try {
            Done<T> done = work.get();
            note(Past.FINISHED, step, began, done.moved());
            return done.result();
        } catch (RuntimeException e) {
            try {
                note(Past.STOPPED, step, began, Moved.NOTHING);
            } catch (UncheckedIOException unwritten) {
                e.addSuppressed(unwritten); // The disk may be full, of which e tells.
            }
            throw e;
        } finally {
            listener.finished(step);
        }
    }

    /** Not every step waits for something that an interrupt would end. */
    private static void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted");
        }
    }

    private void note(String event, Step step, Instant began, Moved moved) {
        Duration taken = work.past().of(step).seconds().plus(Duration.between(began, Instant.now()));
        times.add(new Report.StepTime(step.label(), taken, moved.entities(), moved.bytes()));
        work.journal(
                event,
                Journal.details()
                        .put("step", step.label())
                        .put("entities", moved.entities())
                        .put("bytes", moved.bytes()));
    }

    List<Report.StepTime> times() {
        return List.copyOf(times);
    }
}
