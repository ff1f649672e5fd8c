package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.problem.Problems;
import java.util.Optional;
import java.util.regex.Pattern;

/** A node to ask first: a name or an address (IPv6 without brackets), and the CQL port. Prints as in a URI. */
public record ContactPoint(String host, int port) {
    /** Cassandra's default {@code native_transport_port}. */
    public static final int DEFAULT_PORT = 9042;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");

    /** A host as it stands in a list, e.g. {@code db1}, {@code 10.0.0.1:9043}, {@code [::1]:9042}; port -1 if none. */
    static Optional<ContactPoint> parse(String text, Problems problems, String where) {
        String host = text;
        String port = "";
        boolean bare = !text.startsWith("[") && IPV6.matcher(text).matches();
        int colon = text.lastIndexOf(':');
        if (!bare && colon > text.lastIndexOf(']')) {
            host = text.substring(0, colon);
            port = text.substring(colon + 1);
            if (!isPort(port)) {
                problems.add(where + ": '" + text + "': the port is a number from 1 to 65535");
                return Optional.empty();
            }
        }
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        if (brackets) {
            host = host.substring(1, host.length() - 1);
        }
        boolean ipv6 = brackets || bare;
        boolean valid = (ipv6 ? IPV6 : NAME).matcher(host).matches();
        if (!valid) {
            problems.add(where + ": '" + text
                    + "' is not a host: a name, an IPv4 address, or an IPv6 address in brackets ([::1])");
            return Optional.empty();
        }
        return Optional.of(new ContactPoint(host, port.isEmpty() ? -1 : Integer.parseInt(port)));
    }

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535;
    }

    boolean hasPort() {
        return port >= 0;
    }

    ContactPoint withPort(int newPort) {
        return new ContactPoint(host, newPort);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
