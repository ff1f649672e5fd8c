package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LuaPatternTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '"', textBlock = """
            ^%u+$ GET true
            ^%u+$ Get false
            ^%*%. *.example.test true
            ^%*%. a.example.test false
            %.%*$ example.* true
            ^[^*]*$ a.b true
            ^[^*]*$ a*b false
            ^[^*]*%*?[^*]*$ a*b true
            ^[^*]*%*?[^*]*$ a*b*c false
            ^[^:]+:.*$ a:b true
            ^[^:]+:.*$ :b false
            ^.*[^:]$ a: false
            ^[a-z][a-z%d-]-[a-z%d]+$ my-vault-1 true
            ^[a-z][a-z%d-]-[a-z%d]+$ 1vault false
            ^[a-z][a-z%d-]-[a-z%d]+$ vault- false
            ^[Hh][Oo][Ss][Tt]$ HoSt true
            %w*%p*@+%w*%.?%w* a@example.test true
            %w*%p*@+%w*%.?%w* nobody false
            ^[%w%.%-_~]+$ tag-1.2_x~y true
            ^[%w%.%-_~]+$ tag,2 false
            ^[%w%.%-_~]+$ tág false
            // a//b true
            // a/b false
            ^%x+$ 00fF true
            ^%X+$ zZ true
            ^[]]$ ] true
            ^[^]]$ ] false
            ^a-b$ aaab true
            ^%b()x$ (a(b)c)x true
            ^%b()x$ (a(b)cx false
            %f[%a]cat "a cat" true
            %f[%a]cat tomcat false
            ^(a+)(b?)$ aaab true
            ^$ "" true
            ^%g+$ a~ true
            ^%c$ a false
            %s "a b" true
            """)
    void matchesAsLuaDoes(String pattern, String text, boolean matches) {
        assertThat(new LuaPattern(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void aHostileTextEnds() {
        assertThat(new LuaPattern("^a*a*a*a*a*a*a*a*b$").matches("a".repeat(5_000)))
                .isFalse();
    }

    @Test
    void brokenPatternsDoNotFail() {
        for (String pattern : new String[] {"%", "[", "[a", "[%", "%b", "%bx", "%f", "(", "[^", "a%"}) {
            assertThat(new LuaPattern(pattern).matches("zz")).as(pattern).isIn(true, false);
        }
    }
}
