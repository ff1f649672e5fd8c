package io.keyferry.keyspace.document;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.keyferry.keyspace.model.Value;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Writes values so that libyaml (a YAML 1.1 reader, Kong's), a JSON parser, and our reader see the same. Every string
 * is in double quotes with escapes that YAML and JSON share: plain {@code yes}, {@code 0777}, {@code 12:30:45} or
 * {@code 1e3} would become other types, surrogate-pair escapes are an error to libyaml, a raw U+0085 becomes a space
 * and other raw controls are errors. Not thread-safe.
 */
final class ValueWriter {
    static final int DEEPEST = 100;
    /** libyaml refuses a key of more than 1,024 characters as written; we leave room for the quotes. */
    static final int LONGEST_KEY = 1000;

    private static final double SMALLEST_PLAIN = 1e-6;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final boolean json;
    private final Bytes out;

    /** @param json whether the reader parses JSON: only YAML has merge keys and bounds the length of keys */
    ValueWriter(boolean json, Bytes out) {
        this.json = json;
        this.out = out;
    }

    /** Writes a value on one line. */
    void flow(Value value) throws Unwritable {
        flow(value, 0);
    }

    private void flow(Value value, int depth) throws Unwritable {
        if (value instanceof Value.Mapping mapping) {
            checkDepth(depth);
            char before = '{';
            for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
                out.put(before);
                if (before == ',') {
                    out.put(' ');
                }
                before = ',';
                flowMember(member.getKey(), member.getValue(), depth + 1);
            }
            out.ascii(before == '{' ? "{}" : "}");
        } else if (value instanceof Value.Sequence sequence) {
            checkDepth(depth);
            out.put('[');
            for (int i = 0; i < sequence.values().size(); i++) {
                if (i > 0) {
                    out.ascii(", ");
                }
                try {
                    flow(sequence.values().get(i), depth + 1);
                } catch (Unwritable unwritable) {
                    throw unwritable.under("[" + i + "]");
                }
            }
            out.put(']');
        } else {
            scalar(value);
        }
    }

    private void flowMember(String key, Value value, int depth) throws Unwritable {
        try {
            key(key);
            out.ascii(": ");
            flow(value, depth);
        } catch (Unwritable unwritable) {
            throw unwritable.under(Labels.shortened(key));
        }
    }

    /**
     * Writes the members of a mapping as block style, each from column {@code indent} on. The first one continues the
     * line that the caller began.
     */
    void blockMembers(Value.Mapping mapping, int indent) throws Unwritable {
        checkDepth(indent / 2);
        boolean first = true;
        for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
            if (!first) {
                out.spaces(indent);
            }
            first = false;
            String key = member.getKey();
            try {
                if (Scalars.isWord(key)) {
                    out.ascii(key);
                } else {
                    key(key);
                }
                out.put(':');
                blockValue(member.getValue(), indent);
            } catch (Unwritable unwritable) {
                throw unwritable.under(Labels.shortened(key));
            }
        }
    }

    /** Writes a value after a key and its colon, or after a dash. */
    private void blockValue(Value value, int indent) throws Unwritable {
        if (value instanceof Value.Mapping mapping && !mapping.values().isEmpty()) {
            out.put('\n').spaces(indent + 2);
            blockMembers(mapping, indent + 2);
        } else if (value instanceof Value.Sequence sequence
                && !sequence.values().isEmpty()) {
            out.put('\n');
            for (int i = 0; i < sequence.values().size(); i++) {
                out.spaces(indent).put('-');
                try {
                    blockElement(sequence.values().get(i), indent);
                } catch (Unwritable unwritable) {
                    throw unwritable.under("[" + i + "]");
                }
            }
        } else if (value instanceof Value.Text text && PemText.fits(text.value())) {
            out.put(' ');
            PemText.write(text.value(), indent + 2, out);
        } else {
            out.put(' ');
            flow(value);
            out.put('\n');
        }
    }

    private void blockElement(Value element, int indent) throws Unwritable {
        if (element instanceof Value.Mapping mapping && !mapping.values().isEmpty()) {
            out.put(' ');
            blockMembers(mapping, indent + 2);
        } else if (element instanceof Value.Sequence) {
            checkDepth(indent / 2);
            out.put(' ');
            flow(element, indent / 2);
            out.put('\n');
        } else {
            blockValue(element, indent);
        }
    }

    private static void checkDepth(int depth) throws Unwritable {
        if (depth > DEEPEST) {
            throw new Unwritable("nested deeper than " + DEEPEST + " levels");
        }
    }

    private void key(String key) throws Unwritable {
        if (key.equals("<<") && !json) {
            throw new Unwritable("the key '<<' means a merge to Kong's YAML reader, quoted or not; write a .json file");
        }
        int before = out.size();
        text(key);
        if (!json && out.size() - before > LONGEST_KEY) {
            throw new Unwritable("a key of over " + LONGEST_KEY + " bytes, which Kong's YAML reader refuses");
        }
    }

    private void scalar(Value value) throws Unwritable {
        if (value instanceof Value.Text text) {
            text(text.value());
        } else if (value instanceof Value.Whole whole) {
            whole(whole.value());
        } else if (value instanceof Value.Truth truth) {
            out.ascii(truth.value() ? "true" : "false");
        } else if (value instanceof Value.Fraction fraction) {
            fraction(fraction.value());
        } else {
            out.ascii("null");
        }
    }

    /**
     * Kong's numbers are doubles, so a whole number that is no double would silently come back as its neighbour. In
     * quotes it would come back as a string, of which no numeric field takes one: refused.
     */
    private void whole(long value) throws Unwritable {
        if ((double) value >= Value.LARGEST_WHOLE || (long) (double) value != value) {
            throw new Unwritable("the number " + value + " is beyond 2^53 and Kong would read another one");
        }
        out.ascii(Long.toString(value));
    }

    private void fraction(double value) throws Unwritable {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new Unwritable("not a finite number, which Kong cannot store");
        }
        String text = NumberOutput.toString(value, true);
        int exponent = text.indexOf('E') + 1;
        double size = Math.abs(value);
        if (exponent > 0 && size >= SMALLEST_PLAIN && size < Value.LARGEST_WHOLE) {
            text = new BigDecimal(text).toPlainString();
        } else if (exponent > 0 && text.charAt(exponent) != '-') {
            // YAML 1.1 proper wants a sign here; JSON and Kong take it.
            text = text.substring(0, exponent) + '+' + text.substring(exponent);
        }
        out.ascii(text);
    }

    private void text(String text) throws Unwritable {
        int length = text.length();
        out.room(length + 2);
        out.put('"');
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                if (c == '"' || c == '\\') {
                    out.put('\\');
                }
                out.put(c);
            } else if (c < 0x7f) {
                control(c);
            } else if (c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff || c >= 0xfffe) {
                escape(c);
            } else if (Character.isSurrogate(c)) {
                if (i + 1 == length || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new Unwritable("holds half of a character (a lone surrogate), which UTF-8 cannot say");
                }
                int point = Character.toCodePoint(c, text.charAt(++i));
                out.put(0xf0 | (point >> 18));
                continuation(point >> 12);
                continuation(point >> 6);
                continuation(point);
            } else if (c < 0x800) {
                out.put(0xc0 | (c >> 6));
                continuation(c);
            } else {
                out.put(0xe0 | (c >> 12));
                continuation(c >> 6);
                continuation(c);
            }
        }
        out.put('"');
    }

    private void continuation(int bits) {
        out.put(0x80 | (bits & 0x3f));
    }

    private void control(char c) throws Unwritable {
        switch (c) {
            case 0 -> throw new Unwritable("holds the character U+0000, at which Kong's YAML reader cuts a string off");
            case '\n' -> out.ascii("\\n");
            case '\t' -> out.ascii("\\t");
            case '\r' -> out.ascii("\\r");
            case '\b' -> out.ascii("\\b");
            case '\f' -> out.ascii("\\f");
            default -> escape(c);
        }
    }

    private void escape(char c) {
        out.ascii("\\u")
                .put(HEX[c >> 12])
                .put(HEX[c >> 8 & 0xf])
                .put(HEX[c >> 4 & 0xf])
                .put(HEX[c & 0xf]);
    }
}
