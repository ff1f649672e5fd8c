package io.keyferry.verifier.verify;

import io.keyferry.keyspace.read.KongKeyspace;
import java.util.Optional;
import java.util.UUID;

/** The ids that the default workspace has on both sides; empty before Kong 2.1. */
record Workspaces(Optional<UUID> source, Optional<UUID> target) {
    static Workspaces of(KongKeyspace source, KongKeyspace target) {
        return new Workspaces(
                source.defaultWorkspace(), KeyspaceSide.target(target).defaultWorkspace());
    }
}
