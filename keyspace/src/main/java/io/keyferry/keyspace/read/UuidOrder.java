package io.keyferry.keyspace.read;

import java.util.Comparator;
import java.util.UUID;

/**
 * Cassandra's order of the type {@code uuid}: by version, then version 1 by its time, others by their bytes, unsigned.
 * It is not {@link UUID#compareTo}, which is signed and knows no versions.
 */
public enum UuidOrder implements Comparator<UUID> {
    INSTANCE;

    @Override
    public int compare(UUID left, UUID right) {
        int byVersion = Integer.compare(left.version(), right.version());
        if (byVersion != 0) {
            return byVersion;
        }
        int byHigh = left.version() == 1
                ? Long.compare(left.timestamp(), right.timestamp())
                : Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return byHigh != 0
                ? byHigh
                : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }
}
