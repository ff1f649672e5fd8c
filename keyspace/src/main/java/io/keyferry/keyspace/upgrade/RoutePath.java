package io.keyferry.keyspace.upgrade;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A route's path of Kong before 3.0, and what Kong 3.0 makes of it (rule T19; Kong 3.0, core migration 280 to 300, and
 * its import of files of format 1.1 and 2.1). Until 2.8 Kong took a path for a regular expression when it held any
 * character besides letters, digits and {@code . - _ ~ / %}; from 3.0 on a regular expression begins with {@code ~}, and
 * paths are compared as they stand, so that percent signs are decoded a last time.
 *
 * <p>The trap: this is not idempotent. A path that was converted and is a regular expression gets another {@code ~}.
 */
final class RoutePath {
    /** Kong's own test, PCRE: its {@code $} also stands before a line feed at the end. */
    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9.\\-_~/%]*\\n?");

    /** What the regular expressions of the router of Kong 3 do not have: look-around, back references, atomic groups. */
    private static final Pattern BEYOND_NEW_ROUTER =
            Pattern.compile("\\(\\?(?:[=!>|(]|<[=!])|\\\\[1-9]|\\\\[gk][{<']|[*+?}]\\+");

    private static final String RESERVED = "!#$%&'()*+,/:;=?@[]";
    private static final String META = ".^-{}\\|";

    private final String old;
    private final boolean plain;

    RoutePath(String old) {
        this.old = old;
        plain = PLAIN.matcher(old).matches();
    }

    /** Whether Kong took the path for a regular expression. */
    boolean isRegex() {
        return !plain;
    }

    /** Whether the regular expression uses what the router of Kong 3 may not take. */
    boolean mayBeTooMuch() {
        return isRegex() && BEYOND_NEW_ROUTER.matcher(old).find();
    }

    /** The path for Kong 3.0 and later; empty when it decodes to bytes that are no text. */
    Optional<String> converted() {
        Optional<String> decoded = decoded();
        return plain ? decoded.map(RoutePath::withoutDots) : decoded.map(regex -> "~" + regex);
    }

    /** Percent-encoded bytes that are not reserved are decoded; in a regular expression, escaped where they mean more. */
    private Optional<String> decoded() {
        if (old.indexOf('%') < 0) {
            return Optional.of(old);
        }
        byte[] bytes = old.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? digit(bytes[i + 1]) : -1;
            int low = high < 0 ? -1 : digit(bytes[i + 2]);
            if (low < 0) {
                decoded.write(bytes[i]);
                continue;
            }
            int character = high * 16 + low;
            if (RESERVED.indexOf(character) >= 0) {
                decoded.write('%');
                decoded.write(upper(bytes[i + 1]));
                decoded.write(upper(bytes[i + 2]));
            } else {
                if (!plain && META.indexOf(character) >= 0) {
                    decoded.write('\\');
                }
                decoded.write(character);
            }
            i += 2;
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The value of an ASCII hexadecimal digit, or -1. */
    private static int digit(byte character) {
        return character < 0 ? -1 : Character.digit(character, 16);
    }

    private static int upper(byte digit) {
        return Character.toUpperCase(digit);
    }

    /** Without {@code .} and {@code ..} segments and repeated slashes; whether the path ends in a slash is kept. */
    private static String withoutDots(String path) {
        String root = path.startsWith("/") ? "/" : "";
        Deque<String> segments = new ArrayDeque<>();
        int start = root.length();
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(slash < 0 ? segment : segment + "/");
            }
            start = end + 1;
        }
        return root + String.join("", segments);
    }
}
