package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How the target's invariants are checked. Immutable.
 *
 * @param scratch an existing directory for what memory does not hold
 * @param plugins those whose migrations {@code schema_meta} must list besides those that it lists anyway; empty for those
 * @param released whether {@code schema_meta} is to be whole already
 * @param orphansKept whether rows that refer to nothing were moved because the user said so
 */
public record TargetChecks(Path scratch, Optional<Set<String>> plugins, boolean released, boolean orphansKept) {
    public TargetChecks {
        requireNonNull(scratch, "scratch is null");
        plugins = plugins.map(Set::copyOf);
    }
}
