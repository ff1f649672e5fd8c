package io.keyferry.migrator.run;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.verifier.report.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a run stands, by what its work directory says. Immutable.
 *
 * @param attempts how many times it was begun or resumed
 * @param alive whether a process works on it now
 * @param process which does, or did last
 * @param outcome how the last attempt ended; empty when it goes on, or was killed
 * @param last when it last noted anything
 * @param steps those that have begun, in their order
 * @param next what to do, in words; empty when it is to be waited for
 */
public record RunStatus(
        Path directory,
        Manifest manifest,
        int attempts,
        boolean alive,
        Optional<Worker> process,
        Optional<String> outcome,
        Optional<Instant> last,
        List<StepStatus> steps,
        String next) {
    private static final Set<String> WELL = Set.of(Outcome.EQUAL.label(), Outcome.DONE.label());

    /** Whose process it is or was. */
    public record Worker(long pid, String host) {}

    /** How far a step is. */
    public enum State {
        RUNNING,
        DONE,
        /** Begun, and ended by what ended the run. */
        CUT_SHORT
    }

    /**
     * A step.
     *
     * @param done entities; of export and import that was cut short, those that will not be done again
     * @param expected by estimate; 0 where nobody knows
     * @param seconds that went into it in all attempts
     * @param rate entities a second
     */
    public record StepStatus(Step step, State state, long done, long expected, Duration seconds, double rate) {
        /** How long it will take by the rate; empty when that cannot be told. */
        public Optional<Duration> left() {
            return state == State.RUNNING && rate > 0 && expected > done
                    ? Optional.of(Duration.ofSeconds(Math.round((expected - done) / rate)))
                    : Optional.empty();
        }
    }

    /**
     * Reads a work directory, and nothing else; writes nothing.
     *
     * @throws KeyferryException (USAGE) when it holds no run, or one whose files are damaged
     */
    public static RunStatus read(Path directory, Instant now) {
        if (!Files.isDirectory(directory)) {
            throw KeyferryException.usage("there is no directory " + directory + ": name a run's work directory");
        }
        Manifest manifest = Manifest.read(directory);
        Past past = new Past();
        var unused = Journal.read(directory.resolve(WorkDirectory.JOURNAL), past::accept);
        try {
            boolean alive = DirectoryLock.isHeld(directory);
            Optional<Worker> process =
                    DirectoryLock.holder(directory).map(holder -> new Worker(holder.pid(), holder.host()));
            List<StepStatus> steps = new ArrayList<>();
            past.steps().forEach((step, found) -> steps.add(step(directory, past, step, found, alive, now)));
            return new RunStatus(
                    directory,
                    manifest,
                    past.attempts(),
                    alive,
                    process,
                    alive ? Optional.empty() : past.outcome(),
                    past.last(),
                    steps,
                    alive ? "" : next(directory, manifest, past.outcome()));
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, directory + " cannot be read: " + e, e);
        }
    }

    private static StepStatus step(
            Path directory, Past past, Step step, Past.StepPast found, boolean alive, Instant now) {
        Instant since = found.since();
        State state = found.finished() ? State.DONE : alive && since != null ? State.RUNNING : State.CUT_SHORT;
        Instant until = alive ? now : past.last().orElse(now);
        Duration open = since == null ? Duration.ZERO : Duration.between(since, until);
        Duration seconds = found.seconds().plus(open);
        Optional<ProgressFile.Progress> progress = ProgressFile.read(directory, step);
        long expected = progress.map(ProgressFile.Progress::expected).orElse(0L);
        if (state == State.DONE) {
            double rate = seconds.isZero() ? 0 : found.entities() * 1000.0 / Math.max(1, seconds.toMillis());
            return new StepStatus(step, state, found.entities(), found.entities(), seconds, rate);
        }
        if (state == State.RUNNING) {
            return new StepStatus(
                    step,
                    state,
                    progress.map(ProgressFile.Progress::done).orElse(0L),
                    expected,
                    seconds,
                    progress.map(ProgressFile.Progress::rate).orElse(0.0));
        }
        return new StepStatus(step, state, kept(past, step), expected, seconds, 0);
    }

    /** What of a step that was cut short is not done again. */
    private static long kept(Past past, Step step) {
        return switch (step) {
            case EXPORT ->
                past.exported().counts().values().stream()
                        .mapToLong(count -> count.written())
                        .sum();
            case IMPORT -> past.imported().entities();
            case PLAN, VALIDATE, BOOTSTRAP, VERIFY, RELEASE -> 0;
        };
    }

    private static String next(Path directory, Manifest manifest, Optional<String> outcome) {
        String resume = "keyferry " + manifest.command() + " --resume --work-dir " + directory;
        if (outcome.filter(WELL::contains).isPresent()) {
            return "Nothing is left to do.";
        }
        if (outcome.filter(Outcome.PLANNED.label()::equals).isPresent()) {
            return "It was only a plan.";
        }
        return switch (manifest.command()) {
            case "migrate", "import", "export" -> "Go on with: " + resume;
            default -> "Run it again.";
        };
    }
}
