package io.keyferry.verifier.verify;

import java.util.List;
import java.util.Optional;

/**
 * What was found of one invariant. Immutable.
 *
 * @param checked how many rows or values were looked at
 * @param violated how many of them violate it
 * @param first the first of them; {@code violations.jsonl} has all
 * @param tolerated why that is not held against the target, where it is not
 * @param unchecked why nothing was looked at, where nothing was
 */
public record InvariantCheck(
        Invariant invariant,
        long checked,
        long violated,
        List<Violation> first,
        Optional<String> tolerated,
        Optional<String> unchecked) {
    public InvariantCheck {
        first = List.copyOf(first);
    }

    /** Whether nothing is to be held against the target. */
    public boolean holds() {
        return violated == 0 || tolerated.isPresent();
    }
}
