package io.keyferry.keyspace.document;

/** How a document looks. All styles say the same, and Kong reads all of them. */
public enum Style {
    /** YAML, one entity a line as a flow mapping: the fastest to read and write, and lines can be compared. */
    LINES,
    /** YAML as Kong's own export looks, for people. */
    BLOCK,
    /** One JSON object, one entity a line. */
    JSON
}
