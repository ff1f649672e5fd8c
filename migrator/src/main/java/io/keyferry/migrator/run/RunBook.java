package io.keyferry.migrator.run;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.verifier.report.Forecast;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.ReportSignature;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.Proof;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what a run's report will say. Thread-safe as a sink of differences; otherwise used by the run's thread. */
final class RunBook implements DifferenceSink {
    private static final int DIFFERENCES_KEPT = 1_000;

    private final String run;
    private final RunContext context;
    private final Instant started;
    private final List<String> warnings = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private final Map<String, Report.Entities> entities = new LinkedHashMap<>();
    private Map<String, Long> rules = Map.of();
    private final List<Report.FileSum> files = new ArrayList<>();
    private List<Report.LedgerLine> ledger = List.of();
    private List<Report.OriginLine> origins = List.of();
    private List<Report.RepairLine> repairs = List.of();
    private Optional<Proof> proof = Optional.empty();
    private Optional<Forecast> forecast = Optional.empty();
    private Optional<String> leftBehind = Optional.empty();
    private boolean thrownAway;
    private Report.Side from;
    private Report.Side to;

    /** @param started when the run began, which for a resumed one is its first attempt */
    RunBook(String run, RunContext context, String from, String to, Instant started) {
        this.run = run;
        this.context = context;
        this.from = new Report.Side(from, Optional.empty(), Optional.empty());
        this.to = new Report.Side(to, Optional.empty(), Optional.empty());
        this.started = started;
    }

    Instant started() {
        return started;
    }

    void sides(Report.Side source, Report.Side target) {
        from = source;
        to = target;
    }

    void warn(List<String> more) {
        for (String warning : more) {
            if (warnings.size() < Problems.SHOWN && !warnings.contains(warning)) {
                warnings.add(warning);
            }
        }
    }

    void rules(Map<String, Long> counts) {
        rules = counts;
    }

    void ledger(List<Report.LedgerLine> lines) {
        ledger = lines;
    }

    void origins(List<Report.OriginLine> lines) {
        origins = lines;
    }

    /** A file of the work directory that is whole. */
    void file(Report.FileSum sum) {
        files.add(sum);
    }

    /** What a repair does, in place of what was said before. */
    void repairs(List<Report.RepairLine> lines) {
        repairs = lines;
    }

    void proof(Proof found) {
        proof = Optional.of(found);
    }

    /** How long the migration may take, by its plan. */
    void forecast(Forecast expected) {
        forecast = Optional.of(expected);
    }

    void entities(String type, Report.Entities found) {
        entities.put(type, found);
    }

    @Override
    public synchronized void accept(Difference difference) {
        if (differences.size() < DIFFERENCES_KEPT) {
            differences.add(difference);
        }
    }

    /** What the target would be left with if the run ended now, from just before the first write on. */
    void leaves(String state) {
        leftBehind = Optional.of(state);
    }

    /** The run has come to a good end. */
    void leavesNothing() {
        leftBehind = Optional.empty();
    }

    /** Nobody need know what is left on a target that is thrown away. */
    void targetIsThrownAway() {
        thrownAway = true;
    }

    /** How long the steps took, and how fast they went. */
    record Times(List<Report.StepTime> steps, List<Report.Pace> timeline) {}

    RunResult finish(Outcome outcome, Times times, Optional<KeyferryException> failure) {
        if (!thrownAway) {
            leftBehind.ifPresent(state -> warn(List.of(state)));
        }
        synchronized (this) {
            differences.sort((a, b) -> {
                int byType = a.type().compareTo(b.type());
                return byType != 0 ? byType : a.id().compareTo(b.id());
            });
        }
        Report report = new Report(
                run,
                context.command(),
                outcome,
                context.version(),
                context.options(),
                context.by(),
                started,
                context.clock().instant(),
                from,
                to,
                entities,
                rules,
                ledger,
                origins,
                differences,
                times.steps(),
                times.timeline(),
                warnings,
                failure.map(KeyferryException::getMessage),
                proof,
                files,
                context.signing().map(key -> ReportSignature.of(WorkDirectory.REPORT, key)),
                repairs,
                forecast);
        return new RunResult(report, failure);
    }

    /** How a run ends that fails so; what has written to the target is not refused any more. */
    Outcome outcomeOf(KeyferryException failure) {
        return switch (failure.kind()) {
            case REFUSED, USAGE, LOCKED -> leftBehind.isPresent() ? Outcome.FAILED : Outcome.REFUSED;
            case INTERRUPTED -> Outcome.INTERRUPTED;
            case SOURCE, TARGET, INTERNAL -> Outcome.FAILED;
        };
    }
}
