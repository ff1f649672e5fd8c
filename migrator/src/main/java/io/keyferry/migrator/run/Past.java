package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.export.ExportState;
import io.keyferry.migrator.load.ImportState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the records of a journal add up to: how far the attempts of a run came. Not thread-safe. */
final class Past {
    static final String BEGUN = "begun";
    static final String STARTED = "started";
    static final String FINISHED = "finished";
    static final String STOPPED = "stopped";
    static final String ENDED = "ended";
    static final String PLACES = "places";
    static final String FILE = "file";
    static final String PLANNED = "planned";
    static final String IDENTITY = "identity";
    static final String MAKING = "making";
    static final String HOLDS = "holds";

    /**
     * A step in all attempts so far.
     *
     * @param finished whether it came to its end, which some steps do in each attempt
     * @param seconds that are known to have gone into it, also of attempts that were killed
     * @param since when the attempt began that is not over; null for none
     */
    record StepPast(
            boolean finished,
            Duration seconds,
            long entities,
            long bytes,
            @Nullable Instant since) {
        static final StepPast NONE = new StepPast(false, Duration.ZERO, 0, 0, null);
    }

    private final Map<Step, StepPast> steps = new EnumMap<>(Step.class);
    private final Map<String, JsonNode> facts = new HashMap<>();
    private ExportState exported = ExportState.NOTHING;
    private ImportState imported = ImportState.NOTHING;
    private int attempts;
    private long records;
    private Optional<Instant> last = Optional.empty();
    private Optional<String> outcome = Optional.empty();

    /** Takes the next record. */
    void accept(JsonNode record) {
        String event = record.path("event").asText();
        Instant at = instant(record.path("at").asText());
        switch (event) {
            case BEGUN -> {
                attempts++;
                outcome = Optional.empty();
                last.ifPresent(end -> steps.replaceAll((step, past) -> closed(past, end)));
            }
            case STARTED ->
                step(record).ifPresent(step -> {
                    StepPast past = of(step);
                    steps.put(step, new StepPast(false, past.seconds(), past.entities(), past.bytes(), at));
                });
            case FINISHED, STOPPED ->
                step(record).ifPresent(step -> {
                    StepPast past = closed(of(step), at);
                    steps.put(
                            step,
                            new StepPast(
                                    event.equals(FINISHED),
                                    past.seconds(),
                                    record.path("entities").asLong(),
                                    record.path("bytes").asLong(),
                                    null));
                });
            case JournaledExport.SLICED, JournaledExport.PART, JournaledExport.WHOLE ->
                exported = JournaledExport.after(exported, event, record);
            case JournaledImport.WRITTEN -> imported = JournaledImport.of(record);
            case ENDED -> outcome = Optional.of(record.path("outcome").asText());
            default -> facts.put(event, record);
        }
        last = Optional.of(at);
        records++;
    }

    private static StepPast closed(StepPast past, Instant end) {
        if (past.since() == null) {
            return past;
        }
        Duration more = Duration.between(past.since(), end);
        return new StepPast(past.finished(), past.seconds().plus(more), past.entities(), past.bytes(), null);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static Optional<Step> step(JsonNode record) {
        for (Step step : Step.values()) {
            if (step.label().equals(record.path("step").asText())) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }

    /** How many times the run was begun or resumed. */
    int attempts() {
        return attempts;
    }

    long records() {
        return records;
    }

    /** When the last record was written. */
    Optional<Instant> last() {
        return last;
    }

    StepPast of(Step step) {
        return steps.getOrDefault(step, StepPast.NONE);
    }

    Map<Step, StepPast> steps() {
        return steps;
    }

    /** What was noted once and for all; a later record of the same event replaces an earlier one. */
    Optional<JsonNode> fact(String event) {
        return Optional.ofNullable(facts.get(event));
    }

    /**
     * What was noted, as what it stands for.
     *
     * @throws KeyferryException (USAGE) when it says nothing that Keyferry would have written
     */
    <T> Optional<T> fact(String event, Function<JsonNode, T> meaning) {
        return fact(event).map(record -> {
            try {
                return meaning.apply(record);
            } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
                throw new KeyferryException(
                        Kind.USAGE,
                        "the journal's record '" + event + "' is not one that Keyferry wrote (" + e.getMessage()
                                + "). This run cannot be resumed; begin again with a new work directory",
                        e);
            }
        });
    }

    ExportState exported() {
        return exported;
    }

    ImportState imported() {
        return imported;
    }

    /** How the last attempt ended; empty when it was killed, or goes on. */
    Optional<String> outcome() {
        return outcome;
    }
}
