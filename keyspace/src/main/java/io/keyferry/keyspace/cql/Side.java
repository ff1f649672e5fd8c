package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.problem.KeyferryException.Kind;

/** Which end of the ferry a place is. Decides the names of its options and the kind of its failures. */
public enum Side {
    FROM("source", Kind.SOURCE),
    TO("target", Kind.TARGET);

    private final String noun;
    private final Kind failure;

    Side(String noun, Kind failure) {
        this.noun = noun;
        this.failure = failure;
    }

    /** {@code source} or {@code target}, as messages call it. */
    public String noun() {
        return noun;
    }

    /** The kind of error that a failure on this side is. */
    public Kind failure() {
        return failure;
    }

    /** {@code --from} or {@code --to}. */
    public String option() {
        return this == FROM ? "--from" : "--to";
    }

    /** The environment variable with the password of the Cassandra user. */
    public String passwordVariable() {
        return "KEYFERRY_" + name() + "_PASSWORD";
    }

    /** The environment variable with the password of the trust store and key store. */
    public String storePasswordVariable() {
        return "KEYFERRY_" + name() + "_STORE_PASSWORD";
    }
}
