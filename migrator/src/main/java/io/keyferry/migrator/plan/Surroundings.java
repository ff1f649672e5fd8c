package io.keyferry.migrator.plan;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.upgrade.Topology;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What only people can tell of the gateways, and lints look at. Immutable.
 *
 * @param topology how they stand to each other and to the database
 * @param nginxTemplate a custom nginx template of theirs
 * @param enabled the plugins that the new gateway enables; empty for all bundled ones
 */
public record Surroundings(Topology topology, Optional<Path> nginxTemplate, Optional<Set<String>> enabled) {
    public Surroundings {
        requireNonNull(topology, "topology is null");
        requireNonNull(nginxTemplate, "nginxTemplate is null");
        enabled = enabled.map(Set::copyOf);
    }
}
