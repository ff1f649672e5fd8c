package io.keyferry.keyspace.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A workspace of a keyspace, from Kong 2.1 on. Immutable.
 *
 * @param details further columns that are not null, as text: {@code comment}, and {@code meta} and {@code config}, which
 *     are JSON
 */
public record Workspace(UUID id, String name, Map<String, String> details) {
    /** The columns that {@link #details} may hold. */
    public static final List<String> DETAILS = List.of("comment", "meta", "config");

    /** The name of the workspace that every keyspace from Kong 2.1 on has. */
    public static final String DEFAULT = "default";

    public Workspace {
        requireNonNull(id, "id is null");
        requireNonNull(name, "name is null");
        details = Map.copyOf(details);
    }

    /** A workspace of which no more is known. */
    public Workspace(UUID id, String name) {
        this(id, name, Map.of());
    }

    /** Whether the other has the same id and the same name. */
    public boolean isSameAs(Workspace other) {
        return id.equals(other.id) && name.equals(other.name);
    }

    public boolean isDefault() {
        return name.equals(DEFAULT);
    }
}
