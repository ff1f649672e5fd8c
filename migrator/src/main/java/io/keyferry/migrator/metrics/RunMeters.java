package io.keyferry.migrator.metrics;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one run, by the names that dashboards and alerts lean on. Tags are steps, entity types, outcomes,
 * reasons and verdicts, of which there are few; never ids. A counter is there with zero before the first event, since
 * the rate of a series that appears with its first event misses that event. Thread-safe.
 */
final class RunMeters implements TransferListener {
    private static final String STEP = "step";
    private static final String TYPE = "type";
    private static final String OUTCOME = "outcome";
    private static final String COMMAND = "command";
    private static final String DONE = "done";
    private static final String EXCLUDED = "excluded";

    /** The failures that clusters really have; others get a series when they come. */
    private static final List<String> USUAL_REASONS =
            List.of("DriverTimeout", "ReadTimeout", "WriteTimeout", "Unavailable", "Overloaded", "AllNodesFailed");

    private record Kind(Step step, String type, String outcome) {}

    /** When a step began and ended; an end is null while it goes on. */
    private record Span(Instant began, @Nullable Instant ended) {}

    private final MeterRegistry registry;
    private final String command;
    private final Clock clock;
    private final Map<Kind, Counter> entities = new ConcurrentHashMap<>();
    private final Map<Kind, Counter> bytes = new ConcurrentHashMap<>();
    private final Map<String, Counter> retries = new ConcurrentHashMap<>();
    private final Map<Step, Span> spans = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> gauges = new ConcurrentHashMap<>();
    private final Map<Step, AtomicLong> inFlight = new ConcurrentHashMap<>();

    /**
     * Begins to count.
     *
     * @param outcomes how runs can end
     */
    RunMeters(MeterRegistry registry, String command, List<String> outcomes, Clock clock) {
        this.registry = requireNonNull(registry, "registry is null");
        this.command = requireNonNull(command, "command is null");
        this.clock = requireNonNull(clock, "clock is null");
        for (String outcome : outcomes) {
            gauge("keyferry.run.outcome", "How the run ended: 1 for its outcome; all 0 while it goes on")
                    .tag(OUTCOME, outcome)
                    .tag(COMMAND, command)
                    .set(0);
        }
        lastRun();
        USUAL_REASONS.forEach(this::ofReason);
        gauge("keyferry.paced", "1 while the run is slowed down on purpose").set(0);
    }

    /** A run before this one, of any command, was successful at this time. */
    void earlierSuccess(String ofCommand, long epochSeconds) {
        seconds("keyferry.last.success.timestamp", "When the last successful run ended", ofCommand)
                .set(epochSeconds);
    }

    @Override
    public void started(Step step, Map<String, Long> expected) {
        spans.computeIfAbsent(step, this::began);
        expected.forEach((type, count) -> {
            if (count > 0) {
                gauge("keyferry.expected.entities", "How many entities a step will deal with, by estimate")
                        .tag(STEP, step.label())
                        .tag(TYPE, type)
                        .set(count);
                entities(step, type, DONE);
            }
        });
    }

    private Span began(Step step) {
        TimeGauge.builder("keyferry.step.duration", () -> elapsed(step).toMillis(), TimeUnit.MILLISECONDS)
                .description("How long a step took, or goes on by now")
                .tag(STEP, step.label())
                .register(registry);
        ofStep(step);
        return new Span(clock.instant(), null);
    }

    private Duration elapsed(Step step) {
        Span span = spans.get(step);
        if (span == null) {
            return Duration.ZERO;
        }
        return Duration.between(span.began(), span.ended() == null ? clock.instant() : span.ended());
    }

    @Override
    public void done(Step step, String type, long count, long size) {
        entities(step, type, DONE).increment((double) count);
        if (size > 0) {
            bytes.computeIfAbsent(
                            new Kind(step, type, DONE),
                            kind -> Counter.builder("keyferry.bytes")
                                    .description(
                                            "Bytes of entities that a step is done with: of the file, or of written"
                                                    + " values")
                                    .tag(STEP, step.label())
                                    .tag(TYPE, type)
                                    .register(registry))
                    .increment((double) size);
        }
    }

    @Override
    public void excluded(Step step, String type, long count) {
        entities(step, type, EXCLUDED).increment((double) count);
    }

    private Counter entities(Step step, String type, String outcome) {
        return entities.computeIfAbsent(
                new Kind(step, type, outcome),
                kind -> Counter.builder("keyferry.entities")
                        .description("Entities that a step is done with")
                        .tag(STEP, step.label())
                        .tag(TYPE, type)
                        .tag(OUTCOME, outcome)
                        .register(registry));
    }

    @Override
    public void inFlight(Step step, int change) {
        ofStep(step).addAndGet(change);
    }

    private AtomicLong ofStep(Step step) {
        AtomicLong known = inFlight.get(step);
        return known != null
                ? known
                : inFlight.computeIfAbsent(step, added -> {
                    AtomicLong requests = new AtomicLong();
                    Gauge.builder("keyferry.in.flight", requests, AtomicLong::get)
                            .description(
                                    "Requests on their way to a cluster: pages that are read, rows that are written")
                            .tag(STEP, added.label())
                            .register(registry);
                    return requests;
                });
    }

    @Override
    public void retried(Step step, String reason) {
        ofReason(reason).increment();
    }

    private Counter ofReason(String reason) {
        return retries.computeIfAbsent(
                reason,
                added -> Counter.builder("keyferry.retries")
                        .description("Requests that failed and were made again")
                        .tag("reason", added)
                        .register(registry));
    }

    @Override
    public void paced(String why) {
        gauge("keyferry.paced", "1 while the run is slowed down on purpose").set(why.isEmpty() ? 0 : 1);
    }

    @Override
    public void finished(Step step) {
        spans.computeIfPresent(
                step, (same, span) -> span.ended() == null ? new Span(span.began(), clock.instant()) : span);
    }

    private void lastRun() {
        seconds("keyferry.last.run.timestamp", "When the last run ended, or began while it goes on", command)
                .set(now());
    }

    /** The run is over. */
    void ended(Ending ending) {
        lastRun();
        for (Step step : Step.values()) {
            finished(step);
        }
        ending.differences()
                .forEach((type, verdicts) -> verdicts.forEach(
                        (verdict, count) -> gauge("keyferry.differences", "Entities that are not as they should be")
                                .tag(TYPE, type)
                                .tag("verdict", verdict)
                                .set(count)));
        gauge("keyferry.run.outcome", "How the run ended: 1 for its outcome; all 0 while it goes on")
                .tag(OUTCOME, ending.outcome())
                .tag(COMMAND, command)
                .set(1);
        if (ending.success()) {
            earlierSuccess(command, now());
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private NamedGauge seconds(String name, String description, String ofCommand) {
        return new NamedGauge(name, description, "seconds").tag(COMMAND, ofCommand);
    }

    private NamedGauge gauge(String name, String description) {
        return new NamedGauge(name, description, null);
    }

    /** A gauge that is registered when it is first set. */
    private final class NamedGauge {
        private final String name;
        private final String description;
        private final @Nullable String unit;
        private Tags tags = Tags.empty();

        NamedGauge(String name, String description, @Nullable String unit) {
            this.name = name;
            this.description = description;
            this.unit = unit;
        }

        NamedGauge tag(String key, String value) {
            tags = tags.and(key, value);
            return this;
        }

        void set(long value) {
            gauges.computeIfAbsent(name + tags, key -> {
                        AtomicLong held = new AtomicLong();
                        Gauge.builder(name, held, AtomicLong::get)
                                .description(description)
                                .baseUnit(unit)
                                .tags(tags)
                                .register(registry);
                        return held;
                    })
                    .set(value);
        }
    }
}
