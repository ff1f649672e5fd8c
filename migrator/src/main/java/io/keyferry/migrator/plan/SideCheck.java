package io.keyferry.migrator.plan;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.Grants;
import io.keyferry.keyspace.cql.Grants.Permission;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.NodeStatus;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.cql.Side;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Looks at one cluster for what would end a run in its middle: nodes that are down, clocks that differ, schemas that
 * differ, versions that are mixed, permissions that are missing. Writes nothing. To be used by one thread.
 */
public final class SideCheck {
    private static final Duration ODD_CLOCK = Duration.ofSeconds(1);
    private static final Duration WRONG_CLOCK = Duration.ofSeconds(5);
    private static final double MILLIS_PER_SECOND = 1_000;

    private final ReadSession session;
    private final ClusterInfo cluster;
    private final String noun;
    private final boolean written;
    private final Consumer<String> problems;
    private final Consumer<String> warnings;

    /**
     * Prepares to look.
     *
     * @param problems takes what stands against a run
     * @param warnings takes what should be known
     */
    public SideCheck(ReadSession session, Consumer<String> problems, Consumer<String> warnings) {
        this.session = requireNonNull(session, "session is null");
        this.problems = requireNonNull(problems, "problems is null");
        this.warnings = requireNonNull(warnings, "warnings is null");
        cluster = session.cluster();
        noun = "the " + session.side().noun();
        written = session.side() == Side.TO;
    }

    /** Whether schemas agree and versions are of one major; a mixed cluster takes no changes of the schema. */
    public void cluster() {
        if (!cluster.schemaAgreed()) {
            String what = "the nodes of " + noun + " do not agree on the schema: see 'nodetool describecluster'";
            (written ? problems : warnings).accept(what + (written ? ", mend those that differ, run again" : ""));
        }
        List<String> majors = cluster.releaseVersions().stream()
                .map(version -> version.split("\\.", -1)[0])
                .distinct()
                .toList();
        if (majors.size() > 1) {
            String what = noun + " is being upgraded: its nodes run Cassandra "
                    + String.join(" and ", cluster.releaseVersions());
            (written ? problems : warnings)
                    .accept(what
                            + (written ? ", and no schema can be changed meanwhile. Finish the upgrade first" : ""));
        }
    }

    /**
     * Whether the nodes that are down leave enough replicas of every row.
     *
     * @param replication of the keyspace, or of the one that will be made
     * @param levels those that rows are read and written with
     */
    public void nodes(List<NodeStatus> nodes, Optional<Replication> replication, List<Consistency> levels) {
        List<String> down = nodes.stream()
                .filter(node -> !node.up())
                .map(NodeStatus::address)
                .toList();
        if (down.isEmpty()) {
            return;
        }
        String what = down.size() + " of " + nodes.size() + " nodes of " + noun + " do not answer ("
                + String.join(", ", down) + ")";
        for (Consistency level : levels.stream().distinct().toList()) {
            int local = replication.map(this::local).orElse(1);
            int all = replication.map(SideCheck::all).orElse(1);
            int left = all - Math.min(down.size(), local);
            int leftHere = local - Math.min(down.size(), local);
            int needed = needed(level, local, all);
            if (isLocal(level) ? leftHere < needed : left < needed) {
                problems.accept(what + ": " + level + " needs " + needed + " of " + (isLocal(level) ? local : all)
                        + " replicas, which some rows do not have now. Start the nodes, or ask for less with"
                        + (written ? " --write-consistency and --read-consistency" : " --read-consistency"));
                return;
            }
        }
        warnings.accept(what + ". The others are enough for "
                + levels.stream().distinct().map(Consistency::name).collect(Collectors.joining(" and ")));
    }

    private int local(Replication replication) {
        if (replication instanceof Replication.NetworkTopology topology) {
            String datacenter = session.address()
                    .datacenter()
                    .orElse(
                            cluster.datacenters().isEmpty()
                                    ? ""
                                    : cluster.datacenters().firstKey());
            return topology.factors().getOrDefault(datacenter, 0);
        }
        return all(replication);
    }

    private static int all(Replication replication) {
        if (replication instanceof Replication.NetworkTopology topology) {
            return topology.factors().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        }
        return replication instanceof Replication.Simple simple ? simple.factor() : 1;
    }

    private static boolean isLocal(Consistency level) {
        return switch (level) {
            case LOCAL_ONE, LOCAL_QUORUM, EACH_QUORUM -> true;
            case ONE, TWO, THREE, QUORUM, ALL -> false;
        };
    }

    private static int needed(Consistency level, int local, int all) {
        return switch (level) {
            case ONE, LOCAL_ONE -> 1;
            case TWO -> 2;
            case THREE -> 3;
            case QUORUM -> all / 2 + 1;
            case LOCAL_QUORUM, EACH_QUORUM -> local / 2 + 1;
            case ALL -> all;
        };
    }

    /**
     * Whether our clock and those of the nodes agree. Rows are written with the time of our clock, and a gateway's later
     * write of the same row has the time of a node's: with ours ahead, the later write would lose.
     */
    public void clocks(List<NodeStatus> nodes) {
        List<String> wrong = new ArrayList<>();
        List<String> odd = new ArrayList<>();
        for (NodeStatus node : nodes) {
            node.ahead().ifPresent(ahead -> {
                if (ahead.abs().compareTo(WRONG_CLOCK) >= 0) {
                    wrong.add(node.address() + " by " + seconds(ahead));
                } else if (ahead.abs().compareTo(ODD_CLOCK) >= 0) {
                    odd.add(node.address() + " by " + seconds(ahead));
                }
            });
        }
        if (!wrong.isEmpty()) {
            (written ? problems : warnings)
                    .accept("our clock and those of " + noun + " differ (" + String.join(", ", wrong)
                            + "): rows would be written with times that a gateway's later writes may lose against. Set the"
                            + " clocks (chronyc tracking tells of them), run again");
        }
        if (!odd.isEmpty()) {
            warnings.accept("our clock and those of " + noun + " differ a little (" + String.join(", ", odd) + ")");
        }
    }

    private static String seconds(Duration ahead) {
        return String.format(
                Locale.ROOT,
                "%.1f s %s",
                Math.abs(ahead.toMillis()) / MILLIS_PER_SECOND,
                ahead.isNegative() ? "behind" : "ahead");
    }

    /** What the nodes say of themselves, for the checks above. */
    public List<NodeStatus> askNodes(Clock clock) {
        return session.nodes(clock);
    }

    /**
     * Whether our user may do what the run asks for; each permission that is missing is named, with the statement that
     * grants it.
     *
     * @param schema of the keyspace
     */
    public void permissions(LiveSchema schema) {
        Optional<Grants> asked = session.grants();
        if (asked.isEmpty()) {
            warnings.accept(noun + " does not say what our user may do");
            return;
        }
        Grants grants = asked.get();
        String keyspace = session.address().keyspace();
        List<String> missing = new ArrayList<>();
        if (schema.exists()) {
            if (!readsAll(grants, schema, keyspace)) {
                missing.add(grant(Permission.SELECT, keyspace));
            }
            if (written && !grants.allows(Permission.MODIFY, keyspace)) {
                missing.add(grant(Permission.MODIFY, keyspace));
            }
            if (written && schema.isEmpty() && !grants.allows(Permission.CREATE, keyspace)) {
                missing.add(grant(Permission.CREATE, keyspace));
            }
        } else if (written && !grants.allowsNewKeyspaces()) {
            missing.add("GRANT CREATE ON ALL KEYSPACES TO " + user());
        }
        if (!missing.isEmpty()) {
            problems.accept("user " + user() + " lacks permissions on " + noun + ", which a superuser gives it: "
                    + String.join("; ", missing));
        }
    }

    private static boolean readsAll(Grants grants, LiveSchema schema, String keyspace) {
        return grants.allows(Permission.SELECT, keyspace)
                || schema.tables().stream().allMatch(table -> grants.allows(Permission.SELECT, keyspace, table.name()));
    }

    private String grant(Permission permission, String keyspace) {
        return "GRANT " + permission + " ON KEYSPACE \"" + keyspace + "\" TO " + user();
    }

    private String user() {
        return session.address()
                .credentials()
                .map(user -> '"' + user.username() + '"')
                .orElse("anonymous");
    }
}
