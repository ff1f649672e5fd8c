package io.keyferry.keyspace.catalog;

/**
 * What a migration does with the rows of a table by default.
 *
 * @param why the reason, in words for a report
 */
public record TableFate(Kind kind, String why) {
    /** The fates a table can have. */
    public enum Kind {
        /** Configuration: always copied. */
        COPIED,
        /** State that is copied with its remaining time to live unless left out. */
        STATE,
        /** Runtime data that is left out unless asked for. */
        RUNTIME,
        /** Rebuilt from other tables. */
        DERIVED,
        /** Written by bootstrap for the new keyspace, never copied. */
        BOOTSTRAPPED,
        /** Never copied. */
        NEVER
    }
}
