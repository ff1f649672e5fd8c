package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.migrator.run.Doctor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** What the doctor found, in plain text and in JSON. */
final class DoctorText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ABOUT = 20;
    private static final int STATE = 8;

    private DoctorText() {}

    static String of(Doctor.Result result) {
        StringBuilder text = new StringBuilder();
        for (Doctor.Finding finding : result.findings()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-" + STATE + "s %-" + ABOUT + "s %s%n",
                    finding.state().name().toLowerCase(Locale.ROOT),
                    finding.about(),
                    finding.text().replace("\n", "\n" + " ".repeat(STATE + ABOUT + 2))));
        }
        return text.append(result.healthy() ? "Nothing stands against a run.\n" : "A run would fail.\n")
                .toString();
    }

    static void json(Doctor.Result result, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("schema", "keyferry.doctor/1");
            json.writeBooleanField("healthy", result.healthy());
            json.writeArrayFieldStart("findings");
            for (Doctor.Finding finding : result.findings()) {
                json.writeStartObject();
                json.writeStringField("about", finding.about());
                json.writeStringField("state", finding.state().name().toLowerCase(Locale.ROOT));
                json.writeStringField("text", finding.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
