package io.keyferry.keyspace.cql;

import java.nio.file.Path;

/** Where a keyspace is: in a cluster, or in a file. Made by {@link PlaceParser}. */
public sealed interface Place {
    /** A keyspace of a cluster. */
    record Keyspace(KeyspaceAddress address) implements Place {
        @Override
        public String describe() {
            return address.describe();
        }
    }

    /** A declarative configuration: kong.yml or kong.json, perhaps with .gz or .zst. Not opened yet. */
    record File(Path path) implements Place {
        @Override
        public String describe() {
            return path.toString();
        }
    }

    /** The place as reports and messages may show it: no secrets. */
    String describe();
}
