package io.keyferry.keyspace.catalog;

/** How Kong lays the value of a field into its Cassandra column. */
public enum Storage {
    /** The column holds the value itself. */
    PLAIN,
    /** {@code <workspace id>:<value>} from Kong 2.1 on. */
    WORKSPACE_PREFIXED,
    /** Whole seconds in the entity, milliseconds in the column. */
    SECONDS,
    /** Seconds with a fraction in the entity, milliseconds in the column. */
    FRACTIONAL_SECONDS,
    /** A record or map as JSON text. */
    JSON,
    /** A list or set of plain values. */
    COLLECTION,
    /** A set whose elements are records as JSON text. */
    COLLECTION_OF_JSON,
    /** A map of text to a frozen set of text. */
    MAP
}
