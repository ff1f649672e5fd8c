package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plain (unquoted) scalar means to Kong, that is to lyaml over libyaml: YAML 1.1 with the differences that dates
 * are strings, {@code y} and {@code n} are strings, and {@code 0b1} (one digit) is a string. All numbers are doubles.
 */
final class Scalars {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,199}");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Map<String, Boolean> TRUTHS = Map.ofEntries(
            Map.entry("true", true),
            Map.entry("True", true),
            Map.entry("TRUE", true),
            Map.entry("yes", true),
            Map.entry("Yes", true),
            Map.entry("YES", true),
            Map.entry("on", true),
            Map.entry("On", true),
            Map.entry("ON", true),
            Map.entry("false", false),
            Map.entry("False", false),
            Map.entry("FALSE", false),
            Map.entry("no", false),
            Map.entry("No", false),
            Map.entry("NO", false),
            Map.entry("off", false),
            Map.entry("Off", false),
            Map.entry("OFF", false));
    private static final Pattern INFINITE = Pattern.compile("([+-]?)\\.(?:inf|Inf|INF)");
    private static final Set<String> NOT_A_NUMBER = Set.of(".nan", ".NaN", ".NAN");

    private static final Pattern OCTAL = Pattern.compile("([+-]?)0_*([0-7][0-7_]*)");
    private static final Pattern DECIMAL = Pattern.compile("([+-]?)_*([0-9][0-9_]*)");
    private static final Pattern FLOAT = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern HEXADECIMAL = Pattern.compile("([+-]?)0x_*([0-9a-fA-F][0-9a-fA-F_]*)");
    private static final Pattern BINARY = Pattern.compile("([+-]?)0b_*([01][01_]+)");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern SEXAGESIMAL = Pattern.compile("([+-]?)([0-9]+:[0-5]?[0-9][:0-9]*)(\\.[0-9]+)?");
    /** Longer runs of digits are text to us; they keep big-number arithmetic out of a hostile file's reach. */
    private static final int LONGEST_NUMBER = 400;

    private Scalars() {}

    static Value plain(String text) {
        if (NULLS.contains(text)) {
            return Value.NULL;
        }
        Boolean truth = TRUTHS.get(text);
        if (truth != null) {
            return Value.truth(truth);
        }
        boolean candidate = text.length() <= LONGEST_NUMBER && looksLikeANumber(text);
        Value number = candidate ? number(text) : null;
        return number == null ? Value.text(text) : number;
    }

    /** Whether the text is a word that needs no quotes anywhere: letters, digits, {@code _} and {@code -}, and no keyword. */
    static boolean isWord(String text) {
        return WORD.matcher(text).matches() && plain(text) instanceof Value.Text;
    }

    /** Rules out cheaply what cannot be a number: most words, UUIDs and dates. */
    private static boolean looksLikeANumber(String text) {
        char first = text.charAt(0);
        if ((first < '0' || first > '9') && "+-._".indexOf(first) < 0) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean sign = c == '-' || c == '+';
            if (sign ? (text.charAt(i - 1) | 0x20) != 'e' : c > 'z' || c == '/' || c == ' ') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Value number(String text) {
        Matcher octal = OCTAL.matcher(text);
        if (octal.matches()) {
            return whole(octal, 8);
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            return whole(decimal, 10);
        }
        String digits = text.replace("_", "");
        if (FLOAT.matcher(digits).matches() && (digits.indexOf('.') >= 0 || digits.matches(".*[eE].*"))) {
            return Value.number(Double.parseDouble(digits));
        }
        Matcher infinite = INFINITE.matcher(text);
        if (infinite.matches()) {
            return new Value.Fraction(signed(infinite, Double.POSITIVE_INFINITY));
        }
        if (NOT_A_NUMBER.contains(text)) {
            return new Value.Fraction(Double.NaN);
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return whole(hexadecimal, 16);
        }
        Matcher binary = BINARY.matcher(text);
        if (binary.matches()) {
            return whole(binary, 2);
        }
        Matcher sexagesimal = SEXAGESIMAL.matcher(text);
        return sexagesimal.matches() ? sexagesimal(sexagesimal) : null;
    }

    private static Value whole(Matcher matcher, int radix) {
        String digits = matcher.group(2).replace("_", "");
        return Value.number(signed(matcher, new BigInteger(digits, radix).doubleValue()));
    }

    private static Value sexagesimal(Matcher matcher) {
        double sum = 0;
        Matcher part = DIGITS.matcher(matcher.group(2));
        while (part.find()) {
            sum = sum * 60 + Double.parseDouble(part.group());
        }
        String fraction = matcher.group(3);
        return Value.number(signed(matcher, fraction == null ? sum : sum + Double.parseDouble(fraction)));
    }

    private static double signed(Matcher matcher, double value) {
        return "-".equals(matcher.group(1)) ? -value : value;
    }
}
