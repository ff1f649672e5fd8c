package io.keyferry.keyspace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is decoded here must be what the driver's codecs make of the same bytes. */
final class CqlBytesTest {
    private static final long SEED = 20_261_127L;

    private static <T> @Nullable T byDriver(TypeCodec<T> codec, @Nullable ByteBuffer bytes) {
        return codec.decode(bytes, ProtocolVersion.DEFAULT);
    }

    /** The same bytes in the middle of an array, read-only without one, and outside of the heap. */
    private static List<ByteBuffer> buffers(byte[] bytes) {
        ByteBuffer within = ByteBuffer.allocate(bytes.length + 5).put(2, bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        return List.of(
                ByteBuffer.wrap(bytes),
                within.slice(2, bytes.length),
                within.asReadOnlyBuffer().position(2).limit(2 + bytes.length),
                direct);
    }

    private static <T> void sameAsDriver(
            Function<@Nullable ByteBuffer, @Nullable T> ours, Function<@Nullable ByteBuffer, @Nullable T> driver) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        assertThat(ours.apply(null)).isEqualTo(driver.apply(null));
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[i % 20];
            random.nextBytes(bytes);
            if (i % 3 == 0) {
                for (int b = 0; b < bytes.length; b++) {
                    bytes[b] = (byte) (bytes[b] & 1);
                }
            }
            for (ByteBuffer buffer : buffers(bytes)) {
                ByteBuffer before = buffer.duplicate();
                T expected;
                try {
                    expected = driver.apply(buffer.duplicate());
                } catch (IllegalArgumentException e) {
                    assertThatThrownBy(() -> ours.apply(buffer)).isInstanceOf(IllegalArgumentException.class);
                    continue;
                }
                assertThat(ours.apply(buffer)).isEqualTo(expected);
                assertThat(buffer).as("left as it was").isEqualTo(before);
            }
        }
    }

    @Test
    void texts() {
        sameAsDriver(CqlBytes::text, bytes -> byDriver(TypeCodecs.TEXT, bytes));
    }

    @Test
    void textsOfAllKindsOfCharacters() {
        for (String text : List.of("", "a", "\u00e9\u0153", "\ufffd", "a\ufffdb", "\ud83d\ude00 ok", "\u0000")) {
            for (ByteBuffer buffer : buffers(text.getBytes(StandardCharsets.UTF_8))) {
                assertThat(CqlBytes.text(buffer)).isEqualTo(text);
            }
        }
    }

    @Test
    void uuids() {
        sameAsDriver(CqlBytes::uuid, bytes -> byDriver(TypeCodecs.UUID, bytes));
    }

    @Test
    void numbers() {
        sameAsDriver(CqlBytes::number, bytes -> byDriver(TypeCodecs.INT, bytes));
    }

    @Test
    void truths() {
        sameAsDriver(CqlBytes::truth, bytes -> byDriver(TypeCodecs.BOOLEAN, bytes));
    }

    @Test
    void timestamps() {
        sameAsDriver(CqlBytes::millis, bytes -> {
            Instant instant = byDriver(TypeCodecs.TIMESTAMP, bytes);
            return instant == null ? null : (Long) instant.toEpochMilli();
        });
    }

    @Test
    void collectionsOfTexts() {
        TypeCodec<List<String>> codec = TypeCodecs.listOf(TypeCodecs.TEXT);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ByteBuffer encoded = codec.encode(texts, ProtocolVersion.DEFAULT);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(encoded.position(), bytes);
            for (ByteBuffer buffer : buffers(bytes)) {
                assertThat(CqlBytes.texts(buffer)).isEqualTo(texts);
            }
            texts.add("x".repeat(i) + "\u00e9");
        }
        assertThat(CqlBytes.texts(null)).isEmpty();
        assertThat(CqlBytes.texts(ByteBuffer.allocate(0))).isEmpty();
    }

    @Test
    void aCollectionThatEndsTooEarlyIsRefused() {
        ByteBuffer encoded = TypeCodecs.listOf(TypeCodecs.TEXT).encode(List.of("one", "two"), ProtocolVersion.DEFAULT);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(encoded.position(), bytes);
        for (int length = 1; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> CqlBytes.texts(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        bytes[4] = -1;
        assertThatThrownBy(() -> CqlBytes.texts(ByteBuffer.wrap(bytes))).isInstanceOf(IllegalArgumentException.class);
    }
}
