package io.keyferry.migrator.progress;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a step is. The rate is that of the last {@value #WINDOW_SECONDS} seconds, not of the whole step: a step that
 * was slowed down is slow now. A remaining time is told only while it can be true: when the end is known, the step has
 * gone on for a while, and things get done. Thread-safe.
 */
final class StepProgress {
    static final long WINDOW_SECONDS = 20;

    /** A rate of less time than this is noise. */
    private static final long LEAST_SECONDS = 3;

    /** After so long without anything done, the rate before says nothing of what comes. */
    private static final long STANDSTILL_SECONDS = 10;

    /** How long a reason to wait holds that is not told again. */
    private static final long REASON_SECONDS = 2;

    /** The steps that read or write entities, which alone a limit slows down. */
    private static final Set<Step> PACED = Set.of(Step.PLAN, Step.EXPORT, Step.IMPORT, Step.VERIFY);

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * How far a step is at one moment.
     *
     * @param rate entities a second, lately
     * @param left until the end, where it can be told
     * @param inFlight requests on their way to a cluster
     * @param reason why it waits or is slow, where it is
     */
    record View(
            Step step,
            Duration elapsed,
            long done,
            long expected,
            double rate,
            Optional<Duration> left,
            int inFlight,
            long retries,
            Optional<String> reason) {}

    private record Sample(long nanos, long done) {}

    private record Told(String reason, long nanos) {}

    private final Step step;
    private final long expected;
    private final LongSupplier nanoTime;
    private final long began;
    private final LongAdder done = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile long lastDone;
    private volatile @Nullable Told told;
    private volatile String pace = "";

    /**
     * A step begins.
     *
     * @param expected how many entities it will deal with, by estimate; 0 where nobody knows
     * @param pace what limits the run already; empty for nothing
     * @param nanoTime the time, as {@link System#nanoTime} tells it
     */
    StepProgress(Step step, long expected, String pace, LongSupplier nanoTime) {
        this.step = requireNonNull(step, "step is null");
        this.expected = expected;
        this.pace = requireNonNull(pace, "pace is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        began = nanoTime.getAsLong();
        lastDone = began;
        samples.add(new Sample(began, 0));
    }

    void done(long entities) {
        done.add(entities);
        lastDone = nanoTime.getAsLong();
    }

    Step step() {
        return step;
    }

    /** Whether this is the first. */
    boolean retried(String reason) {
        retries.increment();
        told = new Told("trying again after " + reason, nanoTime.getAsLong());
        return retries.sum() == 1;
    }

    void waiting(String reason) {
        told = new Told("waiting until " + reason, nanoTime.getAsLong());
    }

    void paced(String why) {
        pace = why;
    }

    void inFlight(int change) {
        inFlight.addAndGet(change);
    }

    /** How far it is now. */
    synchronized View view() {
        long now = nanoTime.getAsLong();
        long sum = done.sum();
        samples.addLast(new Sample(now, sum));
        while (samples.size() > 2 && seconds(now - samples.getFirst().nanos()) > WINDOW_SECONDS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        double window = seconds(now - first.nanos());
        double rate = window <= 0 ? 0 : (sum - first.done()) / window;
        return new View(
                step,
                Duration.ofNanos(now - began),
                sum,
                expected,
                rate,
                left(now, sum, rate),
                Math.max(0, inFlight.get()),
                retries.sum(),
                reason(now));
    }

    private Optional<Duration> left(long now, long sum, double rate) {
        boolean known = expected > 0 && sum < expected;
        boolean moving = rate > 0 && seconds(now - lastDone) < STANDSTILL_SECONDS;
        return known && moving && seconds(now - began) >= LEAST_SECONDS
                ? Optional.of(Duration.ofSeconds(Math.round((expected - sum) / rate)))
                : Optional.empty();
    }

    private Optional<String> reason(long now) {
        Told last = told;
        if (last != null && seconds(now - last.nanos()) < REASON_SECONDS) {
            return Optional.of(last.reason());
        }
        return pace.isEmpty() || !PACED.contains(step) ? Optional.empty() : Optional.of("slower: " + pace);
    }

    private static double seconds(long nanos) {
        return nanos / NANOS;
    }
}
