package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.cql.PlaceParser;
import io.keyferry.keyspace.cql.PlaceParser.Typed;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.problem.KeyferryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Options that say where a keyspace is. */
final class PlaceOptions {
    private PlaceOptions() {}

    /** {@code --from} and its companions. */
    static final class From {
        @Option(
                names = "--from",
                required = true,
                paramLabel = "PLACE",
                description = "The old keyspace, which is only read")
        private String place = "";

        @Option(names = "--from-env", description = "Let KONG_* variables count over this kong.conf")
        private boolean environment;

        @Option(
                names = "--from-password-file",
                paramLabel = "FILE",
                description = "Holds the source's password (or: KEYFERRY_FROM_PASSWORD)")
        private @Nullable Path passwordFile;

        KeyspaceAddress address() {
            return keyspace(Side.FROM, typed());
        }

        /** The place, which may be a file. */
        Place place() {
            return parser().parse(Side.FROM, typed());
        }

        private Typed typed() {
            return new Typed(place, environment, Optional.ofNullable(passwordFile));
        }
    }

    /** The same, not required, for commands that need a keyspace if anything. */
    static final class MaybeFrom {
        @Option(names = "--from", paramLabel = "PLACE", description = "The old keyspace, which is only read")
        private @Nullable String place;

        @Option(names = "--from-env", description = "Let KONG_* variables count over this kong.conf")
        private boolean environment;

        @Option(
                names = "--from-password-file",
                paramLabel = "FILE",
                description = "Holds the source's password (or: KEYFERRY_FROM_PASSWORD)")
        private @Nullable Path passwordFile;

        boolean isGiven() {
            return place != null;
        }

        Optional<KeyspaceAddress> address() {
            return Optional.ofNullable(place)
                    .map(given ->
                            keyspace(Side.FROM, new Typed(given, environment, Optional.ofNullable(passwordFile))));
        }
    }

    /** {@code --to} and its companions. */
    static final class To {
        @Option(names = "--to", required = true, paramLabel = "PLACE", description = "The new keyspace")
        private String place = "";

        @Option(names = "--to-env", description = "Let KONG_* variables count over this kong.conf")
        private boolean environment;

        @Option(
                names = "--to-password-file",
                paramLabel = "FILE",
                description = "Holds the target's password (or: KEYFERRY_TO_PASSWORD)")
        private @Nullable Path passwordFile;

        KeyspaceAddress address() {
            return keyspace(Side.TO, typed());
        }

        /** The place, which may be a file. */
        Place place() {
            return parser().parse(Side.TO, typed());
        }

        private Typed typed() {
            return new Typed(place, environment, Optional.ofNullable(passwordFile));
        }
    }

    /** A keyspace of a cluster from what was typed, for options that are not required. */
    static KeyspaceAddress keyspace(Side side, Typed typed) {
        Place place = parser().parse(side, typed);
        if (place instanceof Place.Keyspace keyspace) {
            return keyspace.address();
        }
        throw KeyferryException.usage(
                side.option() + " " + typed.place() + " is a file, and this command needs a keyspace"
                        + " of a cluster: a kong.conf or cassandra://HOST/KEYSPACE");
    }

    private static PlaceParser parser() {
        return new PlaceParser(
                Map.copyOf(System.getenv()),
                Terminal::password,
                warning -> LoggerFactory.getLogger(PlaceOptions.class).warn("{}", warning));
    }
}
