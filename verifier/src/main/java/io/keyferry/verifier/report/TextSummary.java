package io.keyferry.verifier.report;

import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.InvariantCheck;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report as a few tables of plain text, for a terminal or a mail. What went wrong is not in it, since that is said on
 * stderr. Stateless and thread-safe.
 */
public final class TextSummary {
    private static final int MOST_DIFFERENCES = 20;
    private static final int LONGEST_VALUE = 60;

    private TextSummary() {}

    /** The whole summary, ending with the outcome. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        if (!report.entities().isEmpty()) {
            text.append(entities(report)).append('\n');
        }
        if (!report.steps().isEmpty()) {
            text.append(steps(report)).append('\n');
        }
        if (!report.rules().isEmpty()) {
            text.append(rules(report)).append('\n');
        }
        appendRepairs(text, report);
        appendDifferences(text, report);
        report.proof().filter(proof -> proof.selfTested() > 0).ifPresent(proof -> appendProof(text, proof));
        for (String warning : report.warnings()) {
            text.append("Warning: ").append(warning).append('\n');
        }
        return text.append(ending(report)).toString();
    }

    /** The last line of a summary: how the run ended, and what that means. */
    public static String ending(Report report) {
        String meaning = switch (report.outcome()) {
            case EQUAL ->
                report.repairs().isEmpty()
                        ? "the target holds what it should"
                        : "the rows that were named, and those around them, are as they should be";
            case DONE -> "all was written; 'keyferry verify' compares";
            case DIFFERENT -> "the target does not hold what it should";
            case DRIFTED -> "rows of the source changed during the run";
            case REFUSED -> "nothing was written to the target";
            case FAILED -> "the run could not go on";
            case INTERRUPTED -> "the run was stopped";
            case PLANNED -> "nothing stands against it, and nothing was written to the target";
        };
        return "Outcome: " + report.outcome().label() + ", " + meaning + " (" + seconds(report.duration()) + " s)\n";
    }

    private static String rules(Report report) {
        StringBuilder text = new StringBuilder("Changed as Kong's own upgrade does it:\n");
        int widest = report.rules().values().stream()
                .mapToInt(count -> number(count).length())
                .max()
                .orElse(0);
        report.rules().forEach((rule, count) -> {
            String entities = number(count);
            text.append(String.format(Locale.ROOT, "  %-4s", rule))
                    .append(" ".repeat(widest - entities.length()))
                    .append(entities)
                    .append("  ")
                    .append(Upgrade.summary(rule))
                    .append('\n');
        });
        return text.toString();
    }

    private static String entities(Report report) {
        return report.entities().values().stream()
                        .anyMatch(counts -> counts.digests().isPresent())
                ? compared(report)
                : written(report);
    }

    /** Of a run that did not read the target again, nothing but this is known. */
    private static String written(Report report) {
        Table table = new Table(List.of("entities", "source", "excluded", "written"));
        long[] sums = new long[3];
        report.entities().forEach((type, counts) -> {
            long[] row = {counts.source(), excluded(counts), counts.written()};
            if (counts.source() > 0) {
                table.row(type, row);
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] += row[i];
            }
        });
        table.row("total", sums);
        return table.toString();
    }

    private static long excluded(Report.Entities counts) {
        return counts.excluded().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String compared(Report report) {
        Table table = new Table(List.of(
                "entities", "source", "excluded", "target", "matched", "different", "missing", "extra", "drifted"));
        long[] sums = new long[8];
        report.entities().forEach((type, counts) -> {
            long[] row = {
                counts.source(),
                excluded(counts),
                counts.target(),
                counts.matched(),
                counts.count(Verdict.DIFFERENT),
                counts.count(Verdict.MISSING),
                counts.count(Verdict.EXTRA),
                counts.count(Verdict.DRIFTED)
            };
            if (counts.source() + counts.target() > 0) {
                table.row(type, row);
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] += row[i];
            }
        });
        table.row("total", sums);
        return table.toString();
    }

    private static String steps(Report report) {
        Table table = new Table(List.of("step", "entities", "MB", "seconds", "entities/s"));
        for (Report.StepTime step : report.steps()) {
            double seconds = step.duration().toMillis() / 1000.0;
            table.row(
                    step.name(),
                    number(step.entities()),
                    String.format(Locale.ROOT, "%.1f", step.bytes() / 1e6),
                    seconds(step.duration()),
                    step.entities() == 0 || seconds == 0 ? "" : number(Math.round(step.entities() / seconds)));
        }
        return table.toString();
    }

    private static void appendDifferences(StringBuilder text, Report report) {
        int shown = 0;
        for (Difference difference : report.differences()) {
            if (shown++ == MOST_DIFFERENCES) {
                text.append("... and more: see report.json and differences.jsonl\n");
                break;
            }
            text.append(difference.verdict().label())
                    .append(": ")
                    .append(difference.type())
                    .append(' ')
                    .append(difference.id());
            difference.name().ifPresent(name -> text.append(" (").append(name).append(')'));
            text.append('\n');
            for (Map.Entry<String, Difference.FieldDifference> field :
                    difference.fields().entrySet()) {
                text.append("    ")
                        .append(field.getKey())
                        .append(": expected ")
                        .append(shortened(JsonText.print(field.getValue().expected())))
                        .append(", target ")
                        .append(shortened(JsonText.print(field.getValue().target())))
                        .append('\n');
            }
        }
        if (shown > 0) {
            text.append('\n');
        }
    }

    private static void appendRepairs(StringBuilder text, Report report) {
        int shown = 0;
        for (Report.RepairLine line : report.repairs()) {
            if (shown++ == MOST_DIFFERENCES) {
                text.append("... and ")
                        .append(number(report.repairs().size() - MOST_DIFFERENCES))
                        .append(" more: see report.json\n");
                break;
            }
            text.append(String.format(Locale.ROOT, "%-9s ", line.repair().label()))
                    .append(line.type())
                    .append(' ')
                    .append(line.id());
            line.name().ifPresent(name -> text.append(" (").append(name).append(')'));
            text.append(line.why().isEmpty() ? "" : ": " + line.why()).append('\n');
        }
        if (shown > 0) {
            text.append('\n');
        }
    }

    private static void appendProof(StringBuilder text, Proof proof) {
        text.append("Self-test: ")
                .append(number(proof.selfTested()))
                .append(" damaged copies of rows, all found. Read again: ")
                .append(number(proof.rowsReadAgain()))
                .append(" rows\n");
        if (!proof.sourceReadAnew()) {
            text.append("The source's digests rode along with the export: what that did not see, this did not see.\n");
        }
        proof.second()
                .ifPresent(second -> text.append("Second reading: ")
                        .append(number(second.rows()))
                        .append(" rows, in ")
                        .append(number(second.bucketsApart()))
                        .append(" buckets other than in the first\n"));
        appendInvariants(text, proof);
    }

    private static void appendInvariants(StringBuilder text, Proof proof) {
        if (proof.invariants().isEmpty()) {
            return;
        }
        List<InvariantCheck> looked = proof.invariants().stream()
                .filter(check -> check.unchecked().isEmpty())
                .toList();
        List<InvariantCheck> broken =
                looked.stream().filter(check -> check.violated() > 0).toList();
        text.append("Invariants of the target: ")
                .append(looked.size() - broken.size())
                .append(" of ")
                .append(looked.size())
                .append(" hold\n");
        for (InvariantCheck check : broken) {
            text.append("violated")
                    .append(check.tolerated().map(why -> " (" + why + ")").orElse(""))
                    .append(": ")
                    .append(check.invariant().sentence())
                    .append(": ")
                    .append(number(check.violated()))
                    .append(" of ")
                    .append(number(check.checked()))
                    .append('\n');
            for (Violation violation : check.first()) {
                text.append("    ")
                        .append(violation.type())
                        .append(' ')
                        .append(violation.id())
                        .append(violation.name().map(name -> " (" + name + ")").orElse(""))
                        .append(": ")
                        .append(violation.detail())
                        .append('\n');
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }

    /** A table with its first column left and the others right aligned. */
    private static final class Table {
        private final List<List<String>> rows = new ArrayList<>();

        Table(List<String> header) {
            rows.add(header);
        }

        void row(String first, long[] numbers) {
            List<String> row = new ArrayList<>(List.of(first));
            for (long number : numbers) {
                row.add(number(number));
            }
            rows.add(row);
        }

        void row(String... cells) {
            rows.add(List.of(cells));
        }

        @Override
        public String toString() {
            int columns = rows.get(0).size();
            int[] widths = new int[columns];
            for (List<String> row : rows) {
                for (int i = 0; i < columns; i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            StringBuilder text = new StringBuilder();
            for (List<String> row : rows) {
                for (int i = 0; i < columns; i++) {
                    String padding = " ".repeat(widths[i] - row.get(i).length());
                    text.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
                }
                text.append('\n');
            }
            return text.toString().replaceAll(" +\n", "\n");
        }
    }
}
