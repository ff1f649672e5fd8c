package io.keyferry.verifier.digest;

import java.nio.ByteBuffer;
import java.util.List;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The HMAC-SHA256 of a row's raw bytes: the values of some columns as the protocol sent them, with no codec in between,
 * so that an error of the codec cannot hide on both sides alike. Null and an empty value are the same. Not thread-safe:
 * one object a worker.
 */
public final class RawDigest {
    private final Mac mac;
    private final Bytes bytes = new Bytes();
    private final List<String> columns;

    /** Digests of rows by these columns, at most 64. */
    public RawDigest(RunKey key, List<String> columns) {
        this.columns = List.copyOf(columns);
        if (columns.size() > Long.SIZE) {
            throw new IllegalArgumentException(columns.size() + " columns");
        }
        mac = key.mac();
    }

    /**
     * The 32 bytes of a row's digest.
     *
     * @param id the row's key, so that values cannot change places between rows
     * @param values as many as there are columns
     * @param without the columns to leave out, as bits by their place
     */
    public byte[] of(String id, @Nullable ByteBuffer[] values, long without) {
        bytes.clear();
        bytes.text(id);
        for (int i = 0; i < values.length; i++) {
            ByteBuffer value = values[i];
            if (value != null && value.hasRemaining() && (without & (1L << i)) == 0) {
                bytes.text(columns.get(i));
                bytes.block(value);
            }
        }
        mac.update(bytes.array(), 0, bytes.length());
        return mac.doFinal();
    }
}
