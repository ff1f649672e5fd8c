package io.keyferry.migrator.cli;

import io.keyferry.migrator.plan.Plan;
import io.keyferry.verifier.report.Forecast;
import io.keyferry.verifier.report.Report;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan in plain text. */
final class PlanText {
    private static final int WIDTH = 100;
    private static final Duration SHORT = Duration.ofMinutes(1);
    private static final String INDENT = "            ";

    private PlanText() {}

    static String of(Plan plan) {
        StringBuilder text = new StringBuilder();
        paragraph(text, "From", side(plan.from()));
        paragraph(text, "To", side(plan.to()));
        if (plan.problems().isEmpty()) {
            paragraph(
                    text,
                    "Keyspace",
                    plan.bootstrap()
                            .map(replication -> "will be made, with replication " + replication.toCql())
                            .orElse("stands already"));
        }
        List<String> types = plan.rows().entrySet().stream()
                .filter(type -> type.getValue() > 0)
                .map(type -> String.format(Locale.ROOT, "%s %,d", type.getKey(), type.getValue()))
                .toList();
        paragraph(
                text,
                "Entities",
                String.format(Locale.ROOT, "%,d, counted or estimated: ", plan.totalRows()) + String.join(", ", types));
        plan.forecast().ifPresent(forecast -> paragraph(text, "Time", time(forecast)));
        List<Report.LedgerLine> left = plan.ledger().stream()
                .filter(line -> line.column().isEmpty() && line.fate() == Report.Fate.EXCLUDED)
                .toList();
        for (int i = 0; i < left.size(); i++) {
            paragraph(
                    text,
                    i == 0 ? "Left out" : "",
                    left.get(i).table() + ": " + left.get(i).why());
        }
        plan.warnings().forEach(warning -> paragraph(text, "Warning", warning));
        for (int i = 0; i < plan.advice().size(); i++) {
            paragraph(text, i == 0 ? "Advice" : "", plan.advice().get(i));
        }
        plan.problems().forEach(problem -> paragraph(text, "Problem", problem));
        return text.toString();
    }

    /** What it is to take, and what that rests on; figures of a keyspace that is read at once tell nothing. */
    static String time(Forecast forecast) {
        StringBuilder text = new StringBuilder();
        if (forecast.total().compareTo(SHORT) < 0) {
            text.append("less than a minute");
        } else {
            text.append("about ").append(duration(forecast.total())).append(": ");
            text.append(forecast.steps().entrySet().stream()
                    .map(step -> step.getKey() + " " + duration(step.getValue()))
                    .collect(Collectors.joining(", ")));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        ". Measured: %,d rows (%.1f MB) of the source were read in %.1f s. Assumed: ",
                        forecast.rows(),
                        forecast.bytes() / 1e6,
                        forecast.reading().toMillis() / 1e3))
                .append(String.join("; ", forecast.assumptions()))
                .toString();
    }

    private static String duration(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1e3);
        if (seconds < SHORT.toSeconds()) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < SHORT.toSeconds() ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    /** A word in the first column and the text behind it, broken between words. */
    static void paragraph(StringBuilder text, String label, String content) {
        StringBuilder line = new StringBuilder(label).append(INDENT.substring(label.length()));
        boolean empty = true;
        for (String word : content.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(INDENT);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
    }

    private static String side(Report.Side side) {
        return side.place()
                + side.kong().map(version -> ", Kong " + version).orElse("")
                + side.cassandra().map(version -> ", Cassandra " + version).orElse("");
    }
}
