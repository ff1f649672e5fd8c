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
import java.util.Locale;
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
 * @param ledger of the source: what becomes of every table and column
 * @param origins of the target: where the value of every column comes from
 * @param differences the first of them; the work directory has all
 * @param timeline how fast the steps went, in the order of time
 * @param proof how strong the verdict is, where the run verified
 * @param files of the work directory that the report vouches for
 * @param repairs what a repair does, or would do, to each row; empty for any other run
 * @param forecast how long the migration is expected to take, where the run made a plan of one
 * @param signature with which key the report is signed, where it is
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
        List<OriginLine> origins,
        List<Difference> differences,
        List<StepTime> steps,
        List<Pace> timeline,
        List<String> warnings,
        Optional<String> error,
        Optional<Proof> proof,
        List<FileSum> files,
        Optional<ReportSignature> signature,
        List<RepairLine> repairs,
        Optional<Forecast> forecast) {

    /** One end of the run; versions are empty for a side that was not reached. */
    public record Side(String place, Optional<String> kong, Optional<String> cassandra) {}

    /** The fate of a column or, where the column is empty, of a whole table of the source. */
    public record LedgerLine(String table, String column, Fate fate, String why) {}

    /**
     * Where the value of a column of the target comes from.
     *
     * @param of the column of the source, as {@code routes.paths}; empty where it is none
     */
    public record OriginLine(String table, String column, Origin from, String of, String why) {}

    /** What the value of a column can come from. */
    public enum Origin {
        /** The same column of the source, as it is. */
        COPIED,
        /** A column of the source, in another form. */
        TRANSFORMED,
        /** Other fields of the same row, or other tables. */
        DERIVED,
        /** A rule or the default of the target's Kong, since the source has nothing to tell. */
        FILLED,
        /** What a bootstrap of Kong writes into a new keyspace. */
        BOOTSTRAPPED,
        /** Nothing: it is left empty. */
        EMPTY
    }

    /**
     * How fast a step went for a while.
     *
     * @param second when it ended, counted from the start of the run
     * @param seconds how long it was
     */
    public record Pace(String step, double second, double seconds, long entities) {}

    /**
     * What is done to one entity of the target.
     *
     * @param done whether it was, or only would be
     */
    public record RepairLine(
            String type, String id, Optional<String> name, String workspace, Repair repair, boolean done, String why) {}

    /** What can be done to an entity of the target. */
    public enum Repair {
        /** It is missing. */
        WRITE,
        /** It is different. */
        OVERWRITE,
        /** It is there in excess, and the user wants such ones gone. */
        DELETE,
        /** It stays as it is, though it is not as it should be. */
        KEEP,
        /** It is put back as it was before an earlier repair. */
        RESTORE,
        /** It needs nothing any more. */
        NOTHING;

        /** The repair as reports spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A file of the work directory with its SHA-256 in hexadecimal. */
    public record FileSum(String name, long bytes, long lines, String sha256) {}

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
     * @param runtime whether gateways write these by themselves, so that drift does not count
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
            Map<Verdict, Long> onlyOfTarget,
            boolean runtime) {

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
                    Map.of(),
                    false);
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
                    onlyOfTarget,
                    verified.runtime());
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
        origins = List.copyOf(origins);
        timeline = List.copyOf(timeline);
        files = List.copyOf(files);
        repairs = List.copyOf(repairs);
        differences = List.copyOf(differences);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    public Duration duration() {
        return Duration.between(started, finished);
    }
}
