package io.keyferry.verifier.report;

import io.keyferry.keyspace.model.Value;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import io.keyferry.verifier.verify.Invariant;
import io.keyferry.verifier.verify.InvariantCheck;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.TypeVerification;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Violation;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A report in which every kind of content occurs. */
final class Reports {
    static final String ID = "7e8a3b1c-9f54-4d7e-8c2a-1b6f0e5d4c3b";

    private Reports() {}

    private static final Proof PROOF = new Proof(
            64,
            true,
            Optional.of(new Proof.SecondReading(2_467, 0)),
            List.of(
                    new InvariantCheck(
                            Invariant.CACHE_KEYS,
                            70,
                            1,
                            List.of(new Violation(
                                    Invariant.CACHE_KEYS, "plugins", ID, Optional.of("acl"), "it is stale")),
                            Optional.empty(),
                            Optional.empty()),
                    new InvariantCheck(
                            Invariant.REFERENCES, 9, 1, List.of(), Optional.of("as it was"), Optional.empty()),
                    new InvariantCheck(
                            Invariant.SCHEMA_META, 0, 0, List.of(), Optional.empty(), Optional.of("not yet"))),
            Map.of(
                    "routes",
                    new TypeVerification.Thoroughness(
                            1,
                            BigInteger.ONE.shiftLeft(64),
                            16,
                            2,
                            345,
                            List.of("paths"),
                            Map.of("name", "stands behind the workspace's id"),
                            Set.of("created_at"))));

    static Report different() {
        Map<String, Report.Entities> entities = new LinkedHashMap<>();
        entities.put(
                "routes",
                new Report.Entities(
                        1_234,
                        1_233,
                        1_234,
                        Map.of("for a reason", 2L),
                        1_232,
                        1_230,
                        7,
                        Map.of(Verdict.DIFFERENT, 1L, Verdict.MISSING, 1L, Verdict.EXTRA, 2L),
                        Optional.of(new Report.Digests("aa".repeat(32), "bb".repeat(32), "cc".repeat(32)))));
        entities.put("snis", new Report.Entities(0, 0, 0, Map.of(), 0, 0, 0, Map.of(), Optional.empty()));
        return report(Outcome.DIFFERENT, entities, List.of(difference("r1")), Optional.empty());
    }

    /** A report whose numbers bear each other out, as those of real runs do. */
    static Report sound() {
        Map<String, Report.Entities> entities = new LinkedHashMap<>();
        entities.put(
                "routes",
                new Report.Entities(
                        1_234,
                        1_233,
                        1_234,
                        Map.of("for a reason", 2L),
                        1_232,
                        1_230,
                        7,
                        Map.of(Verdict.DIFFERENT, 1L, Verdict.MISSING, 1L, Verdict.EXTRA, 2L),
                        Optional.of(new Report.Digests("aa".repeat(32), "bb".repeat(32), "cc".repeat(32))),
                        Map.of(),
                        Map.of(Verdict.EXTRA, 2L),
                        false));
        entities.put(
                "consumers",
                new Report.Entities(
                        5,
                        5,
                        5,
                        Map.of(),
                        5,
                        5,
                        0,
                        Map.of(),
                        Optional.of(new Report.Digests("aa".repeat(32), "bb".repeat(32), "bb".repeat(32)))));
        List<Difference> differences = new ArrayList<>();
        for (Verdict verdict : List.of(Verdict.DIFFERENT, Verdict.MISSING, Verdict.EXTRA, Verdict.EXTRA)) {
            differences.add(new Difference("routes", ID, Optional.empty(), "default", verdict, Map.of()));
        }
        Map<String, TypeVerification.Thoroughness> types = new LinkedHashMap<>(PROOF.types());
        types.put(
                "consumers",
                new TypeVerification.Thoroughness(
                        1, BigInteger.ONE.shiftLeft(64), 1, 0, 0, List.of(), Map.of(), Set.of()));
        return report(
                Outcome.DIFFERENT,
                entities,
                differences,
                Optional.empty(),
                Optional.of(new Proof(64, true, Optional.empty(), List.of(), types)));
    }

    static Report refused() {
        return report(Outcome.REFUSED, Map.of(), List.of(), Optional.of("the target holds entities"));
    }

    static Report withDifferences(int count) {
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            differences.add(difference("route-" + i));
        }
        return report(Outcome.DIFFERENT, Map.of(), differences, Optional.empty());
    }

    private static Difference difference(String name) {
        return new Difference(
                "routes",
                ID,
                Optional.of(name),
                "default",
                Verdict.DIFFERENT,
                Map.of("paths", new FieldDifference(new Value.Sequence(List.of(Value.text("/a"))), Value.NULL)));
    }

    private static Report report(
            Outcome outcome,
            Map<String, Report.Entities> entities,
            List<Difference> differences,
            Optional<String> error) {
        return report(
                outcome,
                entities,
                differences,
                error,
                outcome == Outcome.DIFFERENT ? Optional.of(PROOF) : Optional.empty());
    }

    private static Report report(
            Outcome outcome,
            Map<String, Report.Entities> entities,
            List<Difference> differences,
            Optional<String> error,
            Optional<Proof> proof) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--kong", "2.8");
        Instant started = Instant.parse("2026-11-20T10:00:00Z");
        return new Report(
                "20261120T100000Z-migrate",
                "migrate",
                outcome,
                "0.1.0",
                options,
                "jo@host",
                started,
                started.plus(Duration.ofMillis(12_345)),
                new Report.Side("cassandra://a/kong", Optional.of("2.0.5"), Optional.of("3.11.19")),
                new Report.Side("cassandra://b/kong", Optional.empty(), Optional.empty()),
                entities,
                Map.of("T1", 37L),
                List.of(new Report.LedgerLine("routes", "ws_id", Report.Fate.DERIVED, "the workspace's id")),
                List.of(new Report.OriginLine("routes", "paths", Report.Origin.COPIED, "routes.paths", "")),
                differences,
                List.of(new Report.StepTime("export", Duration.ofMillis(3_100), 100, 123_456)),
                List.of(new Report.Pace("export", 1.5, 0.5, 40), new Report.Pace("export", 3.1, 1.6, 60)),
                List.of("look here"),
                error,
                proof,
                differences.isEmpty()
                        ? List.of()
                        : List.of(new Report.FileSum("differences.jsonl", 200, differences.size(), "ab".repeat(32))),
                Optional.empty(),
                List.of(),
                Optional.of(new Forecast(
                        Map.of("export", Duration.ofSeconds(5)),
                        1_234,
                        98_765,
                        Duration.ofMillis(2_500),
                        List.of("the target is as fast as the source"))));
    }
}
