package io.keyferry.migrator;

import java.util.function.Predicate;

/**
 * A difference from Kong that is meant.
 *
 * @param reason why, in one sentence
 * @param covers whether a difference is of this kind and our side is what it then must be
 */
record Allowance<D>(String reason, Predicate<D> covers) {}
