package io.keyferry.verifier.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How strong a verdict is: what was read, how often, and what could have been missed. Immutable.
 *
 * @param selfTested how many damaged copies of rows were looked for, and found
 * @param types by name, in document order
 */
public record Proof(int selfTested, Map<String, TypeVerification.Thoroughness> types) {
    public Proof {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** How many rows of both sides were read again because their bucket differed. */
    public long rowsReadAgain() {
        return types.values().stream()
                .mapToLong(TypeVerification.Thoroughness::rowsAgain)
                .sum();
    }

    /** How many buckets differed. */
    public long bucketsReadAgain() {
        return types.values().stream()
                .mapToLong(TypeVerification.Thoroughness::bucketsAgain)
                .sum();
    }
}
