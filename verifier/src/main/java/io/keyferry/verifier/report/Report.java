package io.keyferry.verifier.report;

import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.TypeVerification;
import io.keyferry.verifier.verify.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run did and found: the data behind {@code report.json} and the summary. Immutable.
 *
 * @param run the run's id
 * @param options what was asked, without secrets
 * @param by who ran it, {@code user@host}
 * @param entities by type, in document order
 * @param rules how many entities each upgrade rule changed
 * @param differences the first of them; the work directory has all
 * @param proof how strong the verdict is, where the run verified
 */
public record Report(
        String run,
        String command,
        Outcome outcome,
        String version,
        Map<String, String> options,
        String by,
        Instant started,
        Instant finished,
        Side from,
        Side to,
        Map<String, Entities> entities,
        Map<String, Long> rules,
        List<LedgerLine> ledger,
        List<Difference> differences,
        List<StepTime> steps,
        List<String> warnings,
        Optional<String> error,
        Optional<Proof> proof) {

    /** One end of the run; versions are empty for a side that was not reached. */
    public record Side(String place, Optional<String> kong, Optional<String> cassandra) {}

    /** The fate of a column or, where the column is empty, of a whole table of the source. */
    public record LedgerLine(String table, String column, Fate fate, String why) {}

    /** What can become of a column. */
    public enum Fate {
        COPIED,
        TRANSFORMED,
        DERIVED,
        EXCLUDED
    }

    /**
     * What became of the entities of one type. {@code read = matched + different + missing + drifted + expired +
     * excluded} where the run verified, without those that only the target was read to hold.
     *
     * @param source rows found in the source
     * @param target rows found in the target
     * @param matchedByRule those of the matched ones that an upgrade rule made what they are
     * @param matchedByRules to how many of the matched ones each rule was applied
     * @param onlyOfTarget how many of the verdicts are on rows that only the target was read to hold
     */
    public record Entities(
            long source,
            long target,
            long read,
            Map<String, Long> excluded,
            long written,
            long matched,
            long matchedByRule,
            Map<Verdict, Long> verdicts,
            Optional<Digests> digests,
            Map<String, Long> matchedByRules,
            Map<Verdict, Long> onlyOfTarget) {

        /** Without what only a verification tells. */
        public Entities(
                long source,
                long target,
                long read,
                Map<String, Long> excluded,
                long written,
                long matched,
                long matchedByRule,
                Map<Verdict, Long> verdicts,
                Optional<Digests> digests) {
            this(
                    source,
                    target,
                    read,
                    excluded,
                    written,
                    matched,
                    matchedByRule,
                    verdicts,
                    digests,
                    Map.of(),
                    Map.of());
        }

        public Entities {
            matchedByRules = Map.copyOf(matchedByRules);
            onlyOfTarget = Map.copyOf(onlyOfTarget);
            excluded = Map.copyOf(excluded);
            verdicts = Map.copyOf(verdicts);
        }

        /** What a verification found; nothing was written by it. */
        public static Entities of(TypeVerification verified, long written) {
            Map<Verdict, Long> verdicts = new LinkedHashMap<>();
            Map<Verdict, Long> onlyOfTarget = new LinkedHashMap<>();
            for (Verdict verdict : Verdict.values()) {
                verdicts.put(verdict, verified.count(verdict));
                onlyOfTarget.put(verdict, verified.countOnlyOfTarget(verdict));
            }
            return new Entities(
                    verified.read(),
                    verified.targetCount(),
                    verified.read(),
                    verified.excluded(),
                    written,
                    verified.matched(),
                    verified.matchedByRule(),
                    verdicts,
                    Optional.of(
                            new Digests(verified.sourceDigest(), verified.expectedDigest(), verified.targetDigest())),
                    verified.rules(),
                    onlyOfTarget);
        }

        /** How many got this verdict. */
        public long count(Verdict verdict) {
            return verdicts.getOrDefault(verdict, 0L);
        }
    }

    /** Additive digests of all rows, in hexadecimal. */
    public record Digests(String source, String expected, String target) {}

    /** How long a step took and how much it moved. */
    public record StepTime(String name, Duration duration, long entities, long bytes) {}

    public Report {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
        ledger = List.copyOf(ledger);
        differences = List.copyOf(differences);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    public Duration duration() {
        return Duration.between(started, finished);
    }
}
