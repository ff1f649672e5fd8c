package io.keyferry.keyspace.codec;

/** What a row may have kept from an upgrade in place that went wrong, and an entity does not show. */
public enum Scar {
    /** {@code ws_id} is null: Kong finds the row by its id but does not list it. */
    NO_WORKSPACE,
    /** A unique value without its workspace's id before it: Kong does not find the row by it. */
    UNPREFIXED,
    /** {@code cache_key} is not made of the row's own values: Kong does not find the row by it. */
    STALE_CACHE_KEY,
    /** Cells of one row expire at different times, as after an update without a time to live. */
    MIXED_TTL
}
