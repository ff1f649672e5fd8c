package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextFormsTest {
    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "services, host, a.example.test",
        "services, host, under_score.test.",
        "services, host, 10.0.0.1",
        "services, host, ::1",
        "services, name, a.b-c_d~ü",
        "services, path, '/a;b=c,d/%7Ee'",
        "routes, hosts, '*.example.test:8000'",
        "routes, snis, a.example.test",
        "snis, name, '*.example.test'",
        "snis, name, 'example.*'",
        "targets, target, '[0000:0000:0000:0000:0000:0000:0000:0001]:8000'",
        "targets, target, '10.0.0.1:80'",
        "upstreams, name, svc.upstream",
        "upstreams, hash_on_header, X-Request_Id",
        "upstreams, hash_on_cookie, my!cookie"
    })
    void good(String type, String field, String text) {
        check(type, field, text);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "services, host, 'a.test:80', without a port",
        "services, host, 'a b', be a host name",
        "services, host, a..test, be a host name",
        "services, host, -a-.test, be a host name",
        "services, host, 10.0.0.256, be a host name",
        "services, host, 1::2::3, be a host name",
        "services, name, 'a b', 'letters, digits'",
        "services, path, /a%2, two hexadecimal digits",
        "services, path, '/a b', only characters of paths",
        "routes, hosts, 'a b', be a host name",
        "routes, snis, '*.a.test', be a host name",
        "routes, snis, 10.0.0.1, no IP address",
        "snis, name, 'a*.test', at most one '*'",
        "targets, target, 'a.test:70000', be a host name",
        "upstreams, name, 10.0.0.1, no IP address",
        "upstreams, hash_on_header, 'a b', be a header's name",
        "upstreams, hash_on_cookie, 'a;b', be a cookie's name"
    })
    void bad(String type, String field, String text, String problem) {
        check(type, field, text);
        assertThat(problems).singleElement().asString().startsWith(field).contains(problem);
    }

    @Test
    void listsAndRecordsAreSearched() {
        Value port = new Value.Mapping(Map.of("port", Value.whole(1)));
        Value ip = new Value.Mapping(Map.of("ip", Value.text("10.0.0.0/33")));
        new TextForms(this::problem)
                .checkEntity("routes", new Value.Mapping(Map.of("sources", new Value.Sequence(List.of(port, ip)))));
        new TextForms(this::problem)
                .checkPlugin(
                        "ip-restriction",
                        new Value.Mapping(Map.of(
                                "config",
                                new Value.Mapping(Map.of("deny", new Value.Sequence(List.of(Value.text("x"))))))));
        assertThat(problems)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("sources[1].ip: must be an IP address or a network"),
                        second -> assertThat(second).startsWith("config.deny[0]: must be an IP address or a network"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, true",
        "10.0.0.1, true",
        "::1, true",
        "fe80::/10, true",
        "::ffff:10.0.0.1, true",
        "::/129, false",
        "10.0.0.0/, false",
        "a, false",
        "1:2, false",
        "10.0.0, false"
    })
    void networks(String text, boolean good) {
        assertThat(Addresses.isIpOrNetwork(text)).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, false, true", "/a(, false, false", "/a(b)*, false, true", "/a%4, false, false", "/a%41, false, true",
        "/a/b, true, true", "/a%41, true, false", "/a%2f, true, false", "/a%2F, true, true", "/a/../b, true, false",
        "/a(, true, true", "~/a(, true, false", "~/a(b)*, true, true", "~/a%41, true, true"
    })
    void pathsOfRoutes(String path, boolean marked, boolean good) {
        assertThat(TextForms.routePath(path, marked) == null).isEqualTo(good);
    }

    private void check(String type, String field, String text) {
        new TextForms(this::problem).checkEntity(type, new Value.Mapping(Map.of(field, Value.text(text))));
    }

    private void problem(String field, String what) {
        problems.add(field + ": " + what);
    }
}
