package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.problem.Problems;

/** What a keyspace may be called. */
final class KeyspaceNames {
    private KeyspaceNames() {}

    static void check(String name, String where, Problems problems) {
        if (!name.matches("[A-Za-z0-9_]{1,48}")) {
            problems.add(where + ": '" + name
                    + "' cannot be a keyspace: Cassandra allows up to 48 letters, digits and underscores");
        } else if (name.equals("system") || name.startsWith("system_")) {
            problems.add(where + ": '" + name + "' is a keyspace of Cassandra itself");
        }
    }
}
