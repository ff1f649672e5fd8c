package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.plan.Inspection;
import io.keyferry.verifier.report.Outcome;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What all runs share: a work directory, a book for the report, a clock for the steps. Use once. */
final class Run {
    private final WorkDirectory work;
    private final RunContext context;
    private final Timeline timeline;
    private final RunBook book;
    private final StepClock steps;

    /**
     * Begins a run.
     *
     * @param from the source's place, without secrets
     * @param to the target's place, without secrets
     */
    Run(WorkDirectory work, RunContext surroundings, String from, String to) {
        this.work = work;
        timeline = new Timeline(surroundings.listener(), System::nanoTime);
        context = surroundings.heardBy(timeline);
        book = new RunBook(String.valueOf(work.path().getFileName()), context, from, to);
        steps = new StepClock(work, timeline);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", context.command());
        facts.put("keyferry", context.version());
        facts.put("by", context.by());
        facts.put("started", book.started().toString());
        facts.put("from", from);
        facts.put("to", to);
        work.manifest(facts);
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

    /** A name for the migration lock that no other run has. */
    String lockOwner() {
        return "keyferry " + context.by() + ", run " + work.path().toAbsolutePath();
    }

    StepClock steps() {
        return steps;
    }

    /** Does the run, and tells of every end, a failure too, in the result and in the work directory's report. */
    RunResult tell(Supplier<Outcome> doing) {
        RunResult result;
        try {
            Outcome outcome = doing.get();
            result = book.finish(outcome, times(), Optional.empty());
        } catch (RuntimeException e) {
            KeyferryException failure = known(e);
            result = book.finish(book.outcomeOf(failure), times(), Optional.of(failure));
        }
        return told(result);
    }

    /** Where not even the end can be written down, the user is told of it, unless he is told of a failure already. */
    private RunResult told(RunResult result) {
        try {
            work.journal("ended", Map.of("outcome", result.report().outcome().label()));
            work.report(result.report(), context.signing());
            return result;
        } catch (UncheckedIOException e) {
            return result.failure().isPresent() ? result : new RunResult(result.report(), Optional.of(known(e)));
        }
    }

    private RunBook.Times times() {
        return new RunBook.Times(steps.times(), timeline.paces());
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
            book.proof(verified.proof());
            book.file(differences.sum());
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "differences.jsonl cannot be written: " + e.getMessage(), e);
        }
        return verified;
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
