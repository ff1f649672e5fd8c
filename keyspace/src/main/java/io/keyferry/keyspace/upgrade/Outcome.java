package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.model.Entity;

/** What an upgrade makes of an entity. */
public sealed interface Outcome {
    /** The entity in the target's version. */
    record Kept(Entity entity) implements Outcome {}

    /**
     * The entity has no place in the target's version.
     *
     * @param reason why, in words for the ledger; the same words for all entities of one reason
     */
    record Excluded(String reason) implements Outcome {}
}
