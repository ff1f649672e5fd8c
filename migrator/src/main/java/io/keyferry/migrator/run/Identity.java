package io.keyferry.migrator.run;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The ids that a new keyspace gets: chosen once, and journaled before they are used, so that every attempt of a run
 * writes the same.
 */
record Identity(UUID workspace, UUID cluster) {
    /**
     * The identity of a run's keyspace.
     *
     * @param workspace the id of the default workspace, where the document says it
     */
    static Identity of(WorkDirectory work, Optional<UUID> workspace) {
        Optional<Identity> noted = work.past()
                .fact(
                        Past.IDENTITY,
                        record -> new Identity(
                                UUID.fromString(record.path("workspace").asText()),
                                UUID.fromString(record.path("cluster").asText())));
        if (noted.isPresent()) {
            return noted.get();
        }
        Identity identity = new Identity(workspace.orElseGet(UUID::randomUUID), UUID.randomUUID());
        work.journal(
                Past.IDENTITY,
                Map.of(
                        "workspace",
                        identity.workspace().toString(),
                        "cluster",
                        identity.cluster().toString()));
        return identity;
    }
}
