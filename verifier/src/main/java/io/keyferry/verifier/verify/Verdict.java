package io.keyferry.verifier.verify;

import java.util.Locale;

/** What was found about one entity. */
public enum Verdict {
    /** Both sides hold it, with different values. */
    DIFFERENT,
    /** Only the source holds it. */
    MISSING,
    /** Only the target holds it. */
    EXTRA,
    /** The source changed it after the run began. */
    DRIFTED,
    /** It expired while the two sides were read. */
    EXPIRED;

    /** The verdict as reports spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
