package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

/** A user of a cluster. Only ever the well-known superuser of a throw-away cluster, so nothing is hidden. */
public record Credentials(String user, String password) {
    public Credentials {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
    }
}
