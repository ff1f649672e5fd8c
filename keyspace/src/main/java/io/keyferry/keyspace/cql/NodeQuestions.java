package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import com.datastax.oss.driver.api.core.metadata.Node;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each node is asked of itself. */
final class NodeQuestions {
    /** Half of a segment of the commit log, which has 32 MB unless cassandra.yaml says otherwise. */
    private static final long USUAL_MUTATION = 16L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String CLOCK = "SELECT toUnixTimestamp(now()) FROM system.local";
    private static final Pattern SIZE = Pattern.compile("([0-9]+)(B|KiB|MiB|GiB)?");

    private NodeQuestions() {}

    static List<NodeStatus> ask(CqlSession session, Clock clock) {
        List<NodeStatus> nodes = new ArrayList<>();
        for (Node node : session.getMetadata().getNodes().values()) {
            if (node.getDistance() != NodeDistance.IGNORED) {
                boolean up = node.getOpenConnections() > 0;
                nodes.add(new NodeStatus(
                        node.getEndPoint().toString(), up, up ? ahead(session, node, clock) : Optional.empty()));
            }
        }
        nodes.sort(Comparator.comparing(NodeStatus::address));
        return nodes;
    }

    /** By the middle of the time that the question took; the first, which the connection warms up for, does not count. */
    private static Optional<Duration> ahead(CqlSession session, Node node, Clock clock) {
        SimpleStatement question =
                SimpleStatement.newInstance(CLOCK).setNode(node).setTimeout(PATIENCE);
        try {
            session.execute(question);
            long before = clock.millis();
            Row row = session.execute(question).one();
            long after = clock.millis();
            return row == null
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(before + (after - before) / 2 - row.getLong(0)));
        } catch (DriverException e) {
            return Optional.empty();
        }
    }

    static long largestMutation(CqlSession session) {
        Map<String, String> settings = new HashMap<>();
        try {
            for (Row row : session.execute("SELECT name, value FROM system_views.settings")) {
                settings.put(String.valueOf(row.getString(0)), String.valueOf(row.getString(1)));
            }
        } catch (DriverException e) {
            return USUAL_MUTATION; // Before Cassandra 4.0 there is no such table, and not everybody may read it.
        }
        Optional<Long> said = bytes(settings, "max_mutation_size", 1)
                .or(() -> bytes(settings, "max_mutation_size_in_kb", 1 << 10))
                .or(() -> bytes(settings, "commitlog_segment_size", 1).map(segment -> segment / 2))
                .or(() ->
                        bytes(settings, "commitlog_segment_size_in_mb", 1 << 20).map(segment -> segment / 2));
        return said.orElse(USUAL_MUTATION);
    }

    private static Optional<Long> bytes(Map<String, String> settings, String name, long unit) {
        Matcher matcher = SIZE.matcher(settings.getOrDefault(name, ""));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String suffix = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
        long factor = switch (suffix) {
            case "kib" -> 1L << 10;
            case "mib" -> 1L << 20;
            case "gib" -> 1L << 30;
            case "b" -> 1;
            default -> unit;
        };
        return Optional.of(Long.parseLong(matcher.group(1)) * factor).filter(size -> size > 0);
    }
}
