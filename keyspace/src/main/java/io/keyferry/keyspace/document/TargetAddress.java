package io.keyferry.keyspace.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one form in which Kong stores the address of a target, in all versions: with a port, 8000 where none is given, and
 * IPv6 written out in brackets. Its balancer reads no other form, and finds a target again by this one.
 */
final class TargetAddress {
    private static final int LONGEST = 1_000;
    private static final int DEFAULT_PORT = 8000;
    private static final int LARGEST_PORT = 65_535;
    private static final int GROUPS = 8;
    private static final Pattern BRACKETED = Pattern.compile("\\[(?<host>[^\\[\\]]*)](?::(?<port>\\d{1,5}))?");
    private static final Pattern NAMED = Pattern.compile("(?<host>[^:]+)(?::(?<port>\\d{1,5}))?");
    private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");

    private TargetAddress() {}

    /** The address in that form; one that is no address stays as it is, for the checks to refuse. */
    static String formed(String address) {
        if (address.length() > LONGEST) {
            return address;
        }
        boolean ipv6 = address.indexOf(':') != address.lastIndexOf(':');
        if (!ipv6) {
            Matcher named = NAMED.matcher(address);
            return named.matches() ? named.group("host") + ":" + port(named.group("port")) : address;
        }
        Matcher bracketed = BRACKETED.matcher(address);
        boolean inBrackets = bracketed.matches();
        List<String> groups = groups(inBrackets ? bracketed.group("host") : address);
        if (groups.size() != GROUPS
                || !groups.stream().allMatch(group -> GROUP.matcher(group).matches())) {
            return address;
        }
        return groups.stream()
                        .map(group -> "0".repeat(4 - group.length()) + group.toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(":", "[", "]"))
                + ":" + port(inBrackets ? bracketed.group("port") : null);
    }

    /** Whether an address with several colons is one of IPv6, perhaps in brackets and with a port. */
    static boolean isIpv6(String address) {
        String formed = formed(address);
        Matcher bracketed = BRACKETED.matcher(formed);
        return bracketed.matches()
                && groups(bracketed.group("host")).size() == GROUPS
                && Integer.parseInt(bracketed.group("port")) <= LARGEST_PORT
                && groups(bracketed.group("host")).stream()
                        .allMatch(group -> GROUP.matcher(group).matches());
    }

    private static int port(@Nullable String digits) {
        return digits == null ? DEFAULT_PORT : Integer.parseInt(digits);
    }

    /** The eight groups of an IPv6 address; another number where it is none. */
    private static List<String> groups(String address) {
        int gap = address.indexOf("::");
        if (gap < 0) {
            return List.of(address.split(":", -1));
        }
        List<String> before = parts(address.substring(0, gap));
        List<String> after = parts(address.substring(gap + 2));
        List<String> groups = new ArrayList<>(before);
        for (int i = before.size() + after.size(); i < GROUPS; i++) {
            groups.add("0");
        }
        groups.addAll(after);
        return groups;
    }

    private static List<String> parts(String groups) {
        return groups.isEmpty() ? List.of() : List.of(groups.split(":", -1));
    }
}
