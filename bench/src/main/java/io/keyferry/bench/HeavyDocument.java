package io.keyferry.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A kong.yml of few but large entities: plugins with a configuration of 500 KB each, and consumers with 10,000 tags
 * each. Of such a consumer Kong keeps 10,000 rows with all 10,000 tags in each. Deterministic.
 */
final class HeavyDocument {
    static final int CONFIG_BYTES = 500_000;
    static final int TAGS = 10_000;
    private static final String LINE =
            "-- a line of Lua that a plugin carries with it, of a hundred characters, quotes and newline aside";

    private final int plugins;
    private final int consumers;

    /**
     * Says how large it is.
     *
     * @param plugins how many plugins, each on a service of its own
     */
    HeavyDocument(int plugins, int consumers) {
        this.plugins = plugins;
        this.consumers = consumers;
    }

    int entities() {
        return 2 * plugins + consumers;
    }

    void write(Path file) throws IOException {
        String function = (LINE + "\\n").repeat(CONFIG_BYTES / (LINE.length() + 1));
        String tags =
                IntStream.range(0, TAGS).mapToObj(i -> "\"tag-" + i + "\"").collect(Collectors.joining(", "));
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("_format_version: \"2.1\"\n_transform: false\nservices:\n");
            for (int i = 0; i < plugins; i++) {
                out.write("- {\"id\": \"%s\", \"name\": \"service-%d\", \"host\": \"service-%d.example.com\"}%n"
                        .formatted(id("service", i), i, i));
            }
            out.write("consumers:\n");
            for (int i = 0; i < consumers; i++) {
                out.write("- {\"id\": \"%s\", \"username\": \"consumer-%d\", \"tags\": [%s]}%n"
                        .formatted(id("consumer", i), i, tags));
            }
            out.write("plugins:\n");
            for (int i = 0; i < plugins; i++) {
                out.write(("- {\"id\": \"%s\", \"name\": \"pre-function\", \"service\": \"%s\","
                                + " \"config\": {\"access\": [\"%s\"]}}%n")
                        .formatted(id("plugin", i), id("service", i), function));
            }
        }
    }

    private static UUID id(String kind, long number) {
        return Ids.of(kind + number);
    }
}
