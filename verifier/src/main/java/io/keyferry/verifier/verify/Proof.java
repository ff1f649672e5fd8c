package io.keyferry.verifier.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How strong a verdict is: what was read, how often, and what could have been missed. Immutable.
 *
 * @param selfTested how many damaged copies of rows were looked for, and found
 * @param sourceReadAnew whether the source's digests are of a reading of their own; else they rode along with the export,
 *     which cannot see what the export itself did not
 * @param second what a second reading saw, where it was asked for
 * @param invariants what was found about the target by itself; empty where nothing was asked
 * @param types by name, in document order; tables of custom plugins after them
 * @param customSelfTested how many of the damaged copies are of rows of tables that no Kong knows
 */
public record Proof(
        int selfTested,
        boolean sourceReadAnew,
        Optional<SecondReading> second,
        List<InvariantCheck> invariants,
        Map<String, TypeVerification.Thoroughness> types,
        int customSelfTested) {

    /**
     * A reading of both sides once more, backwards where that can be, in other slices and pages.
     *
     * @param rows how many rows of both sides were read
     * @param bucketsApart how many buckets it saw in another state than the first; they were read a third time and judged
     */
    public record SecondReading(long rows, long bucketsApart) {}

    public Proof {
        invariants = List.copyOf(invariants);
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** A proof by two readings, without more. */
    public Proof(int selfTested, Map<String, TypeVerification.Thoroughness> types) {
        this(selfTested, true, Optional.empty(), List.of(), types);
    }

    /** A proof about tables that Kong knows. */
    public Proof(
            int selfTested,
            boolean sourceReadAnew,
            Optional<SecondReading> second,
            List<InvariantCheck> invariants,
            Map<String, TypeVerification.Thoroughness> types) {
        this(selfTested, sourceReadAnew, second, invariants, types, 0);
    }

    /** The same with what was found about tables that no Kong knows. */
    public Proof with(CustomVerification.Result custom) {
        Map<String, TypeVerification.Thoroughness> all = new LinkedHashMap<>(types);
        custom.tables().forEach(table -> all.put(table.transfer().label(), table.thoroughness()));
        return new Proof(
                selfTested + custom.selfTested(), sourceReadAnew, second, invariants, all, custom.selfTested());
    }

    /** Whether no invariant of the target is violated that ought to hold. */
    public boolean invariantsHold() {
        return invariants.stream().allMatch(InvariantCheck::holds);
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
