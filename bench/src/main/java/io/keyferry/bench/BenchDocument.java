package io.keyferry.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A kong.yml to measure with: of 215 entities, 100 are consumers, 100 their key-auth credentials, and 5 each services,
 * routes and plugins; a tenth of consumers and credentials has tags. Deterministic.
 */
final class BenchDocument {
    private static final int PARTS = 43;
    private static final int CONSUMERS = 20;
    private static final int TAGGED_ONE_IN = 10;

    private final long consumers;
    private final long services;

    /** @param entities how many there shall be, rounded up to a multiple of 43 */
    BenchDocument(long entities) {
        services = (entities + PARTS - 1) / PARTS;
        consumers = services * CONSUMERS;
    }

    long entities() {
        return consumers * 2 + services * 3;
    }

    long credentials() {
        return consumers;
    }

    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("_format_version: \"2.1\"\n_transform: false\n");
            out.write("services:\n");
            for (long i = 0; i < services; i++) {
                out.write("- {\"id\": \"%s\", \"name\": \"service-%d\", \"host\": \"service-%d.example.com\"}%n"
                        .formatted(id("service", i), i, i));
            }
            out.write("routes:\n");
            for (long i = 0; i < services; i++) {
                out.write(("- {\"id\": \"%s\", \"name\": \"route-%d\", \"service\": \"%s\", \"paths\": [\"/path/%d\"],"
                                + " \"hosts\": [\"route-%d.example.com\"]}%n")
                        .formatted(id("route", i), i, id("service", i), i, i));
            }
            out.write("consumers:\n");
            for (long i = 0; i < consumers; i++) {
                out.write("- {\"id\": \"%s\", \"username\": \"consumer-%d\", \"custom_id\": \"C-%d\"%s}%n"
                        .formatted(id("consumer", i), i, i, tags(i)));
            }
            out.write("plugins:\n");
            for (long i = 0; i < services; i++) {
                out.write(("- {\"id\": \"%s\", \"name\": \"rate-limiting\", \"route\": \"%s\","
                                + " \"config\": {\"minute\": 60, \"policy\": \"local\"}}%n")
                        .formatted(id("plugin", i), id("route", i)));
            }
            out.write("keyauth_credentials:\n");
            for (long i = 0; i < consumers; i++) {
                out.write("- {\"id\": \"%s\", \"consumer\": \"%s\", \"key\": \"%s\"%s}%n"
                        .formatted(
                                id("credential", i),
                                id("consumer", i),
                                id("key", i).toString().replace("-", ""),
                                tags(i)));
            }
        }
    }

    private static UUID id(String kind, long number) {
        return Ids.of(kind + number);
    }

    private static String tags(long number) {
        return number % TAGGED_ONE_IN == 0 ? ", \"tags\": [\"bulk\", \"team-%d\"]".formatted(number % 7) : "";
    }
}
