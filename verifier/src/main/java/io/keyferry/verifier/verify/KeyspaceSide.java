package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.read.KongKeyspace;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A keyspace as a side of a comparison; closing its session is the opener's business. */
public final class KeyspaceSide implements ComparedSide {
    private final KongKeyspace keyspace;
    private final boolean source;

    private KeyspaceSide(KongKeyspace keyspace, boolean source) {
        this.keyspace = requireNonNull(keyspace, "keyspace is null");
        this.source = source;
    }

    /** The keyspace that another one is to be like. */
    public static KeyspaceSide source(KongKeyspace keyspace) {
        return new KeyspaceSide(keyspace, true);
    }

    /** The keyspace that is judged; what is odd about its rows is looked at, too. */
    public static KeyspaceSide target(KongKeyspace keyspace) {
        return new KeyspaceSide(keyspace, false);
    }

    @Override
    public Catalog catalog() {
        return keyspace.catalog();
    }

    /** Of several on the target, which is a violation that is told, the one with the lowest id counts. */
    @Override
    public Optional<UUID> defaultWorkspace() {
        return source
                ? keyspace.defaultWorkspace()
                : keyspace.workspaces().stream()
                        .filter(Workspace::isDefault)
                        .map(Workspace::id)
                        .sorted()
                        .findFirst();
    }

    /** In a source a row that Kong has not given a workspace yet belongs into the default one; a target must have it. */
    @Override
    public boolean adoptsWhatHasNoWorkspace() {
        return source;
    }

    @Override
    public Optional<EntityTable> table(EntityType type) {
        return keyspace.scan(type).map(scan -> new ScannedTable(scan, !source));
    }

    @Override
    public Set<String> untold(String type) {
        return Set.of();
    }

    @Override
    public Optional<KongKeyspace> keyspace() {
        return Optional.of(keyspace);
    }
}
