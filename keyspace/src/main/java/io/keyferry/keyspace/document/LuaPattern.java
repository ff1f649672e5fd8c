package io.keyferry.keyspace.document;

import java.nio.charset.StandardCharsets;

/**
 * A pattern in Lua's own language, in which Kong's schemas state the form of texts. Matches bytes, as Lua does in the C
 * locale: character classes know ASCII only. Knows no captures to refer back to. Immutable and thread-safe.
 */
final class LuaPattern {
    /** Bounds the work on a hostile text; no pattern of Kong comes near it. */
    private static final int STEPS = 1_000_000;

    private final byte[] pattern;

    LuaPattern(String pattern) {
        this.pattern = pattern.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the pattern matches somewhere in the text, or at its begin where the pattern starts with {@code ^}. */
    boolean matches(String text) {
        Run run = new Run(text.getBytes(StandardCharsets.UTF_8));
        boolean anchored = pattern.length > 0 && pattern[0] == '^';
        for (int start = 0; start <= run.text.length; start++) {
            if (run.from(start, anchored ? 1 : 0)) {
                return true;
            }
            if (anchored || run.steps > STEPS) {
                return false;
            }
        }
        return false;
    }

    private final class Run {
        private final byte[] text;
        private int steps;

        Run(byte[] text) {
            this.text = text;
        }

        /** Whether the pattern from {@code p} on matches the text from {@code at} on. */
        private boolean from(int at, int p) {
            int s = at;
            int i = p;
            while (i < pattern.length) {
                if (++steps > STEPS) {
                    return false;
                }
                byte c = pattern[i];
                if (c == '(' || c == ')') {
                    i++;
                    continue;
                }
                if (c == '$' && i + 1 == pattern.length) {
                    return s == text.length;
                }
                if (c == '%' && i + 1 < pattern.length && pattern[i + 1] == 'b') {
                    s = balanced(s, i + 2);
                    if (s < 0) {
                        return false;
                    }
                    i += 4;
                    continue;
                }
                if (c == '%' && i + 1 < pattern.length && pattern[i + 1] == 'f') {
                    int end = itemEnd(i + 2);
                    int before = s == 0 ? 0 : text[s - 1] & 0xff;
                    int after = s == text.length ? 0 : text[s] & 0xff;
                    if (inSet(before, i + 2, end) || !inSet(after, i + 2, end)) {
                        return false;
                    }
                    i = end;
                    continue;
                }
                int end = itemEnd(i);
                byte repeat = end < pattern.length ? pattern[end] : 0;
                switch (repeat) {
                    case '?' -> {
                        if (single(s, i, end) && from(s + 1, end + 1)) {
                            return true;
                        }
                        i = end + 1;
                    }
                    case '*' -> {
                        return greedy(s, i, end, 0);
                    }
                    case '+' -> {
                        return greedy(s, i, end, 1);
                    }
                    case '-' -> {
                        return lazy(s, i, end);
                    }
                    default -> {
                        if (!single(s, i, end)) {
                            return false;
                        }
                        s++;
                        i = end;
                    }
                }
            }
            return true;
        }

        private boolean greedy(int s, int item, int end, int least) {
            int count = 0;
            while (single(s + count, item, end)) {
                count++;
            }
            for (; count >= least; count--) {
                if (from(s + count, end + 1)) {
                    return true;
                }
                if (steps > STEPS) {
                    return false;
                }
            }
            return false;
        }

        private boolean lazy(int start, int item, int end) {
            for (int s = start; steps <= STEPS; s++) {
                if (from(s, end + 1)) {
                    return true;
                }
                if (!single(s, item, end)) {
                    return false;
                }
            }
            return false;
        }

        /** Where the balanced run that begins at {@code s} ends; negative where none begins. */
        private int balanced(int s, int delimiters) {
            if (delimiters + 1 >= pattern.length || s >= text.length || text[s] != pattern[delimiters]) {
                return -1;
            }
            int depth = 1;
            for (int i = s + 1; i < text.length; i++) {
                if (text[i] == pattern[delimiters + 1]) {
                    if (--depth == 0) {
                        return i + 1;
                    }
                } else if (text[i] == pattern[delimiters]) {
                    depth++;
                }
            }
            return -1;
        }

        private boolean single(int s, int item, int end) {
            steps++;
            if (s >= text.length) {
                return false;
            }
            int c = text[s] & 0xff;
            return switch (pattern[item]) {
                case '.' -> true;
                case '%' -> item + 1 < pattern.length && inClass(c, pattern[item + 1]);
                case '[' -> inSet(c, item, end);
                default -> (pattern[item] & 0xff) == c;
            };
        }
    }

    /** Where the single-character item that begins at {@code i} ends. */
    private int itemEnd(int i) {
        if (i >= pattern.length) {
            return pattern.length;
        }
        if (pattern[i] == '%') {
            return Math.min(i + 2, pattern.length);
        }
        if (pattern[i] != '[') {
            return i + 1;
        }
        int end = i + 1;
        if (end < pattern.length && pattern[end] == '^') {
            end++;
        }
        do {
            if (end < pattern.length && pattern[end] == '%') {
                end++;
            }
            end++;
        } while (end < pattern.length && pattern[end] != ']');
        return Math.min(end + 1, pattern.length);
    }

    private boolean inSet(int c, int begin, int end) {
        int last = end - 1;
        int i = begin + 1;
        boolean wanted = true;
        if (i < last && pattern[i] == '^') {
            wanted = false;
            i++;
        }
        while (i < last) {
            if (pattern[i] == '%' && i + 1 < last) {
                if (inClass(c, pattern[i + 1])) {
                    return wanted;
                }
                i += 2;
            } else if (i + 2 < last && pattern[i + 1] == '-') {
                if (c >= (pattern[i] & 0xff) && c <= (pattern[i + 2] & 0xff)) {
                    return wanted;
                }
                i += 3;
            } else {
                if (c == (pattern[i] & 0xff)) {
                    return wanted;
                }
                i++;
            }
        }
        return !wanted;
    }

    private static boolean inClass(int c, byte letter) {
        boolean lower = c >= 'a' && c <= 'z';
        boolean upper = c >= 'A' && c <= 'Z';
        boolean digit = c >= '0' && c <= '9';
        boolean graphic = c > ' ' && c < 0x7f;
        boolean member = switch (letter | 0x20) {
            case 'a' -> lower || upper;
            case 'c' -> c < ' ' || c == 0x7f;
            case 'd' -> digit;
            case 'g' -> graphic;
            case 'l' -> lower;
            case 'p' -> graphic && !lower && !upper && !digit;
            case 's' -> c == ' ' || (c >= 0x09 && c <= 0x0d);
            case 'u' -> upper;
            case 'w' -> lower || upper || digit;
            case 'x' -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            default -> {
                yield c == (letter & 0xff);
            }
        };
        boolean isClass = "acdglpsuwx".indexOf(letter | 0x20) >= 0;
        boolean negated = letter >= 'A' && letter <= 'Z';
        return (isClass && negated) != member;
    }
}
