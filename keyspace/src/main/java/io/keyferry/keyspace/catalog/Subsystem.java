package io.keyferry.keyspace.catalog;

import java.util.List;

/**
 * A row of {@code schema_meta} as a fresh bootstrap leaves it: Kong's core or one bundled plugin with its executed
 * migrations in their order. Immutable.
 */
public record Subsystem(String name, List<String> executed) {
    /** Name of Kong's own subsystem; the others are named like their plugin. */
    public static final String CORE = "core";

    public Subsystem {
        executed = List.copyOf(executed);
    }

    /** The migration that Kong compares with its own list to tell new ones. */
    public String lastExecuted() {
        return executed.get(executed.size() - 1);
    }
}
