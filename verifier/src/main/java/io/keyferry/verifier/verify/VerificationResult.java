package io.keyferry.verifier.verify;

import java.util.List;

/** What a verification found, by type in document order. */
public record VerificationResult(List<TypeVerification> types) {
    public VerificationResult {
        types = List.copyOf(types);
    }

    /** How many entities of all types got this verdict. */
    public long count(Verdict verdict) {
        return types.stream().mapToLong(type -> type.count(verdict)).sum();
    }

    /** Whether the target holds what it should, entities that expired meanwhile aside. */
    public boolean equal() {
        return count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.EXTRA) + count(Verdict.DRIFTED) == 0;
    }

    /** Whether the target holds what it should and perhaps more, as where it held entities before. */
    public boolean complete() {
        return count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.DRIFTED) == 0;
    }

    /** Whether all that differs is drift. */
    public boolean onlyDrifted() {
        return count(Verdict.DRIFTED) > 0
                && count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.EXTRA) == 0;
    }
}
