package io.keyferry.keyspace.upgrade;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the gateways of an installation stand to each other and to a database. */
public enum Topology {
    /** All nodes use the database. */
    TRADITIONAL,
    /** Control planes use the database, data planes get their configuration from them. */
    HYBRID,
    /** No database: each node reads a kong.yml. */
    DBLESS;

    /** The topology of this name, in small letters. */
    public static Optional<Topology> parse(String label) {
        return Arrays.stream(values())
                .filter(topology -> topology.label().equals(label))
                .findFirst();
    }

    /** The name as people type it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
