package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Timestamps as {@code SELECT JSON} and as kong.yml have them. */
final class Times {
    private Times() {}

    /** {@code 2026-11-20 18:01:40.000Z}; empty for anything else. */
    static Optional<Instant> parsed(JsonNode column) {
        try {
            return Optional.of(Instant.parse(column.asText().replace(' ', 'T')));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Seconds since the epoch, perhaps with a fraction. */
    static Optional<Instant> ofSeconds(JsonNode stated) {
        return stated.isNumber()
                ? Optional.of(Instant.ofEpochMilli(Math.round(stated.doubleValue() * 1000)))
                : Optional.empty();
    }
}
