package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What our user may do on a cluster. Immutable.
 *
 * @param everything whether there is nothing that it may not: a superuser, or a cluster without authorization
 * @param known pairs such as {@code SELECT <keyspace kong>}, as Cassandra calls them
 */
public record Grants(boolean everything, Set<String> known) {
    private static final Grants ALL = new Grants(true, Set.of());

    /** A permission that the work asks for. */
    public enum Permission {
        SELECT,
        MODIFY,
        CREATE
    }

    public Grants {
        known = Set.copyOf(known);
    }

    /** Whether a permission holds for all of a keyspace. */
    public boolean allows(Permission permission, String keyspace) {
        return everything
                || known.contains(permission + " <all keyspaces>")
                || known.contains(permission + " <keyspace " + keyspace + ">");
    }

    /** Whether a permission holds for one table. */
    public boolean allows(Permission permission, String keyspace, String table) {
        return allows(permission, keyspace)
                || known.contains(permission + " <all tables in " + keyspace + ">")
                || known.contains(permission + " <table " + keyspace + "." + table + ">");
    }

    /** Whether it may make new keyspaces. */
    public boolean allowsNewKeyspaces() {
        return everything || known.contains(Permission.CREATE + " <all keyspaces>");
    }

    /** Asks the cluster, which tells everybody of his own; empty when it does not. */
    static Optional<Grants> read(CqlSession session, Optional<Credentials> user) {
        if (user.isEmpty()) {
            return Optional.of(ALL);
        }
        String role = '"' + user.get().username().replace("\"", "\"\"") + '"';
        try {
            for (Row row : session.execute("LIST ROLES OF " + role)) {
                if (row.getBoolean("super")) {
                    return Optional.of(ALL);
                }
            }
            Set<String> known = new HashSet<>();
            for (Row row : session.execute("LIST ALL PERMISSIONS OF " + role)) {
                known.add(row.getString("permission") + " " + row.getString("resource"));
            }
            return Optional.of(new Grants(false, known));
        } catch (InvalidQueryException e) {
            // An authorizer that allows all has nothing to list.
            boolean unlimited = String.valueOf(e.getMessage()).contains("AllowAllAuthorizer");
            return unlimited ? Optional.of(ALL) : Optional.empty();
        } catch (UnauthorizedException e) {
            return Optional.empty();
        }
    }
}
