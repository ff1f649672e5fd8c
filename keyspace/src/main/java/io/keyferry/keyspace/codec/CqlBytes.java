package io.keyferry.keyspace.codec;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values of the simple types from the bytes of the protocol (version 3 on), by the same rules as the driver's codecs: no
 * bytes at all are null but for texts, and a wrong number of them is an {@link IllegalArgumentException}. The driver
 * takes several calls and objects a value, and for a text a charset's decoder. Stateless and thread-safe.
 */
public final class CqlBytes {
    private static final char REPLACEMENT = '\ufffd';

    private CqlBytes() {}

    /** {@code text}. */
    public static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : text(bytes, bytes.position(), bytes.remaining());
    }

    private static String text(ByteBuffer bytes, int from, int length) {
        String text;
        if (bytes.hasArray()) {
            text = new String(bytes.array(), bytes.arrayOffset() + from, length, StandardCharsets.UTF_8);
        } else {
            byte[] copy = new byte[length];
            bytes.get(from, copy);
            text = new String(copy, StandardCharsets.UTF_8);
        }
        // It stands for what is not UTF-8, or for itself: the driver knows, and refuses the former.
        return text.indexOf(REPLACEMENT) < 0 ? text : strict(bytes.slice(from, length));
    }

    private static String strict(ByteBuffer bytes) {
        return String.valueOf(TypeCodecs.TEXT.decode(bytes, ProtocolVersion.DEFAULT));
    }

    /** {@code uuid}. */
    public static @Nullable UUID uuid(@Nullable ByteBuffer bytes) {
        ByteBuffer value = value(bytes, 2 * Long.BYTES);
        return value == null
                ? null
                : new UUID(value.getLong(value.position()), value.getLong(value.position() + Long.BYTES));
    }

    /** {@code int}. */
    public static @Nullable Integer number(@Nullable ByteBuffer bytes) {
        ByteBuffer value = value(bytes, Integer.BYTES);
        return value == null ? null : (Integer) value.getInt(value.position());
    }

    /** {@code timestamp}, in milliseconds since the epoch. */
    public static @Nullable Long millis(@Nullable ByteBuffer bytes) {
        ByteBuffer value = value(bytes, Long.BYTES);
        return value == null ? null : (Long) value.getLong(value.position());
    }

    /** {@code boolean}. */
    public static @Nullable Boolean truth(@Nullable ByteBuffer bytes) {
        ByteBuffer value = value(bytes, 1);
        return value == null ? null : (Boolean) (value.get(value.position()) != 0);
    }

    /** What has a value; one that is there must have so many bytes. */
    private static @Nullable ByteBuffer value(@Nullable ByteBuffer bytes, int length) {
        if (bytes == null || !bytes.hasRemaining()) {
            return null;
        }
        if (bytes.remaining() != length) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes where there should be " + length);
        }
        return bytes;
    }

    /** {@code list<text>} or {@code set<text>}; empty for null, too. */
    public static List<String> texts(@Nullable ByteBuffer bytes) {
        if (bytes == null || !bytes.hasRemaining()) {
            return List.of();
        }
        try {
            int at = bytes.position();
            int count = bytes.getInt(at);
            List<String> texts = new ArrayList<>(Math.min(count, bytes.remaining() / Integer.BYTES));
            at += Integer.BYTES;
            for (int i = 0; i < count; i++) {
                int length = bytes.getInt(at);
                at += Integer.BYTES;
                texts.add(text(bytes, Objects.checkFromIndexSize(at, length, bytes.limit()), length));
                at += length;
            }
            return texts;
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a collection of texts that ends too early", e);
        }
    }
}
