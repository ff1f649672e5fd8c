package io.keyferry.keyspace.model;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** A workspace of a keyspace, from Kong 2.1 on. */
public record Workspace(UUID id, String name) {
    /** The name of the workspace that every keyspace from Kong 2.1 on has. */
    private static final String DEFAULT = "default";

    public Workspace {
        requireNonNull(id, "id is null");
        requireNonNull(name, "name is null");
    }

    public boolean isDefault() {
        return name.equals(DEFAULT);
    }
}
