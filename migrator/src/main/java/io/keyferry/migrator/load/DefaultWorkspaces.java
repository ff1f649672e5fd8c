package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.model.Entity;
import java.util.Optional;
import java.util.UUID;

/**
 * The ids of the default workspace on both sides, which differ; other workspaces keep theirs. Immutable.
 *
 * @param source empty where nobody knows, as of a file by hand or of Kong before 2.1
 * @param target empty before Kong 2.1
 */
public record DefaultWorkspaces(Optional<UUID> source, Optional<UUID> target) {
    public DefaultWorkspaces {
        requireNonNull(source, "source is null");
        requireNonNull(target, "target is null");
    }

    /** An entity of the source as the target has it: one of the default workspace is in that of the target. */
    public Entity inTarget(Entity entity) {
        boolean moves = entity.type().workspaceable()
                && (entity.workspace().isEmpty() || entity.workspace().equals(source))
                && !entity.workspace().equals(target);
        return moves ? entity.toBuilder().workspace(target.orElse(null)).build() : entity;
    }
}
