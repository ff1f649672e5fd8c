package io.keyferry.keyspace.read;

import java.util.Set;

/**
 * A row of {@code schema_meta}: how far the migrations of Kong's core or of a plugin are. Immutable.
 *
 * @param executed the names of migrations, in no order
 * @param pending those that {@code kong migrations finish} still has to run
 */
public record MigrationState(String subsystem, Set<String> executed, Set<String> pending) {
    public MigrationState {
        executed = Set.copyOf(executed);
        pending = Set.copyOf(pending);
    }
}
