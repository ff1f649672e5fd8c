package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import java.util.Map;
import java.util.Optional;

/**
 * What one Kong version's reader of kong.yml takes. Entities that it cannot take as they are stand in {@code _ignore}
 * instead, where every Kong skips them and Keyferry finds them. Immutable.
 */
public final class DocumentDialect {
    /** The format of Kong 1.5 and 2.0, which knows neither {@code _transform} nor {@code ttl}. */
    private static final String FIRST_FORMAT = "1.1";

    /** The format of Kong 3.0 to 3.3. */
    private static final String LATEST_FORMAT = "3.0";

    /** Types that no version's reader can take, and why. */
    private static final Map<String, String> HIDDEN = Map.of(
            "vaults_beta",
            "Kong 2.8 does not load the vaults' own schemas for a file, so the whole file would be refused: vault 'env' is not installed",
            "workspaces",
            "Kong's export leaves workspaces out, as importing one would clash with the new keyspace's own 'default'",
            "tags",
            "no Kong knows this key: tags are derived from their entities",
            "ratelimiting_metrics",
            "Kong writes these by upsert, which Cassandra refuses for counters");

    private static final String HASHED_AGAIN =
            "format 1.1 has no '_transform: false', so Kong would hash the stored password once more";

    private final Catalog catalog;

    private DocumentDialect(Catalog catalog) {
        this.catalog = requireNonNull(catalog, "catalog is null");
    }

    public static DocumentDialect of(Catalog catalog) {
        return new DocumentDialect(catalog);
    }

    public Catalog catalog() {
        return catalog;
    }

    /** Whether the format has {@code _transform} and {@code ttl}: 2.1 and later, that is Kong 2.1 and later. */
    public boolean statesTransform() {
        return !catalog.formatVersion().equals(FIRST_FORMAT);
    }

    /**
     * Whether the reader takes the key {@code ttl} on entities of this type: of those that expire, from Kong 2.1 on.
     * Kong takes it and then ignores it; earlier versions refuse the file.
     */
    public boolean takesTtl(EntityType type) {
        return statesTransform() && type.ttlColumn().isPresent();
    }

    /** Whether a regular expression among a route's paths begins with {@code ~} in files of this format. */
    static boolean marksRegexPaths(String formatVersion) {
        return formatVersion.equals(LATEST_FORMAT);
    }

    /** Whether a reference may be a mapping of an id, besides a name or an id: from Kong 3.0 on. */
    boolean takesReferenceMappings() {
        return catalog.acceptedFormats().contains(LATEST_FORMAT);
    }

    /** Why this reader cannot take entities of the type as they are; empty where it can. */
    public Optional<String> hiddenBecause(EntityType type) {
        if (type.name().equals("basicauth_credentials") && !statesTransform()) {
            return Optional.of(HASHED_AGAIN);
        }
        return Optional.ofNullable(HIDDEN.get(type.name()));
    }

    /** Whether the reader knows the key at the top of a document. */
    boolean knows(String topLevelKey) {
        return switch (topLevelKey) {
            case "_format_version", "_comment", "_ignore" -> true;
            case "_transform" -> catalog.acceptedFormats().stream().anyMatch(format -> !format.equals(FIRST_FORMAT));
            case "tags" -> false;
            default -> catalog.entityType(topLevelKey).isPresent();
        };
    }
}
