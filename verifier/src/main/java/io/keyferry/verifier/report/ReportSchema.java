package io.keyferry.verifier.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The published JSON Schema of reports, {@value #FILE} beside this class. Immutable and thread-safe. */
public final class ReportSchema {
    static final String FILE = "report.schema.json";

    private final JsonSchema schema;
    private final JsonSchema closed;

    /** Reads the schema. */
    public ReportSchema() {
        schema = parsed(text());
        try {
            JsonNode strict = new JsonMapper().readTree(text());
            close(strict);
            closed = parsed(strict.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema of reports is no JSON", e);
        }
    }

    private static JsonSchema parsed(String text) {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().locale(Locale.ROOT).build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text, config);
    }

    /** Forbids members that are not described. */
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && object.path("type").asText().equals("object")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ReportSchema::close);
    }

    /** The schema as it is published. */
    public static String text() {
        try (InputStream file = ReportSchema.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("the schema of reports is missing: " + FILE);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the schema of reports cannot be read", e);
        }
    }

    /** What of a report is not as the schema wants it, each with its place; empty when all is. */
    public List<String> problems(JsonNode report) {
        return problems(schema, report);
    }

    /**
     * What else would be wrong if the schema were closed: members that it does not describe. Those of a later version
     * are no error, but what this version writes is described.
     */
    public List<String> undescribed(JsonNode report) {
        List<String> all = new ArrayList<>(problems(closed, report));
        all.removeAll(problems(report));
        return all;
    }

    private static List<String> problems(JsonSchema schema, JsonNode report) {
        return schema.validate(report).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }
}
