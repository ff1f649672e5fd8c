package io.keyferry.verifier.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.upgrade.Upgrade;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the template of {@link ReportHtml} asks for: a report's facts as texts that people read. Immutable. */
final class ReportPage {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final List<String> VERDICTS =
            List.of("matched", "different", "missing", "extra", "drifted", "expired");
    private static final int DIFFERENCES_SHOWN = 500;
    private static final long SECONDS_PER_MINUTE = 60;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    private final JsonNode report;

    /** The charting library. */
    final String script;

    /** SHA-256 of the report that this page shows; empty where it is not known. */
    final String sum;

    ReportPage(JsonNode report, String script, String sum) {
        this.report = report;
        this.script = script;
        this.sum = sum;
    }

    /** Something with a heading, which is there only where it has items. */
    record Section(List<?> items) {
        static List<Section> of(List<?> items) {
            return items.isEmpty() ? List.of() : List.of(new Section(items));
        }
    }

    /** A name and its value. */
    record Fact(String name, String value) {}

    /** A row of a table. */
    record Row(String name, List<Cell> cells, boolean total) {
        Row(String name, List<Cell> cells) {
            this(name, cells, false);
        }
    }

    /** A number of a table; {@code bad} where a person must look. */
    record Cell(String text, boolean bad) {
        /** Whether there is nothing to see. */
        boolean none() {
            return text.equals("0");
        }
    }

    /** A number that stands for the whole. */
    record Tile(String number, String name, boolean bad) {}

    /** A part of the page that is there. */
    record Chapter(String id, String title) {}

    /** One entity that is not as it should be. */
    record Finding(String verdict, String type, String id, String name, String workspace, List<FieldFinding> fields) {
        boolean hasFields() {
            return !fields.isEmpty();
        }
    }

    /** Both values of a field. */
    record FieldFinding(String field, String expected, String target) {}

    /** A rule and how many entities it changed. */
    record Applied(String rule, String count, String summary) {}

    /** The columns of one table with what became of them. */
    record Fates(String table, String summary, List<Fate> columns) {}

    /** What became of a column, or where it comes from. */
    record Fate(String column, String fate, String of, String why) {}

    String outcome() {
        return text("outcome");
    }

    /** A class of the style sheet. */
    String tone() {
        return switch (outcome()) {
            case "equal", "done" -> "good";
            case "planned" -> "plain";
            default -> "bad";
        };
    }

    String sentence() {
        return switch (outcome()) {
            case "equal" ->
                !report.path("repairs").isEmpty()
                        ? "What was named is as it should be now. The parts of the tables that it is in were read again and"
                                + " compared."
                        : "The target holds what it should: every entity was read on both sides and compared.";
            case "done" -> "The command did what was asked; it does not compare.";
            case "different" -> "The target does not hold what it should. The differences are listed below.";
            case "drifted" -> "The source changed while it was copied. The rows are listed below; run again for them.";
            case "refused" -> "Nothing was written, since something forbids the run.";
            case "interrupted" -> "The run was interrupted.";
            case "planned" -> "This is a plan. Nothing was written.";
            default -> "The run failed.";
        };
    }

    String command() {
        return text("command");
    }

    /** The numbers that people ask for first, of a run that compared. */
    List<Section> tiles() {
        if (report.path("verification").isMissingNode()) {
            return List.of();
        }
        List<Tile> tiles = new ArrayList<>();
        tiles.add(new Tile(number(total("read")), "read from the source", false));
        tiles.add(new Tile(number(total("matched")), "matched", false));
        for (String verdict : VERDICTS.subList(1, VERDICTS.size())) {
            long count = total(verdict);
            if (count > 0 || !verdict.equals("expired")) {
                tiles.add(new Tile(number(count), verdict, cell(verdict, count).bad()));
            }
        }
        return Section.of(tiles);
    }

    private long total(String count) {
        long total = 0;
        for (JsonNode type : report.path("entities")) {
            total += type.path(count).asLong();
        }
        return total;
    }

    /** What the page has, for people who look for one thing. */
    List<Chapter> contents() {
        Map<Chapter, List<Section>> chapters = new LinkedHashMap<>();
        chapters.put(new Chapter("warnings", "Warnings"), warnings());
        chapters.put(new Chapter("differences", "Differences"), findings());
        chapters.put(new Chapter("repairs", "Repairs"), repairs());
        chapters.put(new Chapter("entities", "Entities"), counts());
        chapters.put(new Chapter("steps", "Time"), steps());
        chapters.put(new Chapter("rules", "Rules"), rules());
        chapters.put(new Chapter("strength", "How strong the verdict is"), strength());
        chapters.put(new Chapter("digests", "Digests"), digests());
        chapters.put(new Chapter("ledger", "Ledger"), ledger());
        chapters.put(new Chapter("origins", "Origins"), origins());
        chapters.put(new Chapter("options", "Options"), options());
        return chapters.entrySet().stream()
                .filter(chapter -> !chapter.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    String error() {
        return text("error");
    }

    String title() {
        return "Keyferry " + text("command") + ": " + outcome();
    }

    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("From", side("from")));
        facts.add(new Fact("To", side("to")));
        facts.add(new Fact("Run", text("run") + ", " + text("command") + ", by " + text("by")));
        facts.add(new Fact(
                "Time", time("started") + ", " + duration(report.path("seconds").asDouble())));
        facts.add(new Fact("Keyferry", text("keyferry")));
        report.path("signature")
                .path("public_key")
                .asText("")
                .lines()
                .forEach(key -> facts.add(new Fact(
                        "Signed",
                        "report.json is, with the Ed25519 key " + key + "; 'keyferry verify-report' checks it")));
        return facts;
    }

    List<String> countHeads() {
        List<String> heads = new ArrayList<>(List.of("source", "excluded", "target"));
        heads.addAll(VERDICTS);
        return heads;
    }

    List<Section> counts() {
        List<Row> rows = new ArrayList<>();
        Map<String, Long> totals = new LinkedHashMap<>();
        report.path("entities").forEachEntry((typeName, type) -> {
            List<Cell> cells = new ArrayList<>();
            for (String head : countHeads()) {
                long count = head.equals("excluded")
                        ? sum(type.path(head))
                        : type.path(head).asLong();
                totals.merge(head, count, Long::sum);
                cells.add(cell(head, count));
            }
            if (cells.stream().anyMatch(cell -> !cell.text().equals("0"))) {
                rows.add(new Row(typeName, cells));
            }
        });
        if (!rows.isEmpty()) {
            rows.add(new Row(
                    "total",
                    totals.entrySet().stream()
                            .map(total -> cell(total.getKey(), total.getValue()))
                            .toList(),
                    true));
        }
        return Section.of(rows);
    }

    private static Cell cell(String head, long count) {
        boolean bad = count > 0
                && (head.equals("different")
                        || head.equals("missing")
                        || head.equals("extra")
                        || head.equals("drifted"));
        return new Cell(number(count), bad);
    }

    List<Section> exclusions() {
        List<Fact> exclusions = new ArrayList<>();
        report.path("entities")
                .forEachEntry((typeName, type) -> type.path("excluded")
                        .forEachEntry((reasonName, reason) ->
                                exclusions.add(new Fact(number(reason.asLong()) + " " + typeName, reasonName))));
        return Section.of(exclusions);
    }

    List<Section> steps() {
        List<Row> rows = new ArrayList<>();
        for (JsonNode step : report.path("steps")) {
            double seconds = step.path("seconds").asDouble();
            long entities = step.path("entities").asLong();
            rows.add(new Row(
                    step.path("name").asText(),
                    List.of(
                            plain(number(entities)),
                            plain(String.format(
                                    Locale.ROOT, "%,.1f", step.path("bytes").asLong() / BYTES_PER_MEGABYTE)),
                            plain(String.format(Locale.ROOT, "%,.1f", seconds)),
                            plain(entities == 0 || seconds == 0 ? "" : number(Math.round(entities / seconds))))));
        }
        return Section.of(rows);
    }

    private static Cell plain(String text) {
        return new Cell(text, false);
    }

    /** What the charts draw. A {@code <} could end the script element, so none is in it. */
    String chartData() {
        return ("{\"steps\":" + array("steps") + ",\"timeline\":" + array("timeline") + "}").replace("<", "\\u003c");
    }

    private String array(String name) {
        return report.path(name).isArray() ? report.path(name).toString() : "[]";
    }

    boolean hasTimeline() {
        return !report.path("timeline").isEmpty();
    }

    List<Section> rules() {
        List<Applied> rules = new ArrayList<>();
        report.path("rules")
                .forEachEntry(
                        (rule, count) -> rules.add(new Applied(rule, number(count.asLong()), Upgrade.summary(rule))));
        return Section.of(rules);
    }

    List<Section> warnings() {
        List<String> warnings = new ArrayList<>();
        report.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return Section.of(warnings);
    }

    List<Section> findings() {
        List<Finding> findings = new ArrayList<>();
        for (JsonNode difference : report.path("differences")) {
            if (findings.size() == DIFFERENCES_SHOWN) {
                break;
            }
            List<FieldFinding> fields = new ArrayList<>();
            difference
                    .path("fields")
                    .forEachEntry((fieldName, field) -> fields.add(new FieldFinding(
                            fieldName,
                            field.path("expected").toString(),
                            field.path("target").toString())));
            findings.add(new Finding(
                    difference.path("verdict").asText(),
                    difference.path("type").asText(),
                    difference.path("id").asText(),
                    difference.path("name").asText(),
                    difference.path("workspace").asText(),
                    fields));
        }
        return Section.of(findings);
    }

    /** Said where the page does not show all that was found. */
    String moreFindings() {
        long found = VERDICTS.stream()
                .filter(verdict -> !verdict.equals("matched"))
                .mapToLong(this::total)
                .sum();
        long shown = Math.min(report.path("differences").size(), DIFFERENCES_SHOWN);
        return found > shown
                ? number(shown) + " of " + number(found)
                        + " are shown; differences.jsonl in the work directory has all."
                : "";
    }

    /** What the verdict rests on, as the verifier says it. */
    List<Section> strength() {
        JsonNode proof = report.path("verification");
        if (proof.isMissingNode()) {
            return List.of();
        }
        List<Fact> facts = new ArrayList<>();
        long damaged = proof.path("self_test").path("damaged").asLong();
        if (damaged > 0) {
            facts.add(new Fact(
                    "Self-test",
                    number(damaged) + " copies of rows were damaged in memory, "
                            + number(proof.path("self_test").path("found").asLong()) + " of them were found"));
        }
        facts.add(new Fact(
                "Read again",
                number(proof.path("rows_read_again").asLong()) + " rows of "
                        + number(proof.path("buckets_read_again").asLong())
                        + (report.path("repairs").isEmpty()
                                ? " buckets that differed"
                                : " buckets that the rows above are in; nothing else was read")));
        facts.add(new Fact("Source read", proof.path("source_read").asText()));
        JsonNode second = proof.path("second_reading");
        if (!second.isMissingNode()) {
            facts.add(new Fact(
                    "Second reading",
                    number(second.path("rows").asLong()) + " rows, in "
                            + number(second.path("buckets_apart").asLong()) + " buckets other than in the first"));
        }
        return Section.of(facts);
    }

    /** What must be true of the target by itself, and whether it is. */
    List<Section> invariants() {
        List<Row> rows = new ArrayList<>();
        for (JsonNode check : report.path("verification").path("invariants")) {
            List<String> violations = new ArrayList<>();
            for (JsonNode violation : check.path("first")) {
                violations.add(violation.path("type").asText() + " "
                        + violation.path("id").asText() + ": "
                        + violation.path("detail").asText());
            }
            String why = check.path("unchecked").asText(check.path("tolerated").asText(""));
            boolean bad = check.path("violated").asLong() > 0;
            rows.add(new Row(
                    check.path("means").asText(),
                    List.of(
                            plain(number(check.path("checked").asLong())),
                            new Cell(number(check.path("violated").asLong()), bad),
                            plain(String.join("; ", violations) + (why.isEmpty() ? "" : " (" + why + ")")))));
        }
        return Section.of(rows);
    }

    List<Section> thoroughness() {
        List<Row> rows = new ArrayList<>();
        report.path("verification")
                .path("types")
                .forEachEntry((typeName, type) -> rows.add(new Row(
                        typeName,
                        List.of(
                                plain(number(type.path("buckets").asLong())),
                                plain(number(type.path("buckets_read_again").asLong())),
                                plain(joined(type.path("raw"))),
                                plain(reasons(type.path("canonical_only")))))));
        return Section.of(rows);
    }

    /** What a repair does to each row. */
    List<Section> repairs() {
        List<Row> rows = new ArrayList<>();
        for (JsonNode line : report.path("repairs")) {
            if (rows.size() == DIFFERENCES_SHOWN) {
                break;
            }
            String done = line.path("done").asBoolean() ? "done" : "not done";
            rows.add(new Row(
                    line.path("repair").asText(),
                    List.of(
                            plain(line.path("type").asText()),
                            plain(line.path("name").asText("") + " "
                                    + line.path("id").asText()),
                            plain(done),
                            plain(line.path("why").asText()))));
        }
        return Section.of(rows);
    }

    private static String joined(JsonNode names) {
        List<String> parts = new ArrayList<>();
        names.forEach(name -> parts.add(name.asText()));
        return String.join(", ", parts);
    }

    /** Each reason once, behind all of its columns. */
    private static String reasons(JsonNode columns) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        columns.forEachEntry((column, reason) -> byReason.computeIfAbsent(reason.asText(), added -> new ArrayList<>())
                .add(column));
        List<String> parts = new ArrayList<>();
        byReason.forEach((reason, names) -> parts.add(String.join(", ", names) + " (" + reason + ")"));
        return String.join("; ", parts);
    }

    List<Section> digests() {
        List<Row> rows = new ArrayList<>();
        report.path("entities").forEachEntry((typeName, type) -> {
            JsonNode digest = type.path("digest");
            if (!digest.isMissingNode()) {
                String expected = digest.path("expected").asText();
                String target = digest.path("target").asText();
                rows.add(new Row(typeName, List.of(plain(expected), new Cell(target, !expected.equals(target)))));
            }
        });
        return Section.of(rows);
    }

    List<Section> ledger() {
        Map<String, List<Fate>> tables = new LinkedHashMap<>();
        for (JsonNode line : report.path("ledger")) {
            tables.computeIfAbsent(line.path("table").asText(), table -> new ArrayList<>())
                    .add(new Fate(
                            line.path("column").asText(),
                            line.path("fate").asText(),
                            "",
                            line.path("why").asText()));
        }
        return byTable(tables);
    }

    List<Section> origins() {
        Map<String, List<Fate>> tables = new LinkedHashMap<>();
        for (JsonNode line : report.path("origins")) {
            tables.computeIfAbsent(line.path("table").asText(), table -> new ArrayList<>())
                    .add(new Fate(
                            line.path("column").asText(),
                            line.path("from").asText(),
                            line.path("of").asText(),
                            line.path("why").asText()));
        }
        return byTable(tables);
    }

    private static List<Section> byTable(Map<String, List<Fate>> tables) {
        List<Fates> ledger = new ArrayList<>();
        tables.forEach((table, columns) -> ledger.add(new Fates(table, summary(columns), merged(columns))));
        return Section.of(ledger);
    }

    /** One line for all columns that share one fate for one reason, as those of a table that is left out do. */
    private static List<Fate> merged(List<Fate> columns) {
        Map<List<String>, List<String>> names = new LinkedHashMap<>();
        for (Fate column : columns) {
            boolean alone = column.why().isEmpty() || !column.of().isEmpty();
            names.computeIfAbsent(
                            List.of(column.fate(), column.of(), column.why(), alone ? column.column() : ""),
                            same -> new ArrayList<>())
                    .add(column.column());
        }
        List<Fate> merged = new ArrayList<>();
        names.forEach((fate, same) -> merged.add(new Fate(
                String.join(
                        ", ", same.stream().filter(column -> !column.isEmpty()).toList()),
                fate.get(0),
                fate.get(1),
                fate.get(2))));
        return merged;
    }

    private static String summary(List<Fate> columns) {
        Map<String, Long> fates = new LinkedHashMap<>();
        columns.stream()
                .filter(column -> !column.column().isEmpty())
                .forEach(column -> fates.merge(column.fate(), 1L, Long::sum));
        Fate first = columns.get(0);
        if (fates.size() <= 1
                && columns.stream().allMatch(column -> column.why().equals(first.why()))) {
            return first.fate() + (first.why().isEmpty() ? "" : ": " + first.why());
        }
        List<String> parts = new ArrayList<>();
        fates.forEach((fate, count) -> parts.add(count + " " + fate));
        return String.join(", ", parts);
    }

    List<Section> options() {
        List<Fact> options = new ArrayList<>();
        report.path("options").forEachEntry((optionName, option) -> options.add(new Fact(optionName, option.asText())));
        return Section.of(options);
    }

    private String side(String name) {
        JsonNode side = report.path(name);
        StringBuilder text = new StringBuilder(side.path("place").asText());
        side.path("kong")
                .asText("")
                .lines()
                .forEach(version -> text.append(", Kong ").append(version));
        side.path("cassandra")
                .asText("")
                .lines()
                .forEach(version -> text.append(", Cassandra ").append(version));
        return text.toString();
    }

    private String text(String name) {
        return report.path(name).asText("");
    }

    private String time(String name) {
        return TIME.format(Instant.parse(text(name)));
    }

    private static String duration(double seconds) {
        if (seconds < SECONDS_PER_MINUTE) {
            return String.format(Locale.ROOT, "%.1f seconds", seconds);
        }
        Duration duration = Duration.ofSeconds(Math.round(seconds));
        return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
