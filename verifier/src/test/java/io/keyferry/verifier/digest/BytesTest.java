package io.keyferry.verifier.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What row digests are made of. */
class BytesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key-auth",
                "größer",
                "ascii then \u20ac",
                "\ud83d\ude80",
                "\ud83d alone",
                "\u0000\u007f\u0080"
            })
    void aTextIsItsLengthAndItsUtf8(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Bytes bytes = new Bytes();
        bytes.put((byte) 1);
        bytes.text(text);

        ByteBuffer expected = ByteBuffer.allocate(2 + utf8.length)
                .put((byte) 1)
                .put((byte) utf8.length)
                .put(utf8);
        assertThat(Arrays.copyOf(bytes.array(), bytes.length())).isEqualTo(expected.array());
    }

    @ParameterizedTest
    @CsvSource({"0, 00", "127, 7f", "128, 8001", "300, ac02", "2147483647, ffffffff07"})
    void aSizeTakesAsManyBytesAsItNeeds(int size, String hex) {
        Bytes bytes = new Bytes();
        bytes.size(size);
        assertThat(HexFormat.of().formatHex(bytes.toArray())).isEqualTo(hex);
    }
}
