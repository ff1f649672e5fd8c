package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Entity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The law that the fast parser, where it does not give up, says what the thorough one says, of documents that were
 * damaged at random.
 */
final class ParsersAgreeTest {
    private static final int MUTATIONS = 1000;
    private static final String[] SNIPPETS = {
        "\n",
        " ",
        "  ",
        "- ",
        "-",
        ":",
        ": ",
        "#",
        " #x",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\t",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!!str ",
        "---\n",
        "...\n",
        "% ",
        "? ",
        "\\",
        "\\/",
        "<<: ",
        "~",
        "\r",
        "\r\n",
        "\u0085",
        "\u2028",
        "\ufeff",
        "é",
        "_ignore:\n",
        "services:\n",
        "x: y\n",
        "\n\n",
        "\\ud83d\\ude00",
        "a: &b c\n",
        "- - ",
        "{\"a\": 1}"
    };

    private record Outcome(List<String> parts, @Nullable Malformed failure) {}

    @ParameterizedTest
    @ValueSource(strings = {"export", "import", "LINES", "BLOCK"})
    void ofDamagedDocuments(String kind) throws IOException {
        String text = document(kind);
        long seed = kind.hashCode();
        Random random = new Random(seed);
        int agreed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String damaged = damaged(text, random);
            byte[] bytes = damaged.getBytes(StandardCharsets.UTF_8);
            Outcome fast = outcome(new LineParts(new ByteArrayInputStream(bytes)));
            if (fast.failure() == null) {
                Outcome thorough = outcome(new YamlParts(new StringReader(new String(bytes, StandardCharsets.UTF_8))));
                assertThat(thorough.failure())
                        .as("seed %d, mutation %d of\n%s", seed, i, damaged)
                        .isNull();
                assertThat(fast.parts())
                        .as("seed %d, mutation %d of\n%s", seed, i, damaged)
                        .isEqualTo(thorough.parts());
                agreed++;
            }
        }
        assertThat(agreed).as("documents that the fast parser took").isGreaterThan(MUTATIONS / 10);
    }

    private static String document(String kind) throws IOException {
        return switch (kind) {
            case "export", "import" -> {
                String text = Files.readString(Documents.recorded("2.8.5/sample/" + kind + ".yml"));
                Matcher section = Pattern.compile("\nupstreams:(\n[- ].*|\n)+").matcher(text);
                assertThat(section.find()).isTrue();
                yield section.group().substring(1);
            }
            default -> {
                Generator generator = new Generator(kind.length());
                List<Entity> entities = new ArrayList<>();
                for (String type : new String[] {"consumers", "routes", "acls", "plugins"}) {
                    entities.add(
                            generator.entity(Documents.KONG_28.entityType(type).orElseThrow()));
                }
                byte[] printed = Documents.print(Documents.KONG_28, Style.valueOf(kind), entities);
                yield new String(printed, StandardCharsets.UTF_8);
            }
        };
    }

    private static String damaged(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(4)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
                case 2 -> {
                    int lineStart = damaged.lastIndexOf("\n", at) + 1;
                    damaged.insert(lineStart, SNIPPETS[random.nextInt(SNIPPETS.length)]);
                }
                default ->
                    damaged.insert(at, damaged.substring(at, Math.min(damaged.length(), at + random.nextInt(40))));
            }
        }
        return damaged.toString();
    }

    private static Outcome outcome(PartSource source) throws IOException {
        List<String> parts = new ArrayList<>();
        try (source) {
            Part part = source.next();
            while (part != null) {
                parts.add(part.kind() + " " + part.key() + " " + part.value());
                part = source.next();
            }
            return new Outcome(parts, null);
        } catch (Malformed malformed) {
            return new Outcome(parts, malformed);
        }
    }
}
