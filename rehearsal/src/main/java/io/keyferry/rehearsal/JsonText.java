package io.keyferry.rehearsal;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON as Cassandra and Kong write it, read without loss: no number goes through a double. */
final class JsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonText() {}

    static JsonNode parse(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    static JsonNode parse(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new RehearsalException("Cannot read JSON from " + file + ": is the recording complete?", e);
        }
    }

    static JsonNode node(Object value) {
        return MAPPER.valueToTree(value);
    }
}
