package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.cql.ReadSession;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a keyspace is known again by: its name, the host ids of its cluster's nodes, and the id that Cassandra gave its
 * table {@code schema_meta}. Addresses and cluster names prove nothing, and a keyspace that was dropped and made again
 * is another one. Stateless.
 */
final class Places {
    private static final String TABLE = "schema_meta";

    private Places() {}

    /** What is to be noted of a keyspace. */
    static ObjectNode of(ReadSession session) {
        ObjectNode place = Journal.details();
        place.put("keyspace", session.address().keyspace());
        new TreeSet<>(session.cluster().hostIds())
                .forEach(host -> place.withArray("hosts").add(host.toString()));
        place.put("table", table(session));
        return place;
    }

    /** The id of the keyspace's table; empty while it has none. */
    static String table(ReadSession session) {
        return session.tableId(TABLE).map(UUID::toString).orElse("");
    }

    /**
     * What of a keyspace is not as it was noted, in words.
     *
     * @param noted by {@link #of}
     * @param table the id of its table, where that was noted later; empty for what was noted first
     */
    static void compare(
            String side, JsonNode noted, Optional<String> table, ReadSession now, List<String> differences) {
        Set<String> hosts = new HashSet<>();
        noted.path("hosts").forEach(host -> hosts.add(host.asText()));
        boolean known = now.cluster().hostIds().stream().map(UUID::toString).anyMatch(hosts::contains);
        if (!known) {
            differences.add(
                    side + ": another cluster (no node has a host id of those that the run began with, " + hosts + ")");
            return;
        }
        String keyspace = noted.path("keyspace").asText();
        if (!keyspace.equals(now.address().keyspace())) {
            differences.add(side + ": the run has keyspace " + keyspace + ", and now it is "
                    + now.address().keyspace());
            return;
        }
        String id = table.orElse(noted.path("table").asText());
        String present = table(now);
        if (!id.isEmpty() && !id.equals(present)) {
            differences.add(side + ": keyspace " + keyspace + " was dropped"
                    + (present.isEmpty() ? "" : " and made again") + " since (id of table " + TABLE + ": then " + id
                    + ", now " + (present.isEmpty() ? "none" : present) + ")");
        }
    }
}
