package io.keyferry.verifier.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Violation;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes reports as JSON of the schema {@value #SCHEMA}. Stateless and thread-safe. */
public final class ReportJson {
    /** The name of the form, which changes only when readers must change too. */
    public static final String SCHEMA = "keyferry.report/1";

    private static final JsonFactory JSON = new JsonFactory();
    private static final double MILLIS = 1000.0;

    private ReportJson() {}

    /** Writes a report for people's eyes too, and leaves the stream open. */
    public static void write(Report report, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            write(report, json);
            json.writeRaw('\n');
        }
    }

    /** Writes one difference on one line, for {@code differences.jsonl}. */
    public static void writeLine(Difference difference, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            write(difference, json);
            json.writeRaw('\n');
        }
    }

    /** Writes one violation of an invariant on one line, for {@code violations.jsonl}. */
    public static void writeLine(Violation violation, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            ProofJson.write(violation, json);
            json.writeRaw('\n');
        }
    }

    private static void write(Report report, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("schema", SCHEMA);
        json.writeStringField("run", report.run());
        json.writeStringField("command", report.command());
        json.writeStringField("outcome", report.outcome().label());
        optional("error", report.error(), json);
        json.writeStringField("keyferry", report.version());
        json.writeObjectFieldStart("options");
        for (Map.Entry<String, String> option : report.options().entrySet()) {
            json.writeStringField(option.getKey(), option.getValue());
        }
        json.writeEndObject();
        json.writeStringField("by", report.by());
        json.writeStringField("started", report.started().toString());
        json.writeStringField("finished", report.finished().toString());
        json.writeNumberField("seconds", seconds(report.duration()));
        side("from", report.from(), json);
        side("to", report.to(), json);
        json.writeObjectFieldStart("entities");
        for (Map.Entry<String, Report.Entities> type : report.entities().entrySet()) {
            json.writeFieldName(type.getKey());
            write(type.getValue(), json);
        }
        json.writeEndObject();
        counts("rules", report.rules(), json);
        if (report.proof().isPresent()) {
            json.writeFieldName("verification");
            ProofJson.write(report.proof().get(), json);
        }
        ledgers(report, json);
        json.writeArrayFieldStart("differences");
        for (Difference difference : report.differences()) {
            write(difference, json);
        }
        json.writeEndArray();
        if (!report.repairs().isEmpty()) {
            repairs(report, json);
        }
        if (report.forecast().isPresent()) {
            forecast(report.forecast().get(), json);
        }
        times(report, json);
        json.writeArrayFieldStart("warnings");
        for (String warning : report.warnings()) {
            json.writeString(warning);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("files");
        for (Report.FileSum file : report.files()) {
            json.writeStartObject();
            json.writeStringField("name", file.name());
            json.writeNumberField("bytes", file.bytes());
            json.writeNumberField("lines", file.lines());
            json.writeStringField("sha256", file.sha256());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (report.signature().isPresent()) {
            json.writeObjectFieldStart("signature");
            json.writeStringField("algorithm", SigningKey.ALGORITHM);
            json.writeStringField("public_key", report.signature().get().publicKey());
            json.writeStringField("file", report.signature().get().file());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void ledgers(Report report, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("ledger");
        for (Report.LedgerLine line : report.ledger()) {
            json.writeStartObject();
            json.writeStringField("table", line.table());
            json.writeStringField("column", line.column());
            json.writeStringField("fate", line.fate().name().toLowerCase(Locale.ROOT));
            json.writeStringField("why", line.why());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("origins");
        for (Report.OriginLine line : report.origins()) {
            json.writeStartObject();
            json.writeStringField("table", line.table());
            json.writeStringField("column", line.column());
            json.writeStringField("from", line.from().name().toLowerCase(Locale.ROOT));
            json.writeStringField("of", line.of());
            json.writeStringField("why", line.why());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void repairs(Report report, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("repairs");
        for (Report.RepairLine line : report.repairs()) {
            json.writeStartObject();
            json.writeStringField("type", line.type());
            json.writeStringField("id", line.id());
            optional("name", line.name(), json);
            json.writeStringField("workspace", line.workspace());
            json.writeStringField("repair", line.repair().label());
            json.writeBooleanField("done", line.done());
            json.writeStringField("why", line.why());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void forecast(Forecast forecast, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("expected");
        json.writeNumberField("seconds", seconds(forecast.total()));
        json.writeObjectFieldStart("steps");
        for (Map.Entry<String, Duration> step : forecast.steps().entrySet()) {
            json.writeNumberField(step.getKey(), seconds(step.getValue()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("measured");
        json.writeNumberField("rows", forecast.rows());
        json.writeNumberField("bytes", forecast.bytes());
        json.writeNumberField("seconds", seconds(forecast.reading()));
        json.writeEndObject();
        json.writeArrayFieldStart("assumed");
        for (String assumption : forecast.assumptions()) {
            json.writeString(assumption);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void times(Report report, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("steps");
        for (Report.StepTime step : report.steps()) {
            json.writeStartObject();
            json.writeStringField("name", step.name());
            json.writeNumberField("seconds", seconds(step.duration()));
            json.writeNumberField("entities", step.entities());
            json.writeNumberField("bytes", step.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("timeline");
        for (Report.Pace pace : report.timeline()) {
            json.writeStartObject();
            json.writeStringField("step", pace.step());
            json.writeNumberField("second", pace.second());
            json.writeNumberField("seconds", pace.seconds());
            json.writeNumberField("entities", pace.entities());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void side(String name, Report.Side side, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("place", side.place());
        optional("kong", side.kong(), json);
        optional("cassandra", side.cassandra(), json);
        json.writeEndObject();
    }

    private static void write(Report.Entities entities, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("source", entities.source());
        json.writeNumberField("target", entities.target());
        json.writeNumberField("read", entities.read());
        counts("excluded", entities.excluded(), json);
        json.writeNumberField("written", entities.written());
        json.writeNumberField("matched", entities.matched());
        json.writeNumberField("matched_by_rule", entities.matchedByRule());
        counts("matched_by_rules", new TreeMap<>(entities.matchedByRules()), json);
        for (Verdict verdict : Verdict.values()) {
            json.writeNumberField(verdict.label(), entities.count(verdict));
        }
        json.writeObjectFieldStart("only_of_target");
        for (Verdict verdict : List.of(Verdict.EXTRA, Verdict.DRIFTED, Verdict.EXPIRED)) {
            json.writeNumberField(verdict.label(), entities.onlyOfTarget().getOrDefault(verdict, 0L));
        }
        json.writeEndObject();
        if (entities.runtime()) {
            json.writeBooleanField("runtime", true);
        }
        if (entities.digests().isPresent()) {
            Report.Digests digests = entities.digests().get();
            json.writeObjectFieldStart("digest");
            json.writeStringField("source", digests.source());
            json.writeStringField("expected", digests.expected());
            json.writeStringField("target", digests.target());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(Difference difference, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", difference.type());
        json.writeStringField("id", difference.id());
        optional("name", difference.name(), json);
        json.writeStringField("workspace", difference.workspace());
        json.writeStringField("verdict", difference.verdict().label());
        json.writeObjectFieldStart("fields");
        for (Map.Entry<String, Difference.FieldDifference> field :
                difference.fields().entrySet()) {
            json.writeObjectFieldStart(field.getKey());
            json.writeFieldName("expected");
            JsonText.write(field.getValue().expected(), json);
            json.writeFieldName("target");
            JsonText.write(field.getValue().target(), json);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void counts(String name, Map<String, Long> counts, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private static void optional(String name, Optional<String> value, JsonGenerator json) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
