package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.problem.Problems;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From {@code cassandra://host:port,host/keyspace?name=value&...} to an address. Hosts without a port get 9042;
 * everything after the hosts is percent-decoded; a plus sign is a plus sign.
 */
final class UriAddress {
    static final String SCHEME = "cassandra://";

    private static final List<String> KNOWN = List.of(
            "datacenter",
            "replication",
            "username",
            "consistency",
            "timeout",
            "tls",
            "ca",
            "cert",
            "key",
            "truststore",
            "keystore",
            "verify_hostname");
    private static final List<String> OF_TLS =
            List.of("ca", "cert", "key", "truststore", "keystore", "verify_hostname");
    private static final Pattern SECRET_PARAMETER = Pattern.compile("(?i)([?&][^=&]*(?:pass|secret)[^=&]*=)[^&]*");
    private static final Pattern SECRET_USER = Pattern.compile("(://[^/?@]*?:)[^/?]*@");
    private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,7})(ms|s|m)");

    private final Side side;
    private final String shown;
    private final Optional<Secret> storePassword;
    private final Problems problems;
    private final Map<String, String> parameters = new LinkedHashMap<>();

    UriAddress(Side side, String uri, Optional<Secret> storePassword, Problems problems) {
        this.side = side;
        this.shown = redact(uri);
        this.storePassword = storePassword;
        this.problems = problems;
    }

    /** The text of a URI with what looks like a password hidden. */
    static String redact(String uri) {
        return SECRET_PARAMETER
                .matcher(SECRET_USER.matcher(uri).replaceFirst("$1***@"))
                .replaceAll("$1***");
    }

    /** The address without credentials; what is wrong with it is among the problems. */
    KeyspaceAddress.Builder read(String uri) {
        String rest = uri.substring(SCHEME.length());
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        if (question >= 0) {
            readParameters(rest.substring(question + 1));
        }
        int slash = path.indexOf('/');
        String hosts = slash < 0 ? path : path.substring(0, slash);
        String keyspace = slash < 0 ? "" : decode(path.substring(slash + 1));
        int at = hosts.lastIndexOf('@');
        if (at >= 0) {
            readUser(hosts.substring(0, at));
        }
        KeyspaceAddress.Builder address = KeyspaceAddress.at().contactPoints(contactPoints(hosts.substring(at + 1)));
        if (keyspace.isEmpty()) {
            problem("names no keyspace: cassandra://HOST/KEYSPACE");
        } else {
            KeyspaceNames.check(keyspace, shown, problems);
        }
        address.keyspace(keyspace).tls(tls());
        parameter("datacenter").ifPresent(address::datacenter);
        parsed("replication", "a number, or dc1:3,dc2:2", Replication::parse).ifPresent(address::replication);
        parsed("consistency", "a level like QUORUM or LOCAL_QUORUM", Consistency::parse)
                .ifPresent(address::consistency);
        parsed("timeout", "a time like 60s, 500ms or 2m", UriAddress::duration).ifPresent(address::requestTimeout);
        return address;
    }

    /** The user that the URI names; known after {@link #read}. */
    Optional<String> username() {
        return parameter("username");
    }

    private void readUser(String userInfo) {
        int colon = userInfo.indexOf(':');
        if (colon >= 0) {
            problem(noPassword());
        }
        parameters.putIfAbsent("username", decode(colon < 0 ? userInfo : userInfo.substring(0, colon)));
    }

    private void readParameters(String query) {
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (name.toLowerCase(Locale.ROOT).contains("password")) {
                problem(noPassword());
            } else if (!KNOWN.contains(name)) {
                problem("unknown parameter '" + name + "'; known are " + String.join(", ", KNOWN));
            } else if (parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                problem("parameter '" + name + "' stands there twice");
            } else if (parameters.getOrDefault(name, "").isEmpty()) {
                problem("parameter '" + name + "' has no value");
            }
        }
    }

    private List<ContactPoint> contactPoints(String hosts) {
        List<ContactPoint> points = new ArrayList<>();
        if (hosts.isEmpty()) {
            problem("names no host: cassandra://HOST/KEYSPACE");
            return points;
        }
        for (String host : hosts.split(",", -1)) {
            ContactPoint.parse(host, problems, shown)
                    .map(point -> point.hasPort() ? point : point.withPort(ContactPoint.DEFAULT_PORT))
                    .ifPresent(points::add);
        }
        return points;
    }

    private Tls tls() {
        List<String> given = OF_TLS.stream().filter(parameters::containsKey).toList();
        boolean on = flag("tls").orElse(!given.isEmpty());
        if (!on) {
            if (!given.isEmpty()) {
                problem("tls=false, and yet " + String.join(", ", given));
            }
            return new Tls.Off();
        }
        Optional<Path> ca = file("ca");
        Optional<Path> truststore = file("truststore");
        if (ca.isPresent() && truststore.isPresent()) {
            problem("give either ca= or truststore=, not both");
        }
        Tls.Trust trust = truststore
                .<Tls.Trust>map(file -> new Tls.Store(file, storePassword))
                .or(() -> ca.map(file -> new Tls.PemTrust(List.of(file))))
                .orElseGet(Tls.JavaTrust::new);
        Tls.Check check = flag("verify_hostname").orElse(true) ? Tls.Check.HOSTNAME : Tls.Check.CERTIFICATE;
        return new Tls.On(check, trust, identity());
    }

    private Optional<Tls.Identity> identity() {
        Optional<Path> certificate = file("cert");
        Optional<Path> key = file("key");
        Optional<Path> keystore = file("keystore");
        if (certificate.isPresent() != key.isPresent()) {
            problem("cert= and key= belong together");
        }
        if (certificate.isPresent() && keystore.isPresent()) {
            problem("give either cert= with key=, or keystore=, not both");
        }
        if (certificate.isPresent() && key.isPresent()) {
            return Optional.of(new Tls.PemIdentity(certificate.get(), key.get()));
        }
        return keystore.map(file -> new Tls.Store(file, storePassword));
    }

    private Optional<Path> file(String name) {
        Optional<Path> file = parameter(name).map(Path::of);
        file.filter(path -> !Files.isReadable(path))
                .ifPresent(path -> problem(name + "=" + path + ": there is no such readable file"));
        return file;
    }

    private Optional<Boolean> flag(String name) {
        return parsed(name, "true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    private <T> Optional<T> parsed(String name, String expected, Function<String, Optional<T>> parser) {
        return parameter(name).flatMap(text -> {
            Optional<T> value = parser.apply(text);
            if (value.isEmpty()) {
                problem(name + "=" + text + " is not " + expected);
            }
            return value;
        });
    }

    private static Optional<Duration> duration(String text) {
        Matcher matcher = TIMEOUT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration timeout = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
        return Optional.of(timeout).filter(time -> !time.isZero());
    }

    private Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    private String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            problem("has a % that is not followed by two hexadecimal digits: write %25 for the sign itself");
            return text;
        }
    }

    private String noPassword() {
        return "a password has no place in a URI, where process lists and shell histories show it: use "
                + Passwords.remedy(side);
    }

    private void problem(String text) {
        problems.add(shown + ": " + text);
    }
}
