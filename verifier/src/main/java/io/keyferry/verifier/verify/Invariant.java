package io.keyferry.verifier.verify;

import java.util.Locale;

/** What must be true of a keyspace that a Kong can serve from, whatever it was copied from. */
public enum Invariant {
    /** Every reference names an entity that is there. */
    REFERENCES("every reference names an entity that is there"),
    /** A value that only one may have is had by one, in its workspace. */
    UNIQUE_VALUES("a value that only one entity of its workspace may have is had by one"),
    /** From Kong 2.2 on an upstream has one row for each address; before, the table is a history. */
    TARGETS("an upstream has one target for each address"),
    /** {@code cache_key} is made of the row's own values, or Kong does not find the row by it. */
    CACHE_KEYS("cache_key is made of the row's own values"),
    /** Unique values stand behind their workspace's id, or Kong does not find the row by them. */
    PREFIXES("unique values stand behind their workspace's id"),
    /** Every row is of a workspace that is there, and one workspace is named default. */
    WORKSPACES("every row is of a workspace that is there, and exactly one is named default"),
    /** Table {@code tags} says what the entities' own tags say. */
    TAGS("table tags says what the entities' own tags say"),
    /** {@code cert_digest} is the SHA-256 of the certificate. */
    CERTIFICATE_DIGESTS("cert_digest is the SHA-256 of the certificate"),
    /** All cells of a row expire together, and when the source's row does. */
    TIMES_TO_LIVE("rows expire when those of the source do, all cells together"),
    /** {@code schema_meta} lists every migration of the version, and none that is pending. */
    SCHEMA_META("schema_meta lists all migrations, none of them pending");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    /** What is true when it holds. */
    public String sentence() {
        return sentence;
    }

    /** The name as reports spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
