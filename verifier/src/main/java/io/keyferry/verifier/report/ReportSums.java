package io.keyferry.verifier.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.verifier.verify.Invariant;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what a report says against itself: counts of every type, totals, digests, the outcome, the differences it lists.
 * Whoever changes one number must change others to match; whoever changes all of them is found by the signature alone.
 * The report fits its schema. Use once.
 */
final class ReportSums {
    /** What a run keeps of its differences in the report itself. */
    static final int LISTED = 1_000;

    private static final List<String> VERDICTS = List.of("different", "missing", "extra", "drifted", "expired");
    private static final String SOURCE_SUM =
            "matched + different + missing + excluded + drifted + expired (+ extra - only_of_target)";

    private static final String ALL_POSITIONS =
            BigInteger.ONE.shiftLeft(Long.SIZE).toString();

    private static final double MILLISECOND = 0.0015;

    private final JsonNode report;
    private final boolean verified;
    private final List<String> problems = new ArrayList<>();

    private ReportSums(JsonNode report) {
        this.report = report;
        verified = report.has("verification");
    }

    /** What does not add up, each in a sentence that names the place; empty when all does. */
    static List<String> problems(JsonNode report) {
        ReportSums sums = new ReportSums(report);
        sums.time();
        sums.ledger("ledger");
        sums.ledger("origins");
        report.path("entities").forEachEntry(sums::type);
        sums.outcome();
        if (sums.verified) {
            sums.proof();
            sums.differences();
            sums.steps();
        }
        return sums.problems;
    }

    /** How many differences a run found, as the counts say it. */
    static long found(JsonNode report) {
        return VERDICTS.stream().mapToLong(verdict -> total(report, verdict)).sum();
    }

    private static long total(JsonNode report, String count) {
        long total = 0;
        for (JsonNode type : report.path("entities")) {
            total += type.path(count).asLong();
        }
        return total;
    }

    private void time() {
        try {
            double seconds = Duration.between(
                                    Instant.parse(report.path("started").asText()),
                                    Instant.parse(report.path("finished").asText()))
                            .toNanos()
                    / 1e9;
            if (Math.abs(seconds - report.path("seconds").asDouble()) > MILLISECOND) {
                problems.add(
                        "seconds is " + report.path("seconds") + ", but from started to finished it is " + seconds);
            }
        } catch (DateTimeParseException e) {
            problems.add("started or finished is no time: " + e.getMessage());
        }
    }

    private void ledger(String name) {
        Set<String> seen = new HashSet<>();
        for (JsonNode line : report.path(name)) {
            String column =
                    line.path("table").asText() + "." + line.path("column").asText();
            if (!seen.add(column)) {
                problems.add(name + " tells of " + column + " twice");
            }
        }
    }

    private void type(String name, JsonNode type) {
        if (type.path("matched_by_rule").asLong() > type.path("matched").asLong()) {
            problems.add("entities." + name + ": matched_by_rule is more than matched");
        }
        if (!verified) {
            return;
        }
        long excluded = 0;
        for (JsonNode count : type.path("excluded")) {
            excluded += count.asLong();
        }
        long read = type.path("read").asLong();
        long target = type.path("target").asLong();
        long matched = type.path("matched").asLong();
        long onBoth = matched + type.path("different").asLong();
        long moved = type.path("drifted").asLong() + type.path("expired").asLong();
        long ofTarget = onBoth + type.path("extra").asLong();
        JsonNode proof = report.path("verification").path("types").path(name);
        if (proof.isMissingNode()) {
            // A table of a custom plugin: of its verdicts nobody notes which side they are of.
            long least = onBoth + type.path("missing").asLong() + excluded;
            between("entities." + name + ": read", read, least, least + moved, SOURCE_SUM);
        } else {
            long ofSource = matched + excluded;
            for (String verdict : VERDICTS) {
                ofSource += type.path(verdict).asLong()
                        - type.path("only_of_target").path(verdict).asLong();
            }
            between("entities." + name + ": read", read, ofSource, ofSource, SOURCE_SUM);
        }
        // A row that is judged once more may have come or gone since its bucket was read.
        long again = proof.path("rows_read_again").asLong();
        between(
                "entities." + name + ": target",
                target,
                Math.max(0, ofTarget - again),
                ofTarget + moved + again,
                "matched + different + extra" + (moved > 0 ? " (+ drifted + expired)" : ""));
        digests(name, type, matched, read - excluded, target);
    }

    private void between(String what, long value, long least, long most, String sum) {
        if (value < least || value > most) {
            problems.add(what + " is " + value + ", but " + sum + " is " + (value < least ? least : most));
        }
    }

    private void digests(String name, JsonNode type, long matched, long expected, long target) {
        JsonNode digest = type.path("digest");
        if (digest.isMissingNode()) {
            problems.add("entities." + name + " has no digest, though the run compared");
            return;
        }
        boolean equal = digest.path("expected").equals(digest.path("target"));
        boolean agree = VERDICTS.stream().allMatch(verdict -> type.path(verdict).asLong() == 0);
        if (agree && !equal) {
            problems.add("entities." + name + ": all entities are said to match, but digest.expected and digest.target"
                    + " differ");
        }
        if (agree && (matched != expected || matched != target)) {
            problems.add("entities." + name + ": all entities are said to match, but of " + expected + " expected and "
                    + target + " in the target " + matched + " do");
        }
        JsonNode proof = report.path("verification").path("types").path(name);
        if (!agree && !proof.isMissingNode() && proof.path("buckets_read_again").asLong() == 0) {
            problems.add("entities." + name + " has differences, but verification.types says that no bucket differed");
        }
    }

    private void outcome() {
        String outcome = report.path("outcome").asText();
        long wrong = total(report, "different") + total(report, "missing");
        long extra = report.path("options").has("--into-existing") ? 0 : total(report, "extra");
        long drifted = 0;
        for (JsonNode type : report.path("entities")) {
            drifted +=
                    type.path("runtime").asBoolean() ? 0 : type.path("drifted").asLong();
        }
        switch (outcome) {
            case "equal" -> {
                if (!verified) {
                    problems.add("outcome is equal, but there is no verification");
                } else if (broken() > 0) {
                    problems.add("outcome is equal, but the target breaks " + broken() + " invariants");
                } else if (wrong + extra + drifted > 0) {
                    problems.add("outcome is equal, but " + (wrong + extra + drifted) + " entities are not");
                }
            }
            case "different" -> {
                if (wrong + total(report, "extra") + broken() == 0) {
                    problems.add("outcome is different, but no entity is different, missing or extra");
                }
            }
            case "drifted" -> {
                if (drifted == 0 || wrong + extra > 0) {
                    problems.add("outcome is drifted, but " + drifted + " entities are drifted and " + (wrong + extra)
                            + " different, missing or extra");
                }
            }
            case "refused", "failed" -> {
                if (!report.has("error")) {
                    problems.add("outcome is " + outcome + ", but there is no error");
                }
            }
            default -> {}
        }
    }

    /** How many invariants of the target do not hold, those aside that were to be so. */
    private long broken() {
        long broken = 0;
        for (JsonNode check : report.path("verification").path("invariants")) {
            broken += check.path("violated").asLong() > 0 && !check.has("tolerated") ? 1 : 0;
        }
        return broken;
    }

    private void proof() {
        JsonNode proof = report.path("verification");
        if (!proof.path("self_test")
                .path("damaged")
                .equals(proof.path("self_test").path("found"))) {
            problems.add("verification.self_test: not all that was damaged was found");
        }
        coverage(proof);
        for (String count : List.of("buckets_read_again", "rows_read_again")) {
            long sum = 0;
            for (JsonNode type : proof.path("types")) {
                sum += type.path(count).asLong();
            }
            if (sum != proof.path(count).asLong()) {
                problems.add("verification." + count + " is " + proof.path(count) + ", but the types have " + sum);
            }
        }
    }

    private void differences() {
        Map<String, Long> listed = new TreeMap<>();
        for (JsonNode difference : report.path("differences")) {
            listed.merge(
                    difference.path("type").asText() + " "
                            + difference.path("verdict").asText(),
                    1L,
                    Long::sum);
        }
        long found = found(report);
        long size = report.path("differences").size();
        if (size != Math.min(found, LISTED)) {
            problems.add("differences lists " + size + " of " + found + " that the counts tell of");
        }
        report.path("entities").forEachEntry((name, type) -> {
            for (String verdict : VERDICTS.subList(0, 3)) {
                long here = listed.getOrDefault(name + " " + verdict, 0L);
                long said = type.path(verdict).asLong();
                if (here > said || (here < said && found <= LISTED)) {
                    problems.add(
                            "differences lists " + here + " " + name + " as " + verdict + ", but the count is " + said);
                }
            }
        });
        violations();
        for (JsonNode file : report.path("files")) {
            if (file.path("name").asText().equals("differences.jsonl")
                    && file.path("lines").asLong() != found) {
                problems.add("files: differences.jsonl has " + file.path("lines") + " lines, but the counts tell of "
                        + found + " differences");
            }
        }
    }

    /** Times to live that are apart are differences, and stand among those. */
    private void violations() {
        long least = 0;
        long most = 0;
        for (JsonNode check : report.path("verification").path("invariants")) {
            long violated = check.path("violated").asLong();
            most += violated;
            least += check.path("name").asText().equals(Invariant.TIMES_TO_LIVE.label()) ? 0 : violated;
        }
        for (JsonNode file : report.path("files")) {
            if (file.path("name").asText().equals("violations.jsonl")) {
                between("files: lines of violations.jsonl", file.path("lines").asLong(), least, most, "violated");
            }
        }
    }

    /** Each table was read whole, each position once; a repair reads the parts that it dealt with. */
    private void coverage(JsonNode proof) {
        if (!report.path("repairs").isEmpty()) {
            return;
        }
        proof.path("types").forEachEntry((name, type) -> {
            if (!type.path("positions").asText().equals(ALL_POSITIONS)) {
                problems.add("verification.types." + name + ": its slices are "
                        + type.path("positions").asText() + " positions wide, and a table is " + ALL_POSITIONS);
            }
        });
    }

    private void steps() {
        for (JsonNode step : report.path("steps")) {
            if (step.path("name").asText().equals("verify")
                    && step.path("entities").asLong() != total(report, "read")) {
                problems.add("steps: verify is said to have dealt with " + step.path("entities") + " entities, but "
                        + total(report, "read") + " were read");
            }
        }
    }
}
