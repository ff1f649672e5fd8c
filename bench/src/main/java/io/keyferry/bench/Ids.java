package io.keyferry.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids that are the same in every run, and of version 4 as Kong's own: others are not spread evenly in its tables. */
final class Ids {
    private static final long VERSION_BITS = 0xf000;
    private static final long VERSION_4 = 0x4000;

    private Ids() {}

    static UUID of(String name) {
        UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new UUID((hash.getMostSignificantBits() & ~VERSION_BITS) | VERSION_4, hash.getLeastSignificantBits());
    }
}
