package io.keyferry.migrator.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * How a run ended, as far as metrics tell.
 *
 * @param outcome one of the outcomes of reports
 * @param success whether the command's exit code is 0
 * @param differences how many entities were compared and found unequal, by type and verdict; zeros too. Empty where
 *     nothing was compared.
 */
public record Ending(String outcome, boolean success, Map<String, Map<String, Long>> differences) {
    public Ending {
        requireNonNull(outcome, "outcome is null");
        differences = Map.copyOf(differences);
    }
}
