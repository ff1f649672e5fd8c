package io.keyferry.keyspace.cql;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a keyspace is replicated. Immutable. */
public sealed interface Replication {
    /** {@code SimpleStrategy}: the number of copies in a cluster that knows no datacenters. */
    record Simple(int factor) implements Replication {
        @Override
        public SortedMap<String, String> options() {
            return new TreeMap<>(Map.of("class", "SimpleStrategy", "replication_factor", Integer.toString(factor)));
        }
    }

    /** {@code NetworkTopologyStrategy}: copies by datacenter. */
    record NetworkTopology(SortedMap<String, Integer> factors) implements Replication {
        public NetworkTopology {
            factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
        }

        @Override
        public SortedMap<String, String> options() {
            SortedMap<String, String> options = new TreeMap<>(Map.of("class", "NetworkTopologyStrategy"));
            factors.forEach((datacenter, factor) -> options.put(datacenter, factor.toString()));
            return options;
        }
    }

    /** A strategy that Kong knows nothing of (transient replicas, EverywhereStrategy, ...), kept as it stands. */
    record Other(SortedMap<String, String> options) implements Replication {
        public Other {
            options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        }
    }

    /** The options as Cassandra keeps them, the strategy's short name under {@code class}. */
    SortedMap<String, String> options();

    /** The map literal that goes after {@code WITH replication =}. */
    default String toCql() {
        String rest = options().entrySet().stream()
                .filter(option -> !option.getKey().equals("class"))
                .map(option -> ", " + literal(option.getKey()) + ": " + literal(option.getValue()))
                .collect(Collectors.joining());
        return "{'class': " + literal(options().getOrDefault("class", "")) + rest + "}";
    }

    /** From {@code system_schema.keyspaces.replication}. */
    static Replication of(Map<String, String> stored) {
        SortedMap<String, String> options = new TreeMap<>(stored);
        String strategy = options.getOrDefault("class", "");
        String name = strategy.startsWith("org.apache.cassandra.locator.")
                ? strategy.substring(strategy.lastIndexOf('.') + 1)
                : strategy;
        options.put("class", name);
        SortedMap<String, Integer> factors = new TreeMap<>();
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (!option.getKey().equals("class")) {
                if (!isFactor(option.getValue())) {
                    return new Other(options);
                }
                factors.put(option.getKey(), Integer.valueOf(option.getValue()));
            }
        }
        if (name.equals("SimpleStrategy") && factors.keySet().equals(Set.of("replication_factor"))) {
            return new Simple(factors.getOrDefault("replication_factor", 1));
        }
        if (name.equals("NetworkTopologyStrategy")) {
            return new NetworkTopology(factors);
        }
        return new Other(options);
    }

    /** {@code 3}, or {@code dc1:3,dc2:2}, as users write it; empty when it is neither. */
    static Optional<Replication> parse(String text) {
        if (isFactor(text.strip())) {
            return Optional.of(new Simple(Integer.parseInt(text.strip())));
        }
        SortedMap<String, Integer> factors = new TreeMap<>();
        for (String item : text.split(",", -1)) {
            int colon = item.lastIndexOf(':');
            String datacenter = colon < 0 ? "" : item.substring(0, colon).strip();
            String factor = item.substring(colon + 1).strip();
            if (datacenter.isEmpty() || !isFactor(factor) || factors.put(datacenter, Integer.valueOf(factor)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new NetworkTopology(factors));
    }

    private static boolean isFactor(String text) {
        return text.matches("[0-9]{1,4}");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
