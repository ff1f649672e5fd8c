package io.keyferry.keyspace.read;

import com.datastax.oss.driver.internal.core.metadata.token.Murmur3Token;
import com.datastax.oss.driver.internal.core.metadata.token.Murmur3TokenFactory;
import io.keyferry.keyspace.catalog.EntityType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Where a row stands in its table, as an unsigned 64-bit position that is computed from its key alone: in the ring by
 * the token of Cassandra's Murmur3Partitioner, in a one-partition table by the order of {@code uuid} (4 bits of version,
 * then the id's own first 60 bits; those of its time for version 1). Rows come in the order of their positions, so any
 * range of positions can be read alone. Stateless and thread-safe.
 */
public enum RowOrder {
    /** By token of the partition key. */
    RING {
        @Override
        public long position(EntityType type, String id) {
            ByteBuffer key = type.hasUuidKey()
                    ? bytes(UUID.fromString(id))
                    : ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8));
            return ((Murmur3Token) new Murmur3TokenFactory().hash(key)).getValue() ^ Long.MIN_VALUE;
        }

        @Override
        public Slice slice(long from, OptionalLong before) {
            return new Slice.Tokens(
                    from == 0 ? OptionalLong.empty() : OptionalLong.of((from ^ Long.MIN_VALUE) - 1),
                    before.isEmpty()
                            ? OptionalLong.empty()
                            : OptionalLong.of((before.getAsLong() ^ Long.MIN_VALUE) - 1));
        }
    },
    /** By id, within one partition. */
    ID {
        @Override
        public long position(EntityType type, String id) {
            UUID uuid = UUID.fromString(id);
            long high = uuid.getMostSignificantBits();
            long first = uuid.version() == 1 ? byTime(high) : ((high >>> 16) << 12) | (high & 0xfff);
            return ((long) uuid.version() << BITS_OF_ID) | first;
        }

        @Override
        public Slice slice(long from, OptionalLong before) {
            return new Slice.Ids(from == 0 ? null : lowest(from), before.isEmpty() ? null : lowest(before.getAsLong()));
        }
    };

    private static final int BITS_OF_ID = 60;
    private static final long TIME_MASK = (1L << BITS_OF_ID) - 1;

    /** The position of the row with this primary key. */
    public abstract long position(EntityType type, String id);

    /**
     * The rows with {@code from <= position < before}, unsigned.
     *
     * @param before empty for the end of the table
     */
    public abstract Slice slice(long from, OptionalLong before);

    /** The order of a type's table. */
    public static RowOrder of(EntityType type) {
        return type.table().onePartition() ? ID : RING;
    }

    private static ByteBuffer bytes(UUID uuid) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
    }

    /** The 60 bits of a version 1 id's time, highest first. */
    private static long byTime(long high) {
        return ((high & 0xfff) << 48) | (((high >>> 16) & 0xffff) << 32) | (high >>> 32);
    }

    /** The lowest id of a position. */
    private static UUID lowest(long position) {
        long version = position >>> BITS_OF_ID;
        long first = position & TIME_MASK;
        long high = version == 1
                ? ((first & 0xffffffffL) << 32) | (((first >>> 32) & 0xffff) << 16) | (first >>> 48)
                : ((first >>> 12) << 16) | (first & 0xfff);
        return new UUID(high | (version << 12), 0);
    }
}
