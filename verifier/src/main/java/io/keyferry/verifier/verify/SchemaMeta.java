package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.read.MigrationState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds a keyspace's {@code schema_meta} against the migrations of its version. Stateless and thread-safe. */
public final class SchemaMeta {
    private SchemaMeta() {}

    /**
     * What a gateway would find missing or unfinished, as it decides whether it may start: the core's migrations, those
     * of plugins that are listed, and those of plugins that it enables.
     *
     * @param plugins the enabled ones; empty for those that are listed
     */
    public static List<Violation> violations(
            Catalog catalog, Optional<Set<String>> plugins, List<MigrationState> states) {
        Map<String, MigrationState> bySubsystem =
                states.stream().collect(Collectors.toMap(MigrationState::subsystem, Function.identity()));
        List<Violation> found = new ArrayList<>();
        for (Subsystem subsystem : catalog.subsystems()) {
            String name = subsystem.name();
            MigrationState state = bySubsystem.get(name);
            boolean wanted = name.equals(Subsystem.CORE)
                    || plugins.map(enabled -> enabled.contains(name)).orElse(false);
            if (state == null && wanted) {
                found.add(violation(name, "no row, so that Kong finds migrations to run"));
            } else if (state != null) {
                Set<String> missing = new TreeSet<>(subsystem.executed());
                missing.removeAll(new HashSet<>(state.executed()));
                if (!missing.isEmpty()) {
                    found.add(violation(name, "not executed: " + String.join(", ", missing)));
                }
            }
        }
        for (MigrationState state : states) {
            if (!state.pending().isEmpty()) {
                found.add(violation(
                        state.subsystem(), "still pending: " + String.join(", ", new TreeSet<>(state.pending()))));
            }
        }
        return found;
    }

    private static Violation violation(String subsystem, String detail) {
        return new Violation(Invariant.SCHEMA_META, "schema_meta", subsystem, Optional.empty(), detail);
    }
}
