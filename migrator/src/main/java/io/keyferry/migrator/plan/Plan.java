package io.keyferry.migrator.plan;

import io.keyferry.keyspace.cql.Replication;
import io.keyferry.verifier.report.Forecast;
import io.keyferry.verifier.report.Report;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a migration would do. Immutable.
 *
 * @param rows how many rows each type has in the source, by estimate, in document order
 * @param bootstrap how the new keyspace is to be replicated; empty when the keyspace stands already
 * @param warnings what does not stand against it but should be known
 * @param advice what Kong's guides say of every such migration
 * @param problems what stands against it, each with its remedy
 * @param forecast how long it may take; empty where nothing was read to tell
 */
public record Plan(
        Report.Side from,
        Report.Side to,
        Map<String, Long> rows,
        Optional<Replication> bootstrap,
        List<Report.LedgerLine> ledger,
        List<Report.OriginLine> origins,
        List<String> warnings,
        List<String> advice,
        List<String> problems,
        Optional<Forecast> forecast) {
    public Plan {
        rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
        ledger = List.copyOf(ledger);
        origins = List.copyOf(origins);
        warnings = List.copyOf(warnings);
        advice = List.copyOf(advice);
        problems = List.copyOf(problems);
    }

    /** The same with other warnings and problems. */
    public Plan with(List<String> otherWarnings, List<String> otherProblems) {
        return new Plan(from, to, rows, bootstrap, ledger, origins, otherWarnings, advice, otherProblems, forecast);
    }

    /** The same with how long it may take. */
    public Plan expecting(Forecast expected) {
        return new Plan(from, to, rows, bootstrap, ledger, origins, warnings, advice, problems, Optional.of(expected));
    }

    /** Rows of all types, by estimate. */
    public long totalRows() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
