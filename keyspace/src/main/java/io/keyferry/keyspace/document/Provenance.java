package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What Keyferry notes about a document that it writes, inside the top-level {@code _ignore} that every Kong skips.
 *
 * @param kong the Kong version whose entities the document holds
 * @param sourceKong the version of the keyspace they were read from, where it is another one
 * @param workspaces the workspaces of the keyspace; empty before Kong 2.1
 */
public record Provenance(KongVersion kong, Optional<KongVersion> sourceKong, List<Workspace> workspaces) {
    public Provenance {
        requireNonNull(kong, "kong is null");
        workspaces = List.copyOf(workspaces);
    }

    /** The workspace that Kong puts all entities of a document into. */
    public Optional<UUID> defaultWorkspace() {
        return workspaces.stream()
                .filter(Workspace::isDefault)
                .map(Workspace::id)
                .findFirst();
    }
}
