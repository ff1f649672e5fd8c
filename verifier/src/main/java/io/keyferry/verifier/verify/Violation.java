package io.keyferry.verifier.verify;

import java.util.Optional;

/**
 * A row of the target of which an invariant does not hold.
 *
 * @param type the entity's type, or the table's name where it is no entity's
 * @param id the entity's id; empty for what is no row's own
 * @param name the name people know it by, where it has one that is no secret
 * @param detail what is wrong, without values that may be secret
 */
public record Violation(Invariant invariant, String type, String id, Optional<String> name, String detail) {}
