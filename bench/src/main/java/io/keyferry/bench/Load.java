package io.keyferry.bench;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.PasswordPrompt;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.cql.PlaceParser;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.load.Import;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
        try (TargetSession target = TargetSession.open(address, consistency)) {
            KongKeyspace keyspace = KongKeyspace.open(target.reader(consistency), Optional.of(catalog.version()));
            Clock clock = Clock.systemUTC();
            var unused = new Import(
                            file,
                            catalog,
                            Optional.empty(),
                            new Import.Settings(
                                    Set.of(),
                                    settings.requests(),
                                    requireNonNull(file.toAbsolutePath().getParent()),
                                    clock,
                                    TransferListener.NONE))
                    .write(new Import.Destination(
                            target,
                            keyspace.schema(),
                            keyspace.defaultWorkspace(),
                            Nulls.UNSET,
                            TimeUnit.MILLISECONDS.toMicros(clock.millis())));
        }
        BareDriver.end();
    }

    private static KeyspaceAddress address(String uri) {
        Place place = new PlaceParser(Map.of(), PasswordPrompt.nobody(), warning -> {})
                .parse(Side.TO, PlaceParser.Typed.of(uri));
        return ((Place.Keyspace) place).address();
    }
}
