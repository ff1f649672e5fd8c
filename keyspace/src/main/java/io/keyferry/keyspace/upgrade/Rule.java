package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.KongVersion;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A named change that one Kong version asks of entities from earlier ones. Stateless and thread-safe. Several rules may
 * share a name where more than one version, or more than one type, asks for the same.
 *
 * @param name the short name in reports, e.g. {@code T3}
 * @param version the version that asks for it: the rule acts when an upgrade starts below and ends at or above it
 * @param types the entity types it looks at, by their names before the upgrade
 * @param summary what the rule does, in a few words for a report
 * @param change changes the draft, and tells whether it did: what stays as it was is not counted. It may warn, and may
 *     say that the entity is to be left out
 */
record Rule(String name, KongVersion version, Set<String> types, String summary, Predicate<Draft> change) {
    static Rule rule(String name, KongVersion version, String type, String summary, Predicate<Draft> change) {
        return new Rule(name, version, Set.of(type), summary, change);
    }

    /** A rule on the configuration of one or more plugins. */
    static Rule ofPlugins(
            String name, KongVersion version, Set<String> plugins, String summary, Predicate<Draft> change) {
        return rule(name, version, "plugins", summary, draft -> isOne(draft, plugins) && change.test(draft));
    }

    private static boolean isOne(Draft draft, Set<String> plugins) {
        return draft.text("name").filter(plugins::contains).isPresent();
    }

    boolean apply(Draft draft) {
        return change.test(draft);
    }
}
