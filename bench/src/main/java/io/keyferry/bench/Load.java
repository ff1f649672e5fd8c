package io.keyferry.bench;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.PasswordPrompt;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.cql.PlaceParser;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.load.EntityLoad;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.schema.TargetSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keyferry's way from a kong.yml to rows, without the check of references that a file of one entity type cannot pass: the
 * counterpart of {@code dsbulk load}, and what fills keyspaces to measure with. A program of its own:
 * {@code FILE URI KONG}.
 */
final class Load {
    private Load() {}

    public static void main(String[] args) {
        Path file = Path.of(args[0]);
        Catalog catalog = Catalog.forVersion(KongVersion.parse(args[2]));
        RunSettings settings = RunSettings.defaults();
        KeyspaceAddress address = address(args[1]);
        Consistency consistency = address.consistencyOr(settings.writeConsistency());
        try (TargetSession target = TargetSession.open(address, consistency);
                DocumentReader reader = DocumentReader.open(file, catalog)) {
            ReadSession session = target.reader(consistency);
            Optional<UUID> workspace =
                    KongKeyspace.open(session, Optional.of(catalog.version())).defaultWorkspace();
            EntityBinder binder = new EntityBinder(
                    DocumentDialect.of(catalog),
                    reader.header(),
                    Clock.systemUTC().instant(),
                    Set.of());
            new EntityLoad(target, session.schema(), settings.requests(), Clock.systemUTC()).write(entities -> {
                for (DocumentEntry entry = reader.next(); entry != null; entry = reader.next()) {
                    Entity entity = binder.bind(entry, problem -> {
                                throw new IllegalStateException(problem);
                            })
                            .orElseThrow()
                            .entity();
                    entities.accept(
                            entity.toBuilder().workspace(workspace.orElse(null)).build());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyspaceAddress address(String uri) {
        Place place = new PlaceParser(Map.of(), PasswordPrompt.nobody(), warning -> {})
                .parse(Side.TO, PlaceParser.Typed.of(uri));
        return ((Place.Keyspace) place).address();
    }
}
