package io.keyferry.keyspace.listen;

import java.util.Locale;

/** The steps of a migration, in their order. */
public enum Step {
    PLAN,
    EXPORT,
    VALIDATE,
    BOOTSTRAP,
    IMPORT,
    VERIFY,
    RELEASE;

    /** The step's name in reports and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
