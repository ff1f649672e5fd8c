package io.keyferry.keyspace.document;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what PCRE, by which Kong tries the regular expressions of routes, refuses for its syntax: brackets and
 * parentheses that do not match, quantifiers without anything to repeat, ranges in the wrong order. Java's own compiler
 * is no judge of that: it refuses what PCRE takes (a single opening brace, say) and the other way round. What this does not
 * know it lets pass.
 */
final class RegexSyntax {
    private static final Pattern QUANTIFIER = Pattern.compile("\\{(\\d{1,9})(?:(,)(\\d{0,9}))?}");
    private static final int MOST_REPEATS = 65_535;
    private static final String AFTER_GROUP = ":=!>|#<P'R&+-(C0123456789imsxnJUX^";

    private final String regex;
    private int at;
    private int depth;
    private boolean repeatable;

    private RegexSyntax(String regex) {
        this.regex = regex;
    }

    /** What is wrong with the expression; null where nothing is found. */
    static @Nullable String error(String regex) {
        return new RegexSyntax(regex).scan();
    }

    private @Nullable String scan() {
        while (at < regex.length()) {
            String error = step(regex.charAt(at));
            if (error != null) {
                return error;
            }
        }
        return depth > 0 ? "a ')' is missing" : null;
    }

    private @Nullable String step(char c) {
        switch (c) {
            case '\\' -> {
                return escape();
            }
            case '[' -> {
                return set();
            }
            case '(' -> {
                return open();
            }
            case ')' -> {
                at++;
                depth--;
                repeatable = true;
                return depth < 0 ? "a ')' has no '('" : null;
            }
            case '*', '+', '?' -> {
                return repeat(1, false);
            }
            case '{' -> {
                Matcher quantifier = QUANTIFIER.matcher(regex).region(at, regex.length());
                return quantifier.lookingAt() ? counted(quantifier) : literal();
            }
            case '|' -> {
                at++;
                repeatable = false;
                return null;
            }
            default -> {
                return literal();
            }
        }
    }

    private @Nullable String literal() {
        at++;
        repeatable = true;
        return null;
    }

    private @Nullable String escape() {
        if (at + 1 == regex.length()) {
            return "it ends with a single '\\'";
        }
        if (regex.charAt(at + 1) == 'Q') {
            int end = regex.indexOf("\\E", at + 2);
            at = end < 0 ? regex.length() : end + 2;
        } else {
            at += Character.charCount(regex.codePointAt(at + 1)) + 1;
        }
        repeatable = true;
        return null;
    }

    private @Nullable String counted(Matcher quantifier) {
        int least = Integer.parseInt(quantifier.group(1));
        String last = quantifier.group(3);
        int most = last == null || last.isEmpty() ? least : Integer.parseInt(last);
        if (Math.max(least, most) > MOST_REPEATS) {
            return "a quantifier is over " + MOST_REPEATS;
        }
        return most < least
                ? "a quantifier has its numbers in the wrong order"
                : repeat(quantifier.group().length(), true);
    }

    private @Nullable String repeat(int length, boolean again) {
        if (!repeatable) {
            return "there is nothing to repeat before '" + regex.charAt(at) + "'";
        }
        at += length;
        if (at < regex.length() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
            at++;
        }
        repeatable = again;
        return null;
    }

    private @Nullable String open() {
        depth++;
        repeatable = false;
        at++;
        if (regex.startsWith("*", at)) {
            int end = regex.indexOf(')', at);
            at = end < 0 ? regex.length() : end;
        } else if (regex.startsWith("?#", at)) {
            int end = regex.indexOf(')', at);
            at = end < 0 ? regex.length() : end;
        } else if (regex.startsWith("?", at)) {
            if (at + 1 == regex.length() || AFTER_GROUP.indexOf(regex.charAt(at + 1)) < 0) {
                return "'(?' is followed by what is unknown there";
            }
            // A condition's own parenthesis is read as a group.
            at += regex.charAt(at + 1) == '(' ? 1 : 2;
        }
        return null;
    }

    private @Nullable String set() {
        int i = at + 1;
        if (regex.startsWith("^", i)) {
            i++;
        }
        int first = i;
        while (i < regex.length() && (i == first || regex.charAt(i) != ']')) {
            if (regex.charAt(i) == '\\') {
                i += 2;
            } else if (regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0) {
                i = regex.indexOf(":]", i) + 2;
            } else {
                boolean range = i + 2 < regex.length()
                        && regex.charAt(i + 1) == '-'
                        && regex.charAt(i + 2) != ']'
                        && regex.charAt(i + 2) != '\\'
                        && regex.charAt(i + 2) != '[';
                if (range && regex.charAt(i + 2) < regex.charAt(i)) {
                    return "a range in '[...]' is in the wrong order";
                }
                i += range ? 3 : 1;
            }
        }
        if (i >= regex.length()) {
            return "a ']' is missing";
        }
        at = i + 1;
        repeatable = true;
        return null;
    }
}
