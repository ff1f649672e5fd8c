package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexSyntaxTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/status/\\d+",
                "/(?<name>[a-z]+)/(?P<other>\\w+)$",
                "/a{b}/{id}",
                "/a{2}{3}",
                "/a{,3}",
                "/[]a]/[^]]/[[:alpha:]_]/[a-]/[\\]]",
                "/[[]",
                "/x\\y\\_z",
                "/(a)(?#comment)b",
                "/(?=x)(?!y)(?<=a)(?<!b)(?:c)(?>d)(?|e)(?i)f(?-i:g)(?R)?(?1)",
                "/(?(1)a|b)",
                "/a++b*?c??d{1,2}+",
                "/\\Q(*[\\E",
                "/^*$",
                "/(*UTF8)a",
                "/ü\\ü[à-ü]"
            })
    void whatPcreTakesPasses(String regex) {
        assertThat(RegexSyntax.error(regex)).as(regex).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "/(a => a ')' is missing",
                "/a) => a ')' has no '('",
                "/[a => a ']' is missing",
                "/[] => a ']' is missing",
                "/[b-a] => wrong order",
                "/(*a => a ')' is missing",
                "/a** => nothing to repeat",
                "/(+a) => nothing to repeat",
                "/a|*b => nothing to repeat",
                "/a{3,1} => wrong order",
                "/a{70000} => over 65535",
                "/a\\ => ends with a single",
                "/(?z) => is followed by",
                "/(? => is followed by"
            })
    void whatPcreRefusesIsTold(String regex, String error) {
        assertThat(RegexSyntax.error(regex)).as(regex).contains(error);
    }
}
