package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.Version;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A cluster as it is at one moment. Immutable.
 *
 * @param releaseVersions of the nodes, oldest first; more than one during an upgrade
 * @param hostIds of all nodes that the cluster knows, also those that are down
 * @param datacenters number of nodes by datacenter
 * @param partitioner full class name
 * @param schemaAgreed whether all nodes that are up have the same schema
 * @param protocolVersion of CQL, e.g. {@code V4}
 */
public record ClusterInfo(
        String name,
        List<String> releaseVersions,
        Set<UUID> hostIds,
        SortedMap<String, Integer> datacenters,
        String partitioner,
        boolean schemaAgreed,
        String protocolVersion) {
    public ClusterInfo {
        releaseVersions = List.copyOf(releaseVersions);
        hostIds = Set.copyOf(hostIds);
        datacenters = Collections.unmodifiableSortedMap(new TreeMap<>(datacenters));
    }

    /** How many nodes the cluster knows. */
    public int nodes() {
        return hostIds.size();
    }

    /**
     * Whether both are the same cluster: they share a node. Names, addresses and cluster names prove nothing; a host id
     * is made once per node. A cluster that was cloned with its system tables counts as the same.
     */
    public boolean isSameClusterAs(ClusterInfo other) {
        return !Collections.disjoint(hostIds, other.hostIds);
    }

    /** Asks one node; what it knows of the others may be a second old. */
    static ClusterInfo read(CqlSession session) {
        return new ClusterInfo(
                session.getMetadata().getClusterName().orElse(""),
                versions(session).stream().map(Version::toString).toList(),
                session.getMetadata().getNodes().values().stream()
                        .map(Node::getHostId)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet()),
                datacenters(session),
                partitioner(session),
                schemaVersions(session) <= 1,
                session.getContext().getProtocolVersion().name());
    }

    /** How many schemas the nodes that are up have. */
    private static int schemaVersions(CqlSession session) {
        Set<UUID> up = session.getMetadata().getNodes().values().stream()
                .filter(node -> node.getState() != NodeState.DOWN && node.getHostId() != null)
                .map(Node::getHostId)
                .collect(Collectors.toSet());
        Set<UUID> versions = new HashSet<>();
        for (String table : List.of("local", "peers")) {
            for (Row row : session.execute("SELECT host_id, schema_version FROM system." + table)) {
                if (row.getUuid(1) != null && up.contains(row.getUuid(0))) {
                    versions.add(row.getUuid(1));
                }
            }
        }
        return versions.size();
    }

    /** The versions of the nodes, oldest first. */
    static List<Version> versions(CqlSession session) {
        return session.getMetadata().getNodes().values().stream()
                .map(Node::getCassandraVersion)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }

    static SortedMap<String, Integer> datacenters(CqlSession session) {
        SortedMap<String, Integer> datacenters = new TreeMap<>();
        for (Node node : session.getMetadata().getNodes().values()) {
            if (node.getDatacenter() != null) {
                datacenters.merge(node.getDatacenter(), 1, Integer::sum);
            }
        }
        return datacenters;
    }

    static String partitioner(CqlSession session) {
        Row local = session.execute("SELECT partitioner FROM system.local").one();
        String partitioner = local == null ? null : local.getString("partitioner");
        return partitioner == null ? "" : partitioner;
    }
}
