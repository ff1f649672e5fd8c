package io.keyferry.migrator.run;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.verifier.report.Report;
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
    private final List<Report.StepTime> times = new ArrayList<>();

    StepClock(WorkDirectory work, Timeline timeline) {
        this.work = work;
        this.timeline = timeline;
    }

    /** How much a step moved. */
    record Moved(long entities, long bytes) {
        static final Moved NOTHING = new Moved(0, 0);
    }

    /** A step's outcome with how much it moved. */
    record Done<T>(T result, Moved moved) {}

    /** Runs a step. */
    <T> T run(Step step, Supplier<Done<T>> work) {
        requireNotInterrupted();
        this.work.journal("started", Map.of("step", step.label()));
        Instant began = Instant.now();
        timeline.begin(step);
        try {
            Done<T> done = work.get();
            note(step, began, done.moved());
            return done.result();
        } catch (RuntimeException e) {
            note(step, began, Moved.NOTHING);
            throw e;
        } finally {
            timeline.finished(step);
        }
    }

    /** Not every step waits for something that an interrupt would end. */
    private static void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted");
        }
    }

    private void note(Step step, Instant began, Moved moved) {
        times.add(new Report.StepTime(
                step.label(), Duration.between(began, Instant.now()), moved.entities(), moved.bytes()));
        work.journal("finished", Map.of("step", step.label(), "entities", Long.toString(moved.entities())));
    }

    List<Report.StepTime> times() {
        return List.copyOf(times);
    }
}
