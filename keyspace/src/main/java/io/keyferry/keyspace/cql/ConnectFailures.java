package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.UnsupportedProtocolVersionException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.ArrayList;
import java.util.List;

/** From what the driver says when it cannot connect to what a person can act on. */
final class ConnectFailures {
    private ConnectFailures() {}

    static KeyferryException translate(Throwable failure, KeyspaceAddress address, Side side) {
        for (Throwable each : flatten(failure)) {
            if (Reasons.find(each, AuthenticationException.class) != null) {
                return new KeyferryException(side.failure(), authentication(address, side), failure);
            }
            if (Reasons.find(each, UnsupportedProtocolVersionException.class) != null) {
                return new KeyferryException(
                        side.failure(),
                        where(address, side) + " speaks no CQL protocol that we do (" + Reasons.of(each)
                                + "): Cassandra 3.0 or newer is needed",
                        failure);
            }
        }
        List<String> reasons = flatten(failure).stream()
                .map(ConnectFailures::withCause)
                .distinct()
                .toList();
        return new KeyferryException(
                side.failure(),
                "cannot connect to " + where(address, side) + ", though it answers: " + String.join("; ", reasons),
                failure);
    }

    static KeyferryException interrupted(Side side) {
        Thread.currentThread().interrupt();
        return new KeyferryException(Kind.INTERRUPTED, "stopped while connecting to the " + side.noun());
    }

    private static String authentication(KeyspaceAddress address, Side side) {
        return address.credentials()
                .map(credentials -> where(address, side) + " refuses user '" + credentials.username()
                        + "': wrong user or password; the password comes from the kong.conf, " + Passwords.remedy(side))
                .orElseGet(() -> where(address, side)
                        + " wants a user and a password: add username=USER to the URI, or cassandra_username and"
                        + " cassandra_password to the kong.conf; the password of a URI comes from "
                        + Passwords.remedy(side));
    }

    static String where(KeyspaceAddress address, Side side) {
        return "the " + side.noun() + " " + address.describe();
    }

    private static String withCause(Throwable failure) {
        Throwable cause = failure.getCause();
        return Reasons.of(failure) + (cause == null ? "" : " (" + Reasons.of(cause) + ")");
    }

    private static List<Throwable> flatten(Throwable failure) {
        List<Throwable> all = new ArrayList<>();
        if (failure instanceof AllNodesFailedException nodes) {
            nodes.getAllErrors().values().forEach(all::addAll);
        }
        return all.isEmpty() ? List.of(failure) : all;
    }
}
