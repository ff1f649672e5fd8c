package io.keyferry.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kong.yml of one entity type: consumers, which have a partition each, or services, which share one. */
record OneTypeDocument(String type, long rows) {
    static final String SERVICES = "services";
    static final String CONSUMERS = "consumers";

    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("_format_version: \"2.1\"\n_transform: false\n" + type + ":\n");
            for (long i = 0; i < rows; i++) {
                String rest = type.equals(SERVICES)
                        ? "\"name\": \"service-%d\", \"host\": \"service-%d.example.com\"".formatted(i, i)
                        : "\"username\": \"consumer-%d\", \"custom_id\": \"C-%d\"".formatted(i, i);
                out.write("- {\"id\": \"" + Ids.of(type + i) + "\", " + rest + "}\n");
            }
        }
    }
}
