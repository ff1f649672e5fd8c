package io.keyferry.migrator.cli;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.metrics.Ending;
import io.keyferry.migrator.metrics.RunMetrics;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A command that is measured, or not. Closing it without an end counts as a failure. To be closed after everything else,
 * since it may wait for a last scrape.
 */
final class Measuring implements AutoCloseable {
    private final Optional<RunMetrics> metrics;

    Measuring(Optional<RunMetrics> metrics) {
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    /** The listener, and the metrics too. */
    TransferListener and(TransferListener listener) {
        return metrics.map(present -> listener.and(present.listener())).orElse(listener);
    }

    /** Opens connections that are measured. */
    Connector connector() {
        return metrics.map(present -> new Connector(present.registry())).orElseGet(Connector::new);
    }

    /** Notes how a run ended, and gives it back. */
    RunResult ended(RunResult result) {
        boolean success = ExitCode.of(result) == ExitCode.DONE;
        metrics.ifPresent(present ->
                present.ended(new Ending(result.report().outcome().label(), success, differences(result.report()))));
        return result;
    }

    /** A command without a report came to a good end. */
    void done() {
        metrics.ifPresent(present -> present.ended(new Ending(Outcome.DONE.label(), true, Map.of())));
    }

    /** Zeros too: a dashboard shall see that there is no difference, not that nobody looked. */
    private static Map<String, Map<String, Long>> differences(Report report) {
        Map<String, Map<String, Long>> found = new LinkedHashMap<>();
        report.entities().forEach((type, entities) -> {
            if (entities.digests().isPresent()) {
                Map<String, Long> verdicts = new LinkedHashMap<>();
                for (Verdict verdict : Verdict.values()) {
                    verdicts.put(verdict.label(), entities.verdicts().getOrDefault(verdict, 0L));
                }
                found.put(type, verdicts);
            }
        });
        return found;
    }

    @Override
    public void close() {
        metrics.ifPresent(present -> {
            Outcome outcome = Thread.currentThread().isInterrupted() ? Outcome.INTERRUPTED : Outcome.FAILED;
            present.ended(new Ending(outcome.label(), false, Map.of()));
            present.close();
        });
    }
}
