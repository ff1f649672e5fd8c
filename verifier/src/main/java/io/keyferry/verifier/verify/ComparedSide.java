package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.read.KongKeyspace;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** One side of a comparison: a keyspace, or what a file would make of one. Thread-safe. */
public interface ComparedSide {
    /** What the Kong version of this side knows. */
    Catalog catalog();

    /** The id of the default workspace; empty where there is none, or only one without an id. */
    Optional<UUID> defaultWorkspace();

    /** Whether an entity without a workspace is one of the default workspace here. */
    boolean adoptsWhatHasNoWorkspace();

    /** The entities of a type; empty when this side has no place for them. */
    Optional<EntityTable> table(EntityType type);

    /** Fields that this side does not tell of every entity of a type, so that they cannot be compared. */
    Set<String> untold(String type);

    /** The keyspace, where it is one. */
    Optional<KongKeyspace> keyspace();
}
