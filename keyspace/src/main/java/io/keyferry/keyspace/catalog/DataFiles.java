package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The data files of a catalogue by their path, e.g. {@code entities/routes.json}. Thread-safe. */
interface DataFiles {
    /** Opens a file. */
    InputStream open(String path) throws IOException;

    /** The files that this package ships, from the class path. */
    static DataFiles shipped() {
        return path -> {
            InputStream stream = DataFiles.class.getResourceAsStream(path);
            if (stream == null) {
                throw new FileNotFoundException("no such file on the class path");
            }
            return stream;
        };
    }

    /** Reads a file, which must be one JSON object without repeated names. */
    default ObjectNode read(String path) {
        try (InputStream stream = open(path)) {
            JsonNode root = Json.MAPPER.readTree(stream);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw Broken.file(path, "is not a JSON object");
        } catch (IOException e) {
            throw new IllegalStateException("catalogue file " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Holds the mapper, so that it is made when a file is read first. */
    final class Json {
        private static final JsonMapper MAPPER = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        private Json() {}
    }
}
