package io.keyferry.verifier.digest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The HMAC-SHA256 of a row's raw bytes: the values of some columns as the protocol sent them, with no codec in between,
 * so that an error of the codec cannot hide on both sides alike. Null and an empty value are the same. Not thread-safe:
 * one object a worker.
 */
public final class RawDigest {
    private final RowMac mac;
    private final Bytes bytes = new Bytes();

    public RawDigest(RunKey key) {
        mac = key.mac();
    }

    /**
     * The 32 bytes of a row's digest.
     *
     * @param id the row's key, so that values cannot change places between rows
     * @param values at most 64, those of one column always at the same place
     * @param without the columns to leave out, as bits by their place
     */
    public byte[] of(String id, @Nullable ByteBuffer[] values, long without) {
        if (values.length > Long.SIZE) {
            throw new IllegalArgumentException(values.length + " columns");
        }
        bytes.clear();
        bytes.text(id);
        for (int i = 0; i < values.length; i++) {
            ByteBuffer value = values[i];
            if (value != null && value.hasRemaining() && (without & (1L << i)) == 0) {
                bytes.put((byte) i);
                bytes.block(value);
            }
        }
        return mac.of(bytes);
    }
}
