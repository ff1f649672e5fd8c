package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.schema.TargetSession;
import java.util.Optional;

/**
 * A source open for reading and a target open for reading and writing. Opening fails with a message that names the
 * side. Thread-safe; closing closes both.
 */
final class Connections implements AutoCloseable {
    private final ReadSession source;
    private final TargetSession target;
    private final ReadSession targetReader;

    private Connections(ReadSession source, TargetSession target, ReadSession targetReader) {
        this.source = source;
        this.target = target;
        this.targetReader = targetReader;
    }

    static Connections open(Connector connector, KeyspaceAddress from, KeyspaceAddress to, RunSettings settings) {
        try (Opening<TargetSession> connecting = new Opening<>(
                "keyferry-connect",
                () -> TargetSession.open(connector, to, to.consistencyOr(settings.writeConsistency())))) {
            ReadSession source =
                    ReadSession.open(connector, from, Side.FROM, from.consistencyOr(settings.readConsistency()));
            try {
                TargetSession target = connecting.take();
                return new Connections(source, target, target.reader(to.consistencyOr(settings.readConsistency())));
            } catch (RuntimeException e) {
                source.close();
                throw e;
            }
        }
    }

    /** Opens the source's keyspace, and finds out its version unless the user says it. */
    KongKeyspace openSource(RunSettings settings) {
        return openSource(source, settings);
    }

    /** The same for a session of one's own. */
    static KongKeyspace openSource(ReadSession session, RunSettings settings) {
        KongKeyspace keyspace = KongKeyspace.open(session, settings.fromKong());
        settings.selection().requireKnown(keyspace.catalog(), keyspace.schema());
        keyspace.requireWorkspaces(settings.choices().workspaces());
        return settings.choices()
                .defaultWorkspace()
                .map(keyspace::withDefaultWorkspace)
                .orElse(keyspace);
    }

    /** Opens the target's keyspace as one of this version. */
    KongKeyspace openTarget(Catalog catalog) {
        return KongKeyspace.open(targetReader, Optional.of(catalog.version()));
    }

    ReadSession source() {
        return source;
    }

    TargetSession target() {
        return requireNonNull(target);
    }

    ReadSession targetReader() {
        return targetReader;
    }

    @Override
    public void close() {
        try {
            target.close();
        } finally {
            source.close();
        }
    }
}
