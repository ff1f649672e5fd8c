package io.keyferry.keyspace.cql;

import static java.util.Objects.requireNonNull;

/** A Cassandra user. Prints as {@code kong:***}. */
public record Credentials(String username, Secret password) {
    public Credentials {
        requireNonNull(username, "username is null");
        requireNonNull(password, "password is null");
    }

    @Override
    public String toString() {
        return username + ":" + password;
    }
}
