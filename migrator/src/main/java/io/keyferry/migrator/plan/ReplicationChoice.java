package io.keyferry.migrator.plan;

import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.problem.Problems;
import java.util.Optional;

/**
 * How a new keyspace is to be replicated: as the user says; else as the source is, where the target has the same
 * datacenters; else nobody knows, and guessing would cost availability.
 *
 * @param allowRf1 whether one replica on a cluster of several nodes is meant
 */
public record ReplicationChoice(
        KeyspaceAddress target, Optional<Replication> source, ClusterInfo cluster, boolean allowRf1) {

    /** The choice; empty when there is none, and then the problem says what to do. */
    public Optional<Replication> choose(Problems problems) {
        Optional<Replication> wanted = target.replication();
        if (wanted.isEmpty()) {
            wanted = source.filter(this::fits);
        }
        if (wanted.isEmpty()) {
            problems.add("how to replicate the new keyspace is not known: the source's replication ("
                    + source.map(Replication::toCql).orElse("unknown") + ") does not fit the target's datacenters ("
                    + String.join(", ", cluster.datacenters().keySet())
                    + "). Say replication=" + cluster.datacenters().firstKey() + ":3 in the URI of --to, or set"
                    + " cassandra_repl_strategy and its companions in its kong.conf");
            return Optional.empty();
        }
        Replication choice = wanted.get();
        if (!fits(choice)) {
            problems.add("replication " + choice.toCql() + " does not fit the target: its datacenters are "
                    + cluster.datacenters());
        } else if (isSingleReplica(choice) && cluster.nodes() > 1 && !allowRf1) {
            problems.add("replication " + choice.toCql() + " keeps one copy on a cluster of " + cluster.nodes()
                    + " nodes: any node that is down takes part of the gateway's configuration with it. Say"
                    + " replication=... in the URI of --to, or --allow-rf1 if you mean it");
        }
        return wanted;
    }

    private boolean fits(Replication replication) {
        if (replication instanceof Replication.Simple simple) {
            return simple.factor() <= cluster.nodes();
        }
        if (replication instanceof Replication.NetworkTopology topology) {
            return topology.factors().entrySet().stream()
                    .allMatch(factor -> cluster.datacenters().getOrDefault(factor.getKey(), 0) >= factor.getValue());
        }
        return false;
    }

    private static boolean isSingleReplica(Replication replication) {
        if (replication instanceof Replication.Simple simple) {
            return simple.factor() == 1;
        }
        return replication instanceof Replication.NetworkTopology topology
                && topology.factors().values().stream().allMatch(factor -> factor == 1);
    }
}
