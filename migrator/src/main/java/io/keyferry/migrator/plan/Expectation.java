package io.keyferry.migrator.plan;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.verifier.report.Forecast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long a migration may take, told from the one thing that a plan can measure: how fast it read the source. What the
 * other steps take for the same rows was measured in rehearsals of 200,000 entities, and is told as an assumption.
 * Stateless.
 */
public final class Expectation {
    /** How long a step takes, as a multiple of what reading the source took. */
    private record Share(Step step, double times) {}

    private static final List<Share> SHARES = List.of(
            new Share(Step.EXPORT, 1),
            new Share(Step.VALIDATE, 1),
            new Share(Step.IMPORT, 8),
            new Share(Step.VERIFY, 3));

    /** A table or an index, with the agreement of all nodes, on a cluster that flushes its schema to disk. */
    private static final Duration PER_STATEMENT = Duration.ofMillis(100);

    private static final double MILLIS = 1_000;

    private Expectation() {}

    /**
     * Tells it.
     *
     * @param read what the inspection read, and in what time
     * @param rows how many rows there are to move, custom tables' too, by estimate
     * @param made the version whose tables are to be made; empty where they stand already
     * @param rate the most entities a second that the user allows on one cluster
     */
    public static Forecast of(Inspection.Reading read, long rows, Optional<Catalog> made, OptionalInt rate) {
        double scale = read.rows() == 0 ? 1 : Math.max(1, (double) rows / read.rows());
        double reading = read.took().toMillis() * scale;
        double slowest = rate.isPresent() ? MILLIS * rows / rate.getAsInt() : 0;
        Map<String, Duration> steps = new LinkedHashMap<>();
        List<String> assumed = new ArrayList<>();
        for (Share share : SHARES) {
            if (share.step() == Step.IMPORT && made.isPresent()) {
                steps.put(Step.BOOTSTRAP.label(), PER_STATEMENT.multipliedBy(statements(made.get())));
            }
            double paced = share.step() == Step.VALIDATE ? 0 : slowest;
            steps.put(share.step().label(), Duration.ofMillis(Math.round(Math.max(reading * share.times(), paced))));
            String times = share.times() == 1 ? "" : String.format(Locale.ROOT, "%.0f times ", share.times());
            assumed.add(share.step().label() + " takes " + times + "as long as reading the source");
        }
        made.ifPresent(catalog -> assumed.add(String.format(
                Locale.ROOT,
                "each of %d tables and indexes takes %.1f s",
                statements(catalog),
                PER_STATEMENT.toMillis() / MILLIS)));
        rate.ifPresent(limit -> assumed.add("no step moves more than " + limit + " entities a second (--rate)"));
        return new Forecast(steps, read.rows(), read.bytes(), read.took(), assumed);
    }

    private static int statements(Catalog catalog) {
        return catalog.tables().stream()
                .mapToInt(table -> 1 + table.indexes().size())
                .sum();
    }
}
