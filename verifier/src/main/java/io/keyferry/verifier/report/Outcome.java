package io.keyferry.verifier.report;

import java.util.Locale;

/** How a run ended. */
public enum Outcome {
    /** The target holds what it should. */
    EQUAL,
    /** All that was to be written was; nothing was compared. */
    DONE,
    /** It does not. */
    DIFFERENT,
    /** It does, but the source changed during the run. */
    DRIFTED,
    /** Content or a precondition was refused; the target was not written. */
    REFUSED,
    FAILED,
    INTERRUPTED,
    /** Nothing was to be done but to plan. */
    PLANNED;

    /** The outcome as reports spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
