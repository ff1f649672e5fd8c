package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.KongVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step of an upgrade in place, from one release line to a later one, as Kong's upgrade guides allow it. Immutable.
 *
 * @param atLeast the release of the old line from which the step may be taken, and what for
 * @param asks what the step asks for
 * @param templates words of custom nginx templates that the new line does not know any more, and what to write instead
 */
public record Hop(
        KongVersion from, KongVersion to, Optional<Minimum> atLeast, List<Ask> asks, Map<String, String> templates) {
    public Hop {
        asks = List.copyOf(asks);
        templates = Map.copyOf(templates);
    }

    /** A release below which the step is not supported, and what needs it. */
    public record Minimum(KongVersion version, String why) {}

    /**
     * Something that a step asks for.
     *
     * @param byKeyferry whether dump and restore by Keyferry takes care of it; else people do
     */
    public record Ask(String what, boolean byKeyferry) {}

    /** Such as {@code 2.8 -> 3.0}. */
    public String label() {
        return from.line() + " -> " + to.line();
    }

    /** What people have to do themselves, whatever way they take. */
    public List<String> byHand() {
        return asks.stream().filter(ask -> !ask.byKeyferry()).map(Ask::what).toList();
    }
}
