package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule T19: what Kong 3.0 makes of paths. The vectors follow Kong's normalisation and conversion, case by case. */
final class RoutePathTest {
    private static String converted(String path) {
        return new RoutePath(path).converted().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a/b.c",
                "/a-b_c~d",
                "/~user",
                "/a.",
                "/..a",
                "/...",
                "/a%2Fb",
                "/100%",
                "/%",
                "/%2",
                "/%zz",
                "/a..b/c"
            })
    void aPlainPathInItsNormalFormStays(String path) {
        assertThat(converted(path)).isEqualTo(path);
        assertThat(new RoutePath(path).isRegex()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // Unreserved characters are decoded, reserved ones stay encoded in upper case.
        "/%61bc, /abc",
        "/%7Euser, /~user",
        "/%7euser, /~user",
        "/a%2fb, /a%2Fb",
        "/a%2Fb, /a%2Fb",
        "/%25, /%25",
        "/%2541, /%2541",
        "/%3a%5b%5d, /%3A%5B%5D",
        "/a%20b, '/a b'",
        "/%5E%7B%7D%7C%5C, /^{}|\\",
        "/caf%C3%A9, /café",
        "/caf%c3%a9/%e2%82%ac, /café/€",
        "/%%41, /%A",
        // Dot segments are resolved after decoding, slashes are merged.
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/b/., /a/b/",
        "/.., /",
        "/., /",
        "/../../a, /a",
        "/./a, /a",
        "/a/%2E%2E/b, /b",
        "/a/%2e/b, /a/b",
        "//, /",
        "//a//b//, /a/b/",
        "/a//../b, /b",
        "/a/b/../../c/, /c/",
        "/a/.../b, /a/.../b",
    })
    void aPlainPathIsNormalised(String path, String after) {
        assertThat(converted(path)).isEqualTo(after);
        assertThat(new RoutePath(path).isRegex()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/a+ ~/a+",
                "/status/\\d+ ~/status/\\d+",
                "/(?<id>[^/]+)/x$ ~/(?<id>[^/]+)/x$",
                "/a|b ~/a|b",
                "/a,b ~/a,b",
                "/a:b ~/a:b",
                "/user@home ~/user@home",
                "/café ~/café",
                // Not resolved, not merged: it is a regular expression.
                "/a/../(b) ~/a/../(b)",
                "/a//b* ~/a//b*",
                // Decoded once; what means something in a regular expression is escaped or stays encoded.
                "/%61+ ~/a+",
                "/%2E+ ~/\\.+",
                "/%2e%5e%2d%7b%7d%5c%7c+ ~/\\.\\^\\-\\{\\}\\\\\\|+",
                "/%28%29%2a%2b%3f%5b%5d%24(a) ~/%28%29%2A%2B%3F%5B%5D%24(a)",
                "/%2f(a) ~/%2F(a)",
                "/%C3%A9+ ~/é+",
                "/100%+ ~/100%+",
                "/%zz+ ~/%zz+",
            })
    void aRegularExpressionBeginsWithATilde(String path, String after) {
        assertThat(converted(path)).isEqualTo(after);
        assertThat(new RoutePath(path).isRegex()).isTrue();
    }

    @Test
    void aSpaceMakesARegularExpression() {
        assertThat(converted("/a b")).isEqualTo("~/a b");
    }

    @Test
    void isNotIdempotent() {
        assertThat(converted(converted("/x(.*)"))).isEqualTo("~~/x(.*)");
        assertThat(converted("~/x(")).isEqualTo("~~/x(");
    }

    @Test
    void whatBeginsWithATildeAndHoldsNothingSpecialIsPlain() {
        assertThat(converted("~/x")).isEqualTo("~/x");
        assertThat(converted("~/a/../x")).isEqualTo("~/x");
    }

    @Test
    void aLineFeedAtTheEndIsPlainAsInKong() {
        assertThat(new RoutePath("/a\n").isRegex()).isFalse();
        assertThat(new RoutePath("/a\nb").isRegex()).isTrue();
        assertThat(new RoutePath("/a\n\n").isRegex()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%FF", "/caf%E9", "/%C3(", "/%80+"})
    void whatDecodesToNoTextHasNoConversion(String path) {
        assertThat(new RoutePath(path).converted()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a(?=b)", "/(?!x).*", "/(?<=a)b", "/(?<!a)b", "/(a)\\1", "/(?>a)b", "/a++b", "/\\k<x>(?<x>a)"})
    void knowsWhatTheNewRouterCannotTake(String path) {
        assertThat(new RoutePath(path).mayBeTooMuch()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a(?:b)", "/(?<id>\\d+)", "/a+", "/(?i)a", "/a/b", "/\\d{2}"})
    void takesTheRestForGood(String path) {
        assertThat(new RoutePath(path).mayBeTooMuch()).isFalse();
    }
}
