package io.keyferry.keyspace.cql;

import java.util.List;
import java.util.Optional;

/**
 * What a kong.conf says explicitly beyond the place. The consistencies are for the record: Kong's default ONE never
 * lowers ours.
 *
 * @param plugins the list as it stands there, e.g. {@code bundled,my-plugin}
 */
public record KongSettings(
        Optional<Consistency> readConsistency, Optional<Consistency> writeConsistency, Optional<List<String>> plugins) {
    /** Nothing said. */
    public static final KongSettings NONE = new KongSettings(Optional.empty(), Optional.empty(), Optional.empty());

    public KongSettings {
        plugins = plugins.map(List::copyOf);
    }
}
