package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.plan.Inspection;
import io.keyferry.migrator.schema.OwnershipMark;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Sha256;
import io.keyferry.verifier.verify.ComparedSide;
import io.keyferry.verifier.verify.CustomVerification;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.RideAlong;
import io.keyferry.verifier.verify.TargetChecks;
import io.keyferry.verifier.verify.TypeVerification;
import io.keyferry.verifier.verify.Verification;
import io.keyferry.verifier.verify.VerificationResult;
import io.keyferry.verifier.verify.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What all runs share: a work directory, a book for the report, a clock for the steps. Use once. */
final class Run {
    /** More than an attempt repeats any row; and less than lies between the beginnings of two attempts. */
    private static final long MICROS_PER_ATTEMPT = 10_000;

    private final WorkDirectory work;
    private final RunContext context;
    private final Timeline timeline;
    private final RunBook book;
    private final StepClock steps;
    private final ProgressFile progress;
    private final Manifest manifest;
    private final long writeTimeMicros;

    /**
     * Begins a run, or another attempt of the one in the work directory.
     *
     * @param from the source's place, without secrets
     * @param to the target's place, without secrets
     * @param settings what decides on the outcome
     * @throws KeyferryException (LOCKED) when the work directory holds a run that this is not
     */
    Run(WorkDirectory work, RunContext surroundings, String from, String to, Map<String, String> settings) {
        this.work = work;
        Instant now = surroundings.clock().instant();
        Manifest asked = new Manifest(
                UUID.randomUUID().toString(),
                surroundings.command(),
                surroundings.version(),
                surroundings.by(),
                now,
                from,
                to,
                surroundings.options(),
                settings);
        boolean first = work.past().records() == 0 && !Manifest.isIn(work.path());
        manifest = first ? asked : Manifest.read(work.path());
        writeTimeMicros = TimeUnit.MILLISECONDS.toMicros(manifest.started().toEpochMilli())
                + work.past().attempts() * MICROS_PER_ATTEMPT;
        if (first) {
            work.manifest(manifest);
        } else {
            requireSame(manifest.differences(asked));
        }
        if (writeTimeMicros > TimeUnit.MILLISECONDS.toMicros(now.toEpochMilli())) {
            throw KeyferryException.refused("the clock of this machine says " + now + ", and the run began at "
                    + manifest.started() + ": set the clock right, or rows would be written with times to come");
        }
        progress = new ProgressFile(work);
        timeline = new Timeline(System::nanoTime);
        context = surroundings.heardBy(timeline.and(progress).and(surroundings.listener()));
        book = new RunBook(String.valueOf(work.path().getFileName()), context, from, to, manifest.started());
        steps = new StepClock(work, timeline, context.listener());
        DirectoryLock.Holder us = DirectoryLock.Holder.ofThisProcess();
        work.journal(
                Past.BEGUN,
                Journal.details()
                        .put("attempt", work.past().attempts() + 1)
                        .put("writeTime", writeTimeMicros)
                        .put("pid", us.pid())
                        .put("host", us.host()));
    }

    private void requireSame(List<String> differences) {
        if (!differences.isEmpty()) {
            throw new KeyferryException(
                    Kind.LOCKED,
                    "the run in " + work.path() + " cannot be gone on with as another one:\n  "
                            + String.join("\n  ", differences)
                            + "\nGive the options that it was begun with, or none at all; for another run, name a new"
                            + " work directory.");
        }
    }

    /**
     * Insists that source and target are those that the run began with, or notes them when it begins.
     *
     * @throws KeyferryException (LOCKED) when they are not, saying how they differ
     */
    void bind(Optional<ReadSession> source, Optional<ReadSession> target) {
        Optional<JsonNode> noted = work.past().fact(Past.PLACES);
        if (noted.isEmpty()) {
            ObjectNode places = Journal.details();
            source.ifPresent(session -> places.set("source", Places.of(session)));
            target.ifPresent(session -> places.set("target", Places.of(session)));
            work.journal(Past.PLACES, places);
            return;
        }
        Optional<String> table =
                work.past().fact(Past.HOLDS).map(record -> record.path("table").asText());
        List<String> differences = new ArrayList<>();
        source.ifPresent(session ->
                Places.compare("source", noted.get().path("source"), Optional.empty(), session, differences));
        target.ifPresent(session -> Places.compare("target", noted.get().path("target"), table, session, differences));
        requireSame(differences);
    }

    /**
     * Insists that a file is the one that the run began with, byte for byte, or notes it when it begins.
     *
     * @throws KeyferryException (LOCKED) when it is another, (USAGE) when it cannot be read
     */
    void bind(Path file) {
        String sum = Sha256.of(file);
        Optional<JsonNode> noted = work.past().fact(Past.FILE);
        if (noted.isEmpty()) {
            work.journal(Past.FILE, Map.of("sha256", sum));
        } else if (!sum.equals(noted.get().path("sha256").asText())) {
            requireSame(List.of(file + ": its content is not what it was when the run began (SHA-256 was "
                    + noted.get().path("sha256").asText() + ", now " + sum + ")"));
        }
    }

    /** Whether an earlier attempt has begun this run. */
    boolean isResumed() {
        return work.past().attempts() > 0;
    }

    /**
     * The write time of the rows of this attempt, in microseconds since the epoch: the start of the run, and later by
     * {@value #MICROS_PER_ATTEMPT} for each attempt before this one, whose repetitions are thereby all earlier. Never
     * later than now, so that what a gateway writes wins. It was journaled before this is returned.
     */
    long writeTimeMicros() {
        return writeTimeMicros;
    }

    /** Who holds the lock on the target: of this run, and of no other. */
    String lockOwner() {
        return "keyferry " + context.by() + ", run " + manifest.run();
    }

    /**
     * Whether the run makes the target's keyspace: it was not there when an attempt first asked.
     *
     * @param exists whether it is there now
     */
    boolean isMadeHere(BooleanSupplier exists) {
        Optional<JsonNode> noted = work.past().fact(Past.MAKING);
        if (noted.isPresent()) {
            return noted.get().path("keyspace").asBoolean();
        }
        boolean made = !exists.getAsBoolean();
        work.journal(Past.MAKING, Journal.details().put("keyspace", made));
        return made;
    }

    /** The mark of a keyspace that this run fills. */
    OwnershipMark mark(boolean keyspaceMade) {
        return new OwnershipMark(
                manifest.run(),
                TimeUnit.MILLISECONDS.toMicros(manifest.started().toEpochMilli()),
                keyspaceMade);
    }

    /** How to go on with this run, in words. */
    String howToResume() {
        return "keyferry " + context.command() + " --resume --work-dir " + work.path();
    }

    WorkDirectory work() {
        return work;
    }

    RunContext context() {
        return context;
    }

    RunBook book() {
        return book;
    }

    StepClock steps() {
        return steps;
    }

    /**
     * Does the run, and tells of every end, a failure too, in the result and in the work directory's report. Only of an
     * attempt that was not let at the run nothing is told there.
     */
    RunResult tell(Supplier<Outcome> doing) {
        RunResult result;
        try (progress) {
            Outcome outcome = doing.get();
            result = book.finish(outcome, times(), Optional.empty());
        } catch (RuntimeException e) {
            KeyferryException failure = known(e);
            result = book.finish(book.outcomeOf(failure), times(), Optional.of(failure));
            if (isResumed() && failure.kind() == Kind.LOCKED) {
                return result;
            }
        }
        return told(result);
    }

    /** Where not even the end can be written down, the user is told of it, unless he is told of a failure already. */
    private RunResult told(RunResult result) {
        try {
            work.report(result.report(), context.signing());
            work.journal(Past.ENDED, Map.of("outcome", result.report().outcome().label()));
            return result;
        } catch (UncheckedIOException e) {
            return result.failure().isPresent() ? result : new RunResult(result.report(), Optional.of(known(e)));
        }
    }

    private RunBook.Times times() {
        return new RunBook.Times(steps.times(), timeline.paces());
    }

    /** Does the run, and notes its end; for a command without a report. */
    <T> T ending(Supplier<T> doing) {
        try (progress) {
            T result = doing.get();
            work.journal(Past.ENDED, Map.of("outcome", Outcome.DONE.label()));
            return result;
        } catch (RuntimeException e) {
            KeyferryException failure = known(e);
            if (!isResumed() || failure.kind() != Kind.LOCKED) {
                try {
                    work.journal(
                            Past.ENDED,
                            Map.of("outcome", book.outcomeOf(failure).label()));
                } catch (UncheckedIOException unwritten) {
                    failure.addSuppressed(unwritten);
                }
            }
            throw failure;
        }
    }

    /**
     * What a failure means. One of an interrupted thread is the interrupt's doing, whatever it looks like; the thread
     * goes on without the interrupt then, since the report must still be written.
     */
    private static KeyferryException known(RuntimeException failure) {
        boolean interrupted = Thread.interrupted();
        if (failure instanceof KeyferryException known && known.kind() != Kind.INTERRUPTED && !interrupted) {
            return known;
        }
        if (interrupted || failure instanceof KeyferryException) {
            return new KeyferryException(Kind.INTERRUPTED, "stopped before the end", failure);
        }
        if (failure instanceof UncheckedIOException disk) {
            return new KeyferryException(
                    Kind.USAGE,
                    disk.getMessage() + " cannot be written: "
                            + requireNonNull(disk.getCause()).getMessage()
                            + ". Make room, or name another place with --work-dir, and run again",
                    disk);
        }
        return new KeyferryException(
                Kind.INTERNAL, "this is a defect of Keyferry, please report it: " + failure, failure);
    }

    /** Looks at every row of a source; what is odd about them goes to the work directory. */
    static Inspection.Result inspect(KongKeyspace source, RunSettings settings, RowLimits limits, Run run) {
        return new Inspection(
                        source,
                        new Inspection.Settings(
                                settings.choices(),
                                settings.selection(),
                                settings.parallelism(),
                                run.work.path(),
                                run.context.listener()),
                        limits)
                .run();
    }

    /** Tables that no Kong knows, and the target that they are in. */
    record Custom(CustomData data, KongKeyspace target) {}
    /** Only what rows have to do with each other takes a look at all of them, and only if it matters. */
    static Mending mending(KongKeyspace source, RunSettings settings, Run run) {
        boolean looking = settings.choices().orphans() == Choices.Orphans.DROP
                || settings.choices().duplicates() == Choices.Duplicates.NEWEST;
        return looking
                ? inspect(source, settings, new RowLimits(Long.MAX_VALUE), run).mending()
                : Inspection.withoutLooking(source, settings.choices());
    }

    /**
     * Compares two sides; differences go to the book and to the work directory.
     *
     * @param released whether the target is one that a gateway may start on already
     * @param ride what was taken of the source while it was exported, where that is to count
     */
    VerificationResult verify(
            ComparedSide source,
            ComparedSide target,
            Upgrade upgrade,
            RunSettings settings,
            OptionalLong startMillis,
            boolean released,
            Optional<RideAlong> ride,
            Optional<Custom> custom) {
        VerificationResult verified;
        Verification.Settings how = new Verification.Settings(
                        settings.parallelism(), startMillis, work.runKey(), context.clock(), context.listener())
                .paranoid(settings.proving().paranoid())
                .checking(new TargetChecks(
                        work.path(),
                        settings.onlyPlugins(),
                        released,
                        settings.choices().orphans() == Choices.Orphans.KEEP));
        try (WorkDirectory.DifferenceFile differences = work.differences()) {
            DifferenceSink sink = new DifferenceSink() {
                @Override
                public void accept(Difference difference) {
                    book.accept(difference);
                    differences.accept(difference);
                }

                @Override
                public void violated(Violation violation) {
                    differences.violated(violation);
                }
            };
            verified = new Verification(
                            source,
                            target,
                            upgrade,
                            settings.selection(),
                            ride.map(how::after).orElse(how))
                    .run(sink);
            custom.ifPresent(tables -> tables.data().verify(tables.target(), how, sink));
            book.proof(custom.map(tables -> verified.proof().with(tables.data().verified()))
                    .orElse(verified.proof()));
            differences.sums().forEach(book::file);
            warnOfOtherWorkspaces(verified, custom);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "differences.jsonl cannot be written: " + e.getMessage(), e);
        }
        return verified;
    }

    private void warnOfOtherWorkspaces(VerificationResult verified, Optional<Custom> custom) {
        long rows = verified.types().stream()
                        .mapToLong(TypeVerification::outOfScope)
                        .sum()
                + custom.stream()
                        .flatMap(tables -> tables.data().verified().tables().stream())
                        .mapToLong(CustomVerification.TableResult::outOfScopeRows)
                        .sum();
        if (rows > 0) {
            book.warn(List.of(rows + " rows of the target are of other workspaces than --workspace names, and were not"
                    + " compared"));
        }
    }

    static long read(VerificationResult verified) {
        return verified.types().stream().mapToLong(TypeVerification::read).sum();
    }

    static Outcome verdict(VerificationResult verified, CustomVerification.Result custom) {
        if (verified.equal() && custom.equal()) {
            return Outcome.EQUAL;
        }
        boolean onlyDrifted = (verified.equal() || verified.onlyDrifted()) && custom.onlyDrifted();
        return onlyDrifted ? Outcome.DRIFTED : Outcome.DIFFERENT;
    }
}
