package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a gateway felt, phase by phase. Not thread-safe. */
final class LiveFigures implements BenchCommand.Result {
    static final String ALONE = "alone";
    static final String WITHIN_LIMIT = "migrate, within the limit";
    static final String FULL_SPEED = "migrate, at full speed";
    static final String ALONE_AGAIN = "alone again";

    private static final double LEAST_MILLIS = 10;
    private static final double TIMES_ALONE = 2;
    private static final double MICROS = 1e6;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final long MILLIS_TO_MICROS = 1_000;

    /** Something that takes a while. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private record Phase(long fromMicros, long toMicros) {
        double seconds() {
            return (toMicros - fromMicros) / MICROS;
        }

        boolean holds(LiveSample sample) {
            return sample.atMicros() >= fromMicros && sample.atMicros() < toMicros;
        }
    }

    /** The answered requests of one kind in one phase, in milliseconds, and how many failed. */
    private record Felt(List<Double> millis, long failed) {
        /** What so many of a hundred stay below. */
        double percentile(double percent) {
            return millis.isEmpty()
                    ? Double.NaN
                    : millis.get(Math.max(0, (int) Math.ceil(millis.size() * percent / 100) - 1));
        }
    }

    private final long entities;
    private final Map<String, Phase> phases = new LinkedHashMap<>();
    private final Map<String, Felt> reads = new LinkedHashMap<>();
    private final Map<String, Felt> writes = new LinkedHashMap<>();

    LiveFigures(long entities) {
        this.entities = entities;
    }

    /** Does something that the gateway may feel. */
    void phase(String name, Work work) throws IOException, InterruptedException {
        long from = System.currentTimeMillis() * MILLIS_TO_MICROS;
        work.run();
        phases.put(name, new Phase(from, System.currentTimeMillis() * MILLIS_TO_MICROS));
    }

    /** Takes what the gateway felt in all phases. */
    void take(List<LiveSample> samples) {
        phases.forEach((name, phase) -> {
            List<LiveSample> meanwhile = samples.stream().filter(phase::holds).toList();
            reads.put(name, felt(meanwhile, true));
            writes.put(name, felt(meanwhile, false));
        });
    }

    private static Felt felt(List<LiveSample> samples, boolean read) {
        List<LiveSample> ofKind =
                samples.stream().filter(sample -> sample.read() == read).toList();
        List<Double> millis = ofKind.stream()
                .filter(LiveSample::answered)
                .map(sample -> sample.tookMicros() / MICROS_PER_MILLI)
                .sorted()
                .toList();
        return new Felt(millis, ofKind.size() - millis.size());
    }

    private static Felt of(Map<String, Felt> felt, String phase) {
        return felt.getOrDefault(phase, new Felt(List.of(), 0));
    }

    private static double budget(Map<String, Felt> felt) {
        return Math.max(LEAST_MILLIS, TIMES_ALONE * of(felt, ALONE).percentile(90));
    }

    private static boolean keepsBudget(Map<String, Felt> felt) {
        Felt within = of(felt, WITHIN_LIMIT);
        return within.failed() == 0 && within.percentile(90) <= budget(felt);
    }

    @Override
    public boolean met() {
        return keepsBudget(reads) && keepsBudget(writes);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-32s %8s %7s %7s %7s %7s %7s %7s %7s  %s%n",
                "milliseconds",
                "requests",
                "failed",
                "median",
                "p90",
                "p95",
                "p99",
                "max",
                "seconds",
                "p90 may be"));
        rows(text, "reads", reads);
        rows(text, "writes", writes);
        text.append(String.format(
                Locale.ROOT,
                "migrating %,d entities: %.1f s within the limit, %.1f s at full speed%n",
                entities,
                seconds(WITHIN_LIMIT),
                seconds(FULL_SPEED)));
        return text.append("the limit keeps what it promises: ")
                .append(met() ? "met" : "MISSED")
                .toString();
    }

    private void rows(StringBuilder text, String kind, Map<String, Felt> felt) {
        felt.forEach((phase, one) -> text.append(String.format(
                Locale.ROOT,
                "%-32s %8d %7d %7.1f %7.1f %7.1f %7.1f %7.1f %7.1f  %s%n",
                kind + ", " + phase,
                one.millis().size() + one.failed(),
                one.failed(),
                one.percentile(50),
                one.percentile(90),
                one.percentile(95),
                one.percentile(99),
                one.percentile(100),
                seconds(phase),
                phase.equals(WITHIN_LIMIT) ? String.format(Locale.ROOT, "%.1f", budget(felt)) : "")));
    }

    private double seconds(String phase) {
        return phases.getOrDefault(phase, new Phase(0, 0)).seconds();
    }

    @Override
    public JsonNode json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("entities", entities).put("met", met());
        json.set("reads", json(reads));
        json.set("writes", json(writes));
        return json;
    }

    private ObjectNode json(Map<String, Felt> felt) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("budgetMillis", budget(felt));
        felt.forEach((phase, one) -> json.putObject(phase)
                .put("seconds", seconds(phase))
                .put("requests", one.millis().size() + one.failed())
                .put("failed", one.failed())
                .put("medianMillis", one.percentile(50))
                .put("p90Millis", one.percentile(90))
                .put("p95Millis", one.percentile(95))
                .put("p99Millis", one.percentile(99))
                .put("maxMillis", one.percentile(100)));
        return json;
    }
}
