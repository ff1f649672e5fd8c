package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Value;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain scalars as Kong's lyaml takes them. */
final class ScalarsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
    void nulls(String text) {
        assertThat(Scalars.plain(text)).isEqualTo(Value.NULL);
    }

    @ParameterizedTest
    @CsvSource({"yes, true", "On, true", "TRUE, true", "no, false", "OFF, false", "False, false"})
    void booleans(String text, boolean value) {
        assertThat(Scalars.plain(text)).isEqualTo(Value.truth(value));
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of("0", 0.0),
                Arguments.of("-17", -17.0),
                Arguments.of("+1_000", 1000.0),
                Arguments.of("0777", 511.0),
                Arguments.of("-0_17", -15.0),
                Arguments.of("08", 8.0),
                Arguments.of("0x1F", 31.0),
                Arguments.of("-0xff_ff", -65535.0),
                Arguments.of("0b101", 5.0),
                Arguments.of("12:30:45", 45045.0),
                Arguments.of("1:30", 90.0),
                Arguments.of("-1:30.5", -90.5),
                Arguments.of("1:60", 120.0),
                Arguments.of("1.5", 1.5),
                Arguments.of(".5", 0.5),
                Arguments.of("5.", 5.0),
                Arguments.of("1e3", 1000.0),
                Arguments.of("1E-3", 0.001),
                Arguments.of("-1_0.2_5", -10.25),
                Arguments.of("9007199254740993", 9007199254740992.0),
                Arguments.of("123456789012345678901234567890", 1.2345678901234568e29),
                Arguments.of(".inf", Double.POSITIVE_INFINITY),
                Arguments.of("-.INF", Double.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numbersAreDoubles(String text, double value) {
        assertThat(Scalars.plain(text)).isEqualTo(Value.number(value));
    }

    @Test
    void notANumberIsANumber() {
        assertThat(Scalars.plain(".nan")).isEqualTo(new Value.Fraction(Double.NaN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020-01-01",
                "2001-12-14t21:59:43.10-05:00",
                "y",
                "n",
                "Y",
                "0b1",
                "1.2.3",
                "1e",
                "e3",
                "0xg",
                "-",
                "+",
                ".",
                "...",
                "_",
                "10.0.0.0/8",
                "::1",
                "1 000",
                "yEs",
                "nULL",
                "<<",
                "=",
                "0o17",
                "1-2",
                "1+2",
                "f2eae611-e965-53e5-994e-d9d57c94b05b",
                "00112233-4455-6677-8899-aabbccddeeff",
                "12e4567-e89b"
            })
    void allElseIsText(String text) {
        assertThat(Scalars.plain(text)).isEqualTo(Value.text(text));
    }

    @Test
    void aVeryLongRunOfDigitsCostsNothing() {
        assertThat(Scalars.plain("9".repeat(1_000_000))).isInstanceOf(Value.Text.class);
    }
}
