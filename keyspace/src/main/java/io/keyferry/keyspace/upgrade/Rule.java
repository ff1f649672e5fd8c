package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.KongVersion;
import java.util.Set;

/**
 * A named change that one Kong version asks of entities from earlier ones. Stateless and thread-safe.
 */
interface Rule {
    /** The rule's short name in reports, e.g. {@code T3}. */
    String name();

    /** What the rule does, in one sentence for a report. */
    String summary();

    /** The version that asks for it: the rule acts when an upgrade starts below and ends at or above it. */
    KongVersion version();

    /** The entity types it looks at. */
    Set<String> types();

    /** Changes the draft, and tells whether it did. */
    boolean apply(Draft draft);
}
