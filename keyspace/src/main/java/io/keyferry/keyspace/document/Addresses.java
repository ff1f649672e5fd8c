package io.keyferry.keyspace.document;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Host names and addresses as Kong's own parser tells them apart, the same in all versions. */
final class Addresses {
    enum Kind {
        NAME,
        IPV4,
        IPV6
    }

    /** What a text is; {@code port} says whether it has one. */
    record Address(Kind kind, boolean port) {}

    /** No name of the DNS is half as long. */
    private static final int LONGEST = 1_000;

    private static final int LARGEST_PORT = 65_535;
    private static final int LARGEST_BYTE = 255;
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.:]+");
    private static final Pattern IPV4 =
            Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})(?::([0-9]{1,9}))?");
    private static final Pattern NAME = Pattern.compile("([0-9A-Za-z._-]+?)(?::([0-9]{1,9}))?");
    private static final Pattern IPV6_LITERAL = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private Addresses() {}

    /** What the text is; null where Kong takes it for no address. */
    static @Nullable Address parse(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        if (text.indexOf(':') != text.lastIndexOf(':')) {
            return TargetAddress.isIpv6(text) ? new Address(Kind.IPV6, text.indexOf("]:") > 0) : null;
        }
        return DIGITS_AND_DOTS.matcher(text).matches() ? ipv4(text) : name(text);
    }

    private static @Nullable Address ipv4(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (!matcher.matches() || !isPort(matcher.group(5))) {
            return null;
        }
        for (int i = 1; i <= 4; i++) {
            if (Integer.parseInt(matcher.group(i)) > LARGEST_BYTE) {
                return null;
            }
        }
        return new Address(Kind.IPV4, matcher.group(5) != null);
    }

    private static @Nullable Address name(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches() || !isPort(matcher.group(2))) {
            return null;
        }
        String[] labels = matcher.group(1).split("\\.", -1);
        for (int i = 0; i < labels.length; i++) {
            boolean last = i + 1 == labels.length;
            if (labels[i].endsWith("-") || (labels[i].isEmpty() && !last)) {
                return null;
            }
        }
        return new Address(Kind.NAME, matcher.group(2) != null);
    }

    private static boolean isPort(@Nullable String digits) {
        return digits == null || Integer.parseInt(digits) <= LARGEST_PORT;
    }

    /** Whether the text is an IP address, with or without the length of a network's prefix. */
    static boolean isIpOrNetwork(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean ipv6 = address.indexOf(':') >= 0 && address.length() <= LONGEST;
        Address parsed = ipv6 ? null : parse(address);
        boolean fits = ipv6 ? isIpv6Literal(address) : parsed != null && parsed.kind() == Kind.IPV4;
        return fits && (slash < 0 || isPrefix(text.substring(slash + 1), ipv6 ? 128 : 32));
    }

    private static boolean isPrefix(String digits, int most) {
        return digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= most;
    }

    private static boolean isIpv6Literal(String text) {
        if (!IPV6_LITERAL.matcher(text).matches()) {
            return false;
        }
        try {
            // A literal: nothing is looked up.
            InetAddress.getByName(text);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
