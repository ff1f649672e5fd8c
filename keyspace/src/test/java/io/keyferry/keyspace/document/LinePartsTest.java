package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.model.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinePartsTest {
    private static final String FILLING = "filling filling filling filling filling filling filling filling filling";
    private static final String LINE = "- {\"username\": \"user\", \"custom_id\": \"" + FILLING + FILLING + "\"}\n";
    private static final String BLOCK = "- username: user\n  custom_id: " + FILLING + FILLING + "\n";

    /** The same text over and over, counted. */
    private static final class Endless extends InputStream {
        private final byte[] text;
        private final long length;
        private long position;

        Endless(String text, long length) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
            this.length = length - length % text.length();
        }

        @Override
        public int read() {
            return position == length ? -1 : text[(int) (position++ % text.length)];
        }

        @Override
        public int read(byte[] buffer, int offset, int count) {
            int i = 0;
            while (i < count && position < length) {
                buffer[offset + i++] = text[(int) (position++ % text.length)];
            }
            return i == 0 && count > 0 ? -1 : i;
        }
    }

    private static InputStream document(InputStream items) {
        byte[] head = "_format_version: \"2.1\"\nconsumers:\n".getBytes(StandardCharsets.US_ASCII);
        return new SequenceInputStream(new ByteArrayInputStream(head), items);
    }

    @ParameterizedTest
    @ValueSource(strings = {LINE, BLOCK})
    void readsNoFurtherAheadThanARun(String item) throws IOException, Malformed {
        Endless items = new Endless(item, 30_000_000);
        long delivered = 0;
        try (LineParts parts = new LineParts(document(items))) {
            Part part = parts.next();
            while (part != null) {
                if (part.kind() == Part.Kind.ELEMENT) {
                    delivered++;
                    assertThat(items.position - delivered * item.length()).isLessThan(600_000);
                }
                part = parts.next();
            }
        }
        assertThat(delivered).isEqualTo(30_000_000 / item.length());
    }

    /** Every place at which a buffer can end. */
    @Test
    void theSizeOfTheBufferDoesNotMatter() throws IOException, Malformed {
        String text =
                "_format_version: \"2.1\"\r\nconsumers:\r\n- {\"username\": \"é用😀\"}\r\n- username: é用😀\r\n  tags: [a]\r\n#x";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int capacity = 1; capacity <= bytes.length + 1; capacity++) {
            int elements = 0;
            try (LineParts parts = new LineParts(new ByteArrayInputStream(bytes), capacity)) {
                Part part = parts.next();
                while (part != null) {
                    if (part.value() instanceof Value.Mapping mapping) {
                        elements++;
                        assertThat(mapping.values()).containsEntry("username", Value.text("é用😀"));
                    }
                    part = parts.next();
                }
            }
            assertThat(elements).isEqualTo(2);
        }
    }

    @Test
    void anEntityThatNeverEndsIsRefused() throws IOException {
        for (String endless : List.of("  - x\n", "x")) {
            InputStream items = new SequenceInputStream(
                    new ByteArrayInputStream("- tags:\n".getBytes(StandardCharsets.US_ASCII)),
                    new Endless(endless, 1_000_000_000));
            try (LineParts parts = new LineParts(document(items))) {
                assertThatThrownBy(() -> {
                            while (parts.next() != null) {
                                // To the end.
                            }
                        })
                        .hasMessageContaining("an entity of over 64 MiB");
            }
        }
    }
}
