package io.keyferry.migrator.cli;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.verifier.report.ReportCheck;
import io.keyferry.verifier.report.VerifyingKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keyferry verify-report}. */
@Command(
        name = "verify-report",
        customSynopsis = "keyferry verify-report FILE [--key PUBLIC] [--json]",
        description = "Checks a report's signature and sums. Needs no database and no network.",
        footer = {
            "",
            "Checked are the report's schema, that its counts, totals, digests and differences add up and bear out",
            "the outcome, its signature (FILE.sig), and differences.jsonl beside it. Exits with 1 when anything is",
            "wrong, whatever the report's own outcome is.",
            "",
            "Examples:",
            "  keyferry verify-report keyferry-runs/20261125T180000Z-migrate/report.json",
            "  keyferry verify-report report.json --key public.pem",
            "  openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in report.json -sigfile report.json.sig"
        })
final class VerifyReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A report.json, or the work directory that holds it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "PUBLIC",
            description = "The public key (PEM) that must have signed it; without, any key or none will do")
    private @Nullable Path key;

    @Option(names = "--json", description = "Print the result as one JSON document on stdout")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Logging.configure(Level.INFO, "text");
        Path report = Files.isDirectory(file) ? file.resolve("report.json") : file;
        ReportCheck check = ReportCheck.of(report, Optional.ofNullable(key).map(VerifyingKey::read));
        if (json) {
            print(report, check);
        } else {
            System.out.print(text(check));
        }
        System.out.flush();
        return (check.problems().isEmpty() ? ExitCode.DONE : ExitCode.DIFFERENT).code();
    }

    private static String text(ReportCheck check) {
        StringBuilder text = new StringBuilder();
        JsonNode report = check.report();
        text.append("Report of ")
                .append(report.path("run").asText("no run"))
                .append(": ")
                .append(report.path("outcome").asText("no outcome"))
                .append(", finished ")
                .append(report.path("finished").asText("at no time"))
                .append('\n');
        check.notes().forEach(note -> text.append("  ").append(note).append('\n'));
        check.problems()
                .forEach(problem -> text.append("WRONG: ").append(problem).append('\n'));
        return text.append(
                        check.problems().isEmpty()
                                ? "Nothing is wrong with this report.\n"
                                : "This report is not to be believed.\n")
                .toString();
    }

    private static void print(Path file, ReportCheck check) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.useDefaultPrettyPrinter();
            out.writeStartObject();
            out.writeStringField("file", file.toString());
            out.writeStringField("run", check.report().path("run").asText());
            out.writeStringField("outcome", check.report().path("outcome").asText());
            out.writeBooleanField("good", check.problems().isEmpty());
            write("problems", check.problems(), out);
            write("notes", check.notes(), out);
            out.writeEndObject();
        }
        System.out.println(text);
    }

    private static void write(String name, List<String> lines, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (String line : lines) {
            out.writeString(line);
        }
        out.writeEndArray();
    }
}
