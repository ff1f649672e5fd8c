package io.keyferry.verifier.report;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a migration is expected to take, and what that rests on. Immutable.
 *
 * @param steps by name, in the order in which they come
 * @param rows how many rows were read to find out
 * @param bytes what the cluster sent for them
 * @param reading how long that took
 * @param assumptions what was not measured, one sentence each
 */
public record Forecast(Map<String, Duration> steps, long rows, long bytes, Duration reading, List<String> assumptions) {
    public Forecast {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
        assumptions = List.copyOf(assumptions);
    }

    /** All steps together. */
    public Duration total() {
        return steps.values().stream().reduce(Duration.ZERO, Duration::plus);
    }
}
