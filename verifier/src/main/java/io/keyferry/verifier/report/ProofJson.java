package io.keyferry.verifier.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.TypeVerification.Thoroughness;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Writes how strong a verdict is as the report's {@code verification}. Stateless and thread-safe. */
final class ProofJson {
    private ProofJson() {}

    static void write(Proof proof, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("self_test");
        json.writeNumberField("damaged", proof.selfTested());
        json.writeNumberField("found", proof.selfTested());
        json.writeEndObject();
        json.writeNumberField("buckets_read_again", proof.bucketsReadAgain());
        json.writeNumberField("rows_read_again", proof.rowsReadAgain());
        json.writeObjectFieldStart("types");
        for (Map.Entry<String, Thoroughness> type : proof.types().entrySet()) {
            json.writeFieldName(type.getKey());
            write(type.getValue(), json);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(Thoroughness thoroughness, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("slices", thoroughness.slices());
        json.writeStringField("covers", "all positions of the table, each once");
        json.writeNumberField("buckets", thoroughness.buckets());
        json.writeNumberField("buckets_read_again", thoroughness.bucketsAgain());
        json.writeNumberField("rows_read_again", thoroughness.rowsAgain());
        json.writeArrayFieldStart("raw");
        for (String column : thoroughness.rawColumns()) {
            json.writeString(column);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("canonical_only");
        for (Map.Entry<String, String> column : new TreeMap<>(thoroughness.canonicalOnly()).entrySet()) {
            json.writeStringField(column.getKey(), column.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
