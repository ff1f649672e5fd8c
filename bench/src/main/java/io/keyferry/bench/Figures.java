package io.keyferry.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured, round by round, and how it is shown. */
final class Figures {
    /**
     * One measurement.
     *
     * @param entities entities or rows that were moved
     * @param seconds what counts of the time
     */
    record Round(long entities, double seconds, Child.Run run) {
        double rate() {
            return entities / seconds;
        }
    }

    /** @param others what its rate is compared with, by name; none for a ceiling */
    private record Subject(List<String> others, List<Round> rounds) {}

    /** The ratio of a median rate to that of another. */
    record Comparison(String other, double ratio) {}

    private final Map<String, Subject> subjects = new LinkedHashMap<>();

    /**
     * Notes a measurement.
     *
     * @param others what its rate is compared with, by name: the fastest of those that were measured
     */
    void add(String name, List<String> others, Round round) {
        subjects.computeIfAbsent(name, key -> new Subject(others, new ArrayList<>()))
                .rounds()
                .add(round);
    }

    /** The median rate, in entities a second. */
    double rate(String name) {
        return median(rounds(name).stream().map(Round::rate).toList());
    }

    boolean has(String name) {
        return subjects.containsKey(name);
    }

    /** The median of what counts of the time, in seconds. */
    double seconds(String name) {
        return median(rounds(name).stream().map(Round::seconds).toList());
    }

    private List<Round> rounds(String name) {
        Subject subject = subjects.get(name);
        if (subject == null) {
            throw new IllegalArgumentException(name + " was not measured");
        }
        return subject.rounds();
    }

    /** What was measured, against the fastest of what it is compared with; empty where one side was not measured. */
    Optional<Comparison> comparison(String name) {
        return Optional.ofNullable(subjects.get(name)).flatMap(subject -> comparison(name, subject.others()));
    }

    /** As {@link #comparison(String)}, with others. */
    Optional<Comparison> comparison(String name, List<String> others) {
        return has(name)
                ? others.stream()
                        .filter(this::has)
                        .max(Comparator.comparingDouble(this::rate))
                        .map(other -> new Comparison(other, rate(name) / rate(other)))
                : Optional.empty();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    String table() {
        StringBuilder text = new StringBuilder("%-40s %9s %9s %9s %9s  %-30s %6s %8s %8s%n"
                .formatted(
                        "",
                        "entities",
                        "min/s",
                        "median/s",
                        "max/s",
                        "compared with",
                        "ratio",
                        "RSS MB",
                        "CPU s (client+server)"));
        subjects.forEach((name, subject) -> {
            List<Round> rounds = subject.rounds();
            List<Double> rates = rounds.stream().map(Round::rate).toList();
            Optional<Comparison> comparison = comparison(name);
            text.append(String.format(
                    Locale.ROOT,
                    "%-40s %9d %9.0f %9.0f %9.0f  %-30s %6s %8.0f %8.1f + %.1f%n",
                    name,
                    rounds.get(0).entities(),
                    rates.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                    median(rates),
                    rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                    comparison.map(Comparison::other).orElse(""),
                    comparison
                            .map(found -> String.format(Locale.ROOT, "%.2f", found.ratio()))
                            .orElse(""),
                    rounds.stream()
                            .mapToDouble(round -> round.run().peakMegabytes())
                            .max()
                            .orElseThrow(),
                    median(rounds.stream().map(round -> round.run().clientCpu()).toList()),
                    median(rounds.stream().map(round -> round.run().serverCpu()).toList())));
        });
        return text.toString();
    }

    /** All rounds, with the figures of {@link #table}. */
    ObjectNode json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        subjects.forEach((name, subject) -> {
            ObjectNode one = json.putObject(name);
            List<Double> rates = subject.rounds().stream().map(Round::rate).toList();
            one.put("minRate", Collections.min(rates))
                    .put("medianRate", rate(name))
                    .put("maxRate", Collections.max(rates));
            comparison(name)
                    .ifPresent(found -> one.put("comparedWith", found.other()).put("ratio", found.ratio()));
            subject.rounds()
                    .forEach(round -> one.withArray("rounds")
                            .addObject()
                            .put("entities", round.entities())
                            .put("seconds", round.seconds())
                            .put("rate", round.rate())
                            .put("processSeconds", round.run().seconds())
                            .put("peakMegabytes", round.run().peakMegabytes())
                            .put("clientCpu", round.run().clientCpu())
                            .put("serverCpu", round.run().serverCpu()));
        });
        return json;
    }
}
