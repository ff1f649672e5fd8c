package io.keyferry.keyspace.cql;

import static java.util.Objects.requireNonNull;

/** A text that no message, log or report may show: {@link #toString} hides it, {@link #value} is asked for on purpose. */
public record Secret(String value) {
    public Secret {
        requireNonNull(value, "value is null");
    }

    @Override
    public String toString() {
        return "***";
    }
}
