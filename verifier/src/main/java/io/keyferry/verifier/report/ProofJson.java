package io.keyferry.verifier.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.verifier.verify.InvariantCheck;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.TypeVerification.Thoroughness;
import io.keyferry.verifier.verify.Violation;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes how strong a verdict is as the report's {@code verification}. Stateless and thread-safe. */
final class ProofJson {
    private static final BigInteger ALL = BigInteger.ONE.shiftLeft(Long.SIZE);

    private ProofJson() {}

    /** Writes a proof. */
    static void write(Proof proof, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("self_test");
        json.writeNumberField("damaged", proof.selfTested());
        json.writeNumberField("found", proof.selfTested());
        json.writeNumberField("of_custom_tables", proof.customSelfTested());
        json.writeEndObject();
        json.writeStringField(
                "source_read", proof.sourceReadAnew() ? "anew" : "with the export: digests rode along with it");
        if (proof.second().isPresent()) {
            json.writeObjectFieldStart("second_reading");
            json.writeNumberField("rows", proof.second().get().rows());
            json.writeNumberField("buckets_apart", proof.second().get().bucketsApart());
            json.writeEndObject();
        }
        json.writeNumberField("buckets_read_again", proof.bucketsReadAgain());
        json.writeNumberField("rows_read_again", proof.rowsReadAgain());
        json.writeArrayFieldStart("invariants");
        for (InvariantCheck check : proof.invariants()) {
            write(check, json);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("types");
        for (Map.Entry<String, Thoroughness> type : proof.types().entrySet()) {
            json.writeFieldName(type.getKey());
            write(type.getValue(), json);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(InvariantCheck check, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", check.invariant().label());
        json.writeStringField("means", check.invariant().sentence());
        json.writeNumberField("checked", check.checked());
        json.writeNumberField("violated", check.violated());
        if (check.tolerated().isPresent()) {
            json.writeStringField("tolerated", check.tolerated().get());
        }
        if (check.unchecked().isPresent()) {
            json.writeStringField("unchecked", check.unchecked().get());
        }
        json.writeArrayFieldStart("first");
        for (Violation violation : check.first()) {
            write(violation, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void write(Violation violation, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("invariant", violation.invariant().label());
        json.writeStringField("type", violation.type());
        json.writeStringField("id", violation.id());
        if (violation.name().isPresent()) {
            json.writeStringField("name", violation.name().get());
        }
        json.writeStringField("detail", violation.detail());
        json.writeEndObject();
    }

    private static void write(Thoroughness thoroughness, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("slices", thoroughness.slices());
        json.writeStringField("positions", thoroughness.positions().toString());
        json.writeStringField(
                "covers",
                thoroughness.positions().equals(ALL)
                        ? "all positions of the table, each once"
                        : "the buckets of the rows that the run dealt with");
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
        json.writeArrayFieldStart("untold");
        for (String field : new TreeSet<>(thoroughness.untold())) {
            json.writeString(field);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
