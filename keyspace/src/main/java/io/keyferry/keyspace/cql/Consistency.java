package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import java.util.Locale;
import java.util.Optional;

/** How many replicas must answer. ANY is left out on purpose: a hint is not a written row. */
public enum Consistency {
    ONE,
    TWO,
    THREE,
    QUORUM,
    ALL,
    LOCAL_ONE,
    LOCAL_QUORUM,
    EACH_QUORUM;

    /** The level of that name, in upper or lower case. */
    public static Optional<Consistency> parse(String name) {
        String wanted = name.strip().toUpperCase(Locale.ROOT);
        for (Consistency consistency : values()) {
            if (consistency.name().equals(wanted)) {
                return Optional.of(consistency);
            }
        }
        return Optional.empty();
    }

    /** As the driver calls it. */
    public ConsistencyLevel level() {
        return DefaultConsistencyLevel.valueOf(name());
    }
}
