package io.keyferry.keyspace.document;

import static java.util.Map.entry;

import io.keyferry.keyspace.document.Addresses.Address;
import io.keyferry.keyspace.document.Addresses.Kind;
import io.keyferry.keyspace.model.Value;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forms of texts that Kong has in code rather than in its schemas' data: host names, addresses, paths, names. Where
 * its versions differ, the widest form counts.
 */
final class TextForms {
    /** What a text must be and is not, to follow "must"; null where it is. */
    private interface Form {
        @Nullable
        String violation(String text);
    }

    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._~\\x80-\\x{10FFFF}-]+");
    private static final Pattern HEADER = Pattern.compile("[0-9A-Za-z_-]+");
    private static final Pattern TOKEN = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");
    private static final Pattern PATH = Pattern.compile("/[0-9A-Za-z._~/%:@!$&'()*+,;=-]*");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern URL =
            Pattern.compile("[A-Za-z][0-9A-Za-z+.-]*://(?:[^/?#@]*@)?[^/?#@:][^/?#@]*.*", Pattern.DOTALL);

    private static final Map<String, Form> ENTITIES = Map.ofEntries(
            entry("services.name", TextForms::name),
            entry("services.host", TextForms::host),
            entry("services.path", TextForms::path),
            entry("routes.name", TextForms::name),
            entry("routes.hosts", TextForms::hostOfRoute),
            entry("routes.snis", TextForms::domain),
            entry("routes.sources.ip", TextForms::network),
            entry("routes.destinations.ip", TextForms::network),
            entry("plugins.instance_name", TextForms::name),
            entry("snis.name", TextForms::wildcardDomain),
            entry("targets.target", TextForms::hostAndPort),
            entry("upstreams.name", TextForms::domain),
            entry("upstreams.host_header", TextForms::hostAndPort),
            entry("upstreams.hash_on_header", TextForms::header),
            entry("upstreams.hash_fallback_header", TextForms::header),
            entry("upstreams.hash_on_cookie", TextForms::token),
            entry("upstreams.hash_on_cookie_path", TextForms::path),
            entry("upstreams.healthchecks.active.http_path", TextForms::path),
            entry("upstreams.healthchecks.active.https_sni", TextForms::domain));

    private static final Map<String, Form> PLUGINS = Map.ofEntries(
            entry("http-log.config.http_endpoint", TextForms::url),
            entry("zipkin.config.http_endpoint", TextForms::url),
            entry("ip-restriction.config.allow", TextForms::network),
            entry("ip-restriction.config.deny", TextForms::network),
            entry("ip-restriction.config.whitelist", TextForms::network),
            entry("ip-restriction.config.blacklist", TextForms::network),
            entry("rate-limiting.config.redis_host", TextForms::host),
            entry("response-ratelimiting.config.redis_host", TextForms::host),
            entry("datadog.config.host", TextForms::host),
            entry("loggly.config.host", TextForms::host),
            entry("statsd.config.host", TextForms::host),
            entry("tcp-log.config.host", TextForms::host),
            entry("udp-log.config.host", TextForms::host));

    private final BiConsumer<String, String> problems;

    /** @param problems takes a field's path and what is wrong */
    TextForms(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    void checkEntity(String type, Value.Mapping fields) {
        check(ENTITIES, type + ".", fields);
    }

    void checkPlugin(String name, Value.Mapping fields) {
        check(PLUGINS, name + ".", fields);
    }

    private void check(Map<String, Form> forms, String prefix, Value.Mapping fields) {
        forms.forEach((path, form) -> {
            if (path.startsWith(prefix)) {
                check(form, fields, path.substring(prefix.length()), "");
            }
        });
    }

    /** Checks all texts that a path leads to, through lists. */
    private void check(Form form, @Nullable Value value, String rest, String path) {
        if (value instanceof Value.Sequence sequence) {
            for (int i = 0; i < sequence.values().size(); i++) {
                check(form, sequence.values().get(i), rest, path + "[" + i + "]");
            }
        } else if (rest.isEmpty()) {
            if (value instanceof Value.Text text && !text.value().startsWith("{vault://")) {
                String violation = text.value().isEmpty() ? null : form.violation(text.value());
                if (violation != null) {
                    problems.accept(
                            path,
                            "must " + violation + ", but is '" + Labels.shortened(text.value()) + "': correct it");
                }
            }
        } else if (value instanceof Value.Mapping mapping) {
            int dot = rest.indexOf('.');
            String step = dot < 0 ? rest : rest.substring(0, dot);
            check(
                    form,
                    mapping.values().get(step),
                    dot < 0 ? "" : rest.substring(dot + 1),
                    path.isEmpty() ? step : path + "." + step);
        }
    }

    private static @Nullable String name(String text) {
        return NAME.matcher(text).matches() ? null : "hold only letters, digits and . - _ ~ (no spaces)";
    }

    private static @Nullable String host(String text) {
        Address address = Addresses.parse(text);
        return address != null && !address.port() ? null : "be a host name or an IP address, without a port";
    }

    private static @Nullable String hostAndPort(String text) {
        return Addresses.parse(text) != null ? null : "be a host name or an IP address, perhaps with a port";
    }

    private static @Nullable String hostOfRoute(String text) {
        return hostAndPort(text.replace("*", "abc"));
    }

    private static @Nullable String domain(String text) {
        Address address = Addresses.parse(text);
        boolean good = address != null && address.kind() == Kind.NAME && !address.port();
        return good ? null : "be a host name, no IP address and without a port";
    }

    private static @Nullable String wildcardDomain(String text) {
        int star = text.indexOf('*');
        if (star >= 0 && (star != text.lastIndexOf('*') || (star != 0 && star != text.length() - 1))) {
            return "have at most one '*', as its first or last character";
        }
        return domain(text.replace("*", "wildcard"));
    }

    private static @Nullable String network(String text) {
        return Addresses.isIpOrNetwork(text) ? null : "be an IP address or a network such as 10.0.0.0/8";
    }

    private static @Nullable String header(String text) {
        return HEADER.matcher(text).matches() ? null : "be a header's name: letters, digits, '-' and '_'";
    }

    private static @Nullable String token(String text) {
        return TOKEN.matcher(text).matches() ? null : "be a cookie's name, without spaces and separators";
    }

    private static @Nullable String path(String text) {
        if (text.startsWith("/") && !PATH.matcher(text).matches()) {
            return "hold only characters of paths (others percent-encoded)";
        }
        return escapes(text);
    }

    private static @Nullable String escapes(String text) {
        return BAD_ESCAPE.matcher(text).find() ? "have two hexadecimal digits after each '%'" : null;
    }

    private static @Nullable String url(String text) {
        return URL.matcher(text).matches() ? null : "be a URL with a scheme and a host";
    }

    /**
     * The path of a route.
     *
     * @param regexesMarked whether a regular expression begins with {@code ~}, from Kong 3.0 on; before, any path with
     *     other characters than those of plain paths was one
     * @return what it must be and is not, to follow "must"; null where it is
     */
    static @Nullable String routePath(String text, boolean regexesMarked) {
        boolean plain = regexesMarked ? !text.startsWith("~") : text.matches("/[0-9A-Za-z._~/%-]*");
        if (!plain) {
            String error = RegexSyntax.error(regexesMarked ? text.substring(1) : text);
            return error == null ? null : "be a regular expression that PCRE takes (" + error + ")";
        }
        String violation = escapes(text);
        return violation == null && regexesMarked && !isNormalized(text)
                ? "be in its normal form: no '.' or '..' between slashes, percent-encoded only what must be, and that"
                        + " in capitals"
                : violation;
    }

    private static boolean isNormalized(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
            String digits = path.substring(at + 1, at + 3);
            boolean reserved = "!#$%&'()*+,/:;=?@[]".indexOf(Integer.parseInt(digits, 16)) >= 0;
            if (!reserved || digits.chars().anyMatch(Character::isLowerCase)) {
                return false;
            }
        }
        return true;
    }
}
