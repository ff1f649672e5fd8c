package io.keyferry.verifier.digest;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HMAC-SHA256 of a row whose meaning nobody knows: its key, and each value as the protocol sent it. Null is not the
 * same as an empty value, and a value that expires is not the same as one that stays. When it expires does not count,
 * since no two readings agree on that to the second. Not thread-safe: one object a worker.
 */
public final class CustomDigest {
    private static final byte ABSENT = 0;
    private static final byte STAYS = 1;
    private static final byte EXPIRES = 2;

    private final RowMac mac;
    private final Bytes bytes = new Bytes();

    public CustomDigest(RunKey key) {
        mac = key.mac();
    }

    /** The 32 bytes that stand for a key. */
    public byte[] ofKey(List<? extends @Nullable ByteBuffer> key) {
        bytes.clear();
        key.forEach(value -> add(value, STAYS));
        return finished();
    }

    /**
     * The 32 bytes that stand for a row.
     *
     * @param expires whether the value at the same place expires
     */
    public byte[] ofRow(
            List<? extends @Nullable ByteBuffer> key, List<? extends @Nullable ByteBuffer> values, boolean[] expires) {
        bytes.clear();
        bytes.size(key.size());
        key.forEach(value -> add(value, STAYS));
        for (int i = 0; i < expires.length; i++) {
            add(values.get(i), expires[i] ? EXPIRES : STAYS);
        }
        return finished();
    }

    private void add(@Nullable ByteBuffer value, byte kind) {
        if (value == null) {
            bytes.put(ABSENT);
        } else {
            bytes.put(kind);
            bytes.block(value);
        }
    }

    private byte[] finished() {
        return mac.of(bytes);
    }
}
