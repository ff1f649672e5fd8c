package io.keyferry.verifier.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Writes reports as one HTML page that needs no network: style, script and data are in it. It shows what
 * {@code report.json} says and nothing else, so it is made from that. Stateless and thread-safe.
 */
public final class ReportHtml {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "io/keyferry/verifier/report/report.mustache";
    private static final String CHARTS = "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

    private ReportHtml() {}

    /**
     * Writes what a {@code report.json} holds, and leaves the stream open.
     *
     * @param json the file's bytes, whose SHA-256 the page names
     */
    public static void write(byte[] json, OutputStream out) throws IOException {
        write(JSON.readTree(json), Sha256.hex(json), out);
    }

    /** Writes a report that is no file. */
    static void write(JsonNode report, OutputStream out) throws IOException {
        write(report, "", out);
    }

    private static void write(JsonNode report, String sum, OutputStream out) throws IOException {
        Mustache template = new DefaultMustacheFactory().compile(TEMPLATE);
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        template.execute(writer, new ReportPage(report, script(), sum)).flush();
    }

    private static String script() throws IOException {
        try (InputStream script = ReportHtml.class.getResourceAsStream(CHARTS)) {
            if (script == null) {
                throw new IOException("the script for charts is missing: " + CHARTS);
            }
            // Its map is a file of its own, which a page that stands alone has not got.
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^//# sourceMappingURL=.*$", "");
        }
    }
}
