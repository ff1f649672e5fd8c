package io.keyferry.verifier.verify;

import java.util.List;

/**
 * What a verification found, by type in document order.
 *
 * @param proof how strong the verdict is
 */
public record VerificationResult(List<TypeVerification> types, Proof proof) {
    public VerificationResult {
        types = List.copyOf(types);
    }

    /** How many entities of all types got this verdict. */
    public long count(Verdict verdict) {
        return types.stream().mapToLong(type -> type.count(verdict)).sum();
    }

    /** How many entities of configuration drifted: those that gateways write by themselves do so all the time. */
    public long drifted() {
        return types.stream()
                .filter(type -> !type.runtime())
                .mapToLong(type -> type.count(Verdict.DRIFTED))
                .sum();
    }

    /** Whether the target holds what it should; entities that expired meanwhile and drift of runtime types aside. */
    public boolean equal() {
        return complete() && count(Verdict.EXTRA) == 0;
    }

    /** Whether the target holds what it should and perhaps more, as where it held entities before. */
    public boolean complete() {
        return proof.invariantsHold() && count(Verdict.DIFFERENT) + count(Verdict.MISSING) + drifted() == 0;
    }

    /** Whether all that differs is drift. */
    public boolean onlyDrifted() {
        return proof.invariantsHold()
                && drifted() > 0
                && count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.EXTRA) == 0;
    }
}
