package io.keyferry.verifier.digest;

import io.keyferry.keyspace.model.Entity;
import java.util.Optional;
import java.util.UUID;

/**
 * What to call an entity's workspace so that both sides say the same: the default workspace has another id in each
 * keyspace, and before Kong 2.1 there is only one, without an id. Immutable.
 *
 * @param defaultWorkspace the id of the side's default workspace; empty before Kong 2.1
 * @param ofNone what an entity without workspace counts as
 */
public record WorkspaceNaming(Optional<UUID> defaultWorkspace, String ofNone) {
    private static final String DEFAULT = "default";
    private static final String NONE = "none";

    /** The names in the source: a row that Kong has not given a workspace yet belongs into the default one. */
    public static WorkspaceNaming ofSource(Optional<UUID> defaultWorkspace) {
        return new WorkspaceNaming(defaultWorkspace, DEFAULT);
    }

    /** The names in the target, where Kong does not list a row without workspace. */
    public static WorkspaceNaming ofTarget(Optional<UUID> defaultWorkspace) {
        return new WorkspaceNaming(defaultWorkspace, NONE);
    }

    String nameOf(Entity entity) {
        Optional<UUID> workspace = entity.workspace();
        if (workspace.equals(defaultWorkspace)) {
            return DEFAULT;
        }
        return workspace.map(UUID::toString).orElse(ofNone);
    }
}
