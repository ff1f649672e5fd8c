package io.keyferry.migrator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs that nobody meant, made of good ones: the same seed and number give the same bytes. */
public final class Mutation {
    private static final int LARGEST = 1 << 17;
    private static final int MOST_CHANGES = 6;
    private static final List<String> WORDS = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ": ",
            "- ",
            "? ",
            "\"",
            "'",
            "|",
            ">-",
            "#",
            "&a ",
            "*a",
            "<<: *a",
            "<<: ",
            "~",
            "!!binary ",
            "!!java.net.URL ",
            "!<x> ",
            "!!set ",
            "%TAG ! x\n",
            "---\n",
            "...\n",
            "\t",
            "\r\n",
            "\r",
            "\n",
            "\n\n  ",
            "\0",
            "\uFEFF",
            "\u2028",
            "\u0085",
            "\\ud800",
            "\\u0000",
            "\\/",
            "\\x",
            "%zz",
            "1e999",
            "-0",
            "9223372036854775808",
            "0x7fffffffffffffff",
            ".nan",
            ".inf",
            "190:20:30",
            "null",
            "yes",
            "2020-01-01",
            "_ignore: ",
            "keyferry: ",
            "_format_version: ",
            "id: ",
            "{vault://env/x}",
            "$(VALUE)",
            "%",
            "?",
            "=",
            "://",
            "//",
            "@",
            "&",
            "[section]");

    private Mutation() {}

    public static byte[] of(List<byte[]> seeds, long seed, int number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        byte[] input = seeds.get(random.nextInt(seeds.size()));
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            input = changed(input, seeds, random);
            input = input.length > LARGEST ? Arrays.copyOf(input, LARGEST) : input;
        }
        return input;
    }

    private static byte[] changed(byte[] input, List<byte[]> seeds, SplittableRandom random) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(random.nextBoolean() ? 8 : 200));
        return switch (random.nextInt(9)) {
            case 0 -> joined(head(input, from), tail(input, to));
            case 1 -> head(input, from);
            case 2 -> joined(head(input, to), Arrays.copyOfRange(input, from, to), tail(input, to));
            case 3 -> flipped(input, random);
            case 4 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                yield joined(head(input, from), tail(other, random.nextInt(other.length + 1)));
            }
            case 5 -> joined(head(input, from), repeated(word(random), 1 << random.nextInt(13)), tail(input, from));
            case 6 -> joined(head(input, from), new byte[] {(byte) random.nextInt(256)}, tail(input, from));
            case 7 -> joined(head(input, from), word(random), tail(input, to));
            default -> joined(head(input, from), word(random), tail(input, from));
        };
    }

    private static byte[] flipped(byte[] input, SplittableRandom random) {
        byte[] flipped = input.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] word(SplittableRandom random) {
        return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] repeated(byte[] word, int times) {
        byte[] all = new byte[word.length * times];
        for (int i = 0; i < all.length; i++) {
            all[i] = word[i % word.length];
        }
        return all;
    }

    private static byte[] head(byte[] bytes, int end) {
        return Arrays.copyOf(bytes, end);
    }

    private static byte[] tail(byte[] bytes, int begin) {
        return Arrays.copyOfRange(bytes, begin, bytes.length);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
