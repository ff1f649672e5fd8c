package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.migrator.export.TypeCount;
import io.keyferry.migrator.run.FileExport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What an export did, for people or as JSON. */
final class ExportText {
    private ExportText() {}

    static void print(FileExport.Result result, Path file, boolean json, PrintStream out) {
        if (json) {
            json(result, file, out);
        } else {
            text(result, file, out);
        }
        out.flush();
    }

    private static void text(FileExport.Result result, Path file, PrintStream out) {
        result.exported().types().forEach((type, count) -> {
            if (count.read() > 0) {
                out.printf(Locale.ROOT, "%-28s %,12d%s%n", type, count.written(), remark(count));
            }
        });
        out.printf(
                Locale.ROOT,
                "%,d entities of Kong %s written to %s for Kong %s, %,d bytes%n",
                result.exported().total(),
                result.from(),
                file,
                result.to(),
                result.exported().bytes());
        result.warnings().forEach(warning -> out.println("Warning: " + warning));
    }

    private static String remark(TypeCount count) {
        StringBuilder remark = new StringBuilder();
        if (count.hidden() > 0) {
            remark.append(
                    String.format(Locale.ROOT, "  (%,d in _ignore, where only Keyferry reads them)", count.hidden()));
        }
        count.excluded()
                .forEach((reason, rows) ->
                        remark.append(String.format(Locale.ROOT, "  (%,d left out: %s)", rows, reason)));
        return remark.toString();
    }

    private static void json(FileExport.Result result, Path file, PrintStream out) {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("schema", "keyferry.export/1");
            json.writeStringField("file", file.toString());
            json.writeStringField("from", result.from().toString());
            json.writeStringField("kong", result.to().toString());
            json.writeNumberField("bytes", result.exported().bytes());
            json.writeObjectFieldStart("entities");
            for (Map.Entry<String, TypeCount> type : result.exported().types().entrySet()) {
                TypeCount count = type.getValue();
                json.writeObjectFieldStart(type.getKey());
                json.writeNumberField("read", count.read());
                json.writeNumberField("written", count.written());
                json.writeNumberField("hidden", count.hidden());
                json.writeObjectFieldStart("excluded");
                for (Map.Entry<String, Long> reason : count.excluded().entrySet()) {
                    json.writeNumberField(reason.getKey(), reason.getValue());
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("warnings");
            for (String warning : result.warnings()) {
                json.writeString(warning);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
