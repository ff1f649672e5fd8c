package io.keyferry.keyspace.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The way from one Kong version to another when each step is made in place, as Kong's upgrade guides give it for the
 * Enterprise lines 0.36 to 3.3. It says nothing against dump and restore, which crosses several steps at once. Immutable.
 *
 * @param order what to do in each step, in this order
 * @param sideBySide whether old and new nodes may run at the same time
 */
public record UpgradePath(
        KongVersion from, KongVersion to, Topology topology, List<Hop> hops, List<String> order, String sideBySide) {
    private static final KongVersion FIRST_ON_CASSANDRA_4 = KongVersion.parse("2.5");

    public UpgradePath {
        hops = List.copyOf(hops);
        order = List.copyOf(order);
    }

    /** Read once in a process, when first asked for. */
    private static final class Shipped {
        private static final JsonNode DATA = read();

        private static JsonNode read() {
            try (InputStream in = UpgradePath.class.getResourceAsStream("hops.json")) {
                return new ObjectMapper().readTree(in);
            } catch (IOException e) {
                throw new IllegalStateException("hops.json cannot be read", e);
            }
        }
    }

    /**
     * The shortest way between two versions; no hops within one line.
     *
     * @throws KeyferryException (USAGE) when the guides know one of the lines not at all, or no way between them
     */
    public static UpgradePath between(KongVersion from, KongVersion to, Topology topology) {
        requireKnown("--from-kong", from);
        requireKnown("--kong", to);
        if (!to.isLineAtLeast(from)) {
            throw KeyferryException.usage("Kong " + from.line() + " cannot be taken back to Kong " + to.line()
                    + ": no version of Kong goes back. Keep the old keyspace until the new one has proved itself.");
        }
        JsonNode manner = Shipped.DATA.path("topologies").path(topology.label());
        return new UpgradePath(
                from,
                to,
                topology,
                shortest(from, to, topology),
                texts(manner.path("order")),
                manner.path("side_by_side").asText());
    }

    /** As {@link #between}; empty where the guides know no way. */
    public static Optional<UpgradePath> find(KongVersion from, KongVersion to, Topology topology) {
        Set<String> known = lines();
        return known.contains(from.line()) && known.contains(to.line()) && to.isLineAtLeast(from)
                ? Optional.of(between(from, to, topology))
                : Optional.empty();
    }

    /** Whether a release of the old line comes before the one from which a hop may be taken. */
    public static boolean isTooOld(KongVersion release, Hop hop) {
        return hop.atLeast()
                .filter(minimum -> release.sameLine(hop.from()) && release.compareTo(minimum.version()) < 0)
                .isPresent();
    }

    /** Whether a Kong can run on clusters of this release; those before 2.5 stumble over Cassandra 4 and later. */
    public static boolean runsOn(KongVersion kong, String cassandra) {
        int dot = cassandra.indexOf('.');
        String major = dot < 0 ? cassandra : cassandra.substring(0, dot);
        return kong.isLineAtLeast(FIRST_ON_CASSANDRA_4) || !major.matches("\\d+") || Integer.parseInt(major) < 4;
    }

    /** Words of custom nginx templates that a version does not know any more, and what to write instead. */
    public static Map<String, String> templateWordsGoneBy(KongVersion version) {
        Map<String, String> words = new LinkedHashMap<>();
        for (JsonNode hop : Shipped.DATA.path("hops")) {
            if (version.isLineAtLeast(KongVersion.parse(hop.path("to").asText()))) {
                hop.path("templates")
                        .properties()
                        .forEach(
                                word -> words.put(word.getKey(), word.getValue().asText()));
            }
        }
        return words;
    }

    /** The lines on the way, the first and the last among them. */
    public String label() {
        List<String> lines = new ArrayList<>(List.of(from.line()));
        hops.forEach(hop -> lines.add(hop.to().line()));
        return String.join(" -> ", lines);
    }

    private static List<Hop> shortest(KongVersion from, KongVersion to, Topology topology) {
        Map<String, Hop> cameBy = new HashMap<>();
        Deque<KongVersion> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty() && !cameBy.containsKey(to.line())) {
            KongVersion at = open.remove();
            for (Hop hop : hopsFrom(at, topology)) {
                if (!hop.to().sameLine(from) && cameBy.putIfAbsent(hop.to().line(), hop) == null) {
                    open.add(hop.to());
                }
            }
        }
        Deque<Hop> way = new ArrayDeque<>();
        for (KongVersion at = to; !at.sameLine(from); at = way.getFirst().from()) {
            Hop hop = cameBy.get(at.line());
            if (hop == null) {
                throw KeyferryException.usage(
                        "Kong's guides know no way from Kong " + from.line() + " to Kong " + to.line() + " in place");
            }
            way.addFirst(hop);
        }
        return List.copyOf(way);
    }

    private static List<Hop> hopsFrom(KongVersion from, Topology topology) {
        List<Hop> hops = new ArrayList<>();
        for (JsonNode hop : Shipped.DATA.path("hops")) {
            if (texts(hop.path("from")).contains(from.line()) && isFor(hop, topology)) {
                hops.add(hop(hop, from, topology));
            }
        }
        // Of two ways of one length, the one that goes far at once comes first.
        hops.sort(Comparator.comparing(Hop::to).reversed());
        return hops;
    }

    private static Hop hop(JsonNode data, KongVersion from, Topology topology) {
        List<Hop.Ask> asks = new ArrayList<>();
        for (JsonNode ask : data.path("asks")) {
            if (isFor(ask, topology)) {
                asks.add(new Hop.Ask(
                        ask.path("what").asText(), ask.path("by").asText().equals("keyferry")));
            }
        }
        Map<String, String> templates = new LinkedHashMap<>();
        data.path("templates")
                .properties()
                .forEach(word -> templates.put(word.getKey(), word.getValue().asText()));
        Optional<Hop.Minimum> atLeast = data.has("at_least")
                ? Optional.of(new Hop.Minimum(
                        KongVersion.parse(data.path("at_least").asText()),
                        data.path("at_least_why").path(topology.label()).asText()))
                : Optional.empty();
        return new Hop(
                KongVersion.parse(from.line()),
                KongVersion.parse(data.path("to").asText()),
                atLeast,
                asks,
                templates);
    }

    private static boolean isFor(JsonNode data, Topology topology) {
        return !data.has("topologies") || texts(data.path("topologies")).contains(topology.label());
    }

    private static void requireKnown(String option, KongVersion version) {
        if (!lines().contains(version.line())) {
            throw KeyferryException.usage(
                    option + " " + version + ": Kong's guides, as Keyferry knows them, have no such"
                            + " line; they go through "
                            + lines().stream()
                                    .map(KongVersion::parse)
                                    .sorted()
                                    .map(KongVersion::line)
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static Set<String> lines() {
        Set<String> lines = new LinkedHashSet<>();
        for (JsonNode hop : Shipped.DATA.path("hops")) {
            lines.addAll(texts(hop.path("from")));
            lines.add(hop.path("to").asText());
        }
        return lines;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
