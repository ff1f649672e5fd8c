package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.upgrade.UpgradeLog;
import io.keyferry.migrator.export.ExportJournal;
import io.keyferry.migrator.export.ExportState;
import io.keyferry.migrator.export.TypeCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An export's progress as records of a run's journal. */
final class JournaledExport implements ExportJournal {
    static final String SLICED = "sliced";
    static final String PART = "part";
    static final String WHOLE = "whole";

    private final WorkDirectory work;

    JournaledExport(WorkDirectory work) {
        this.work = work;
    }

    @Override
    public ExportState earlier() {
        return work.past().exported();
    }

    /** Beside the file, so that it need not be copied to get its name. */
    @Override
    public Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + work.path().getFileName() + ".part");
    }

    @Override
    public void sliced(Map<String, SlicePlan> slices) {
        ObjectNode details = Journal.details();
        ObjectNode tables = details.putObject("tables");
        slices.forEach((type, plan) -> {
            ObjectNode table = tables.putObject(type);
            table.put("rows", plan.estimatedRows());
            table.put("onePartition", plan.ofOnePartition());
            plan.bounds().forEach(table.putArray("bounds")::add);
        });
        work.journal(SLICED, details);
    }

    @Override
    public void done(PartDone part) {
        ObjectNode details = Journal.details();
        details.put("part", part.number());
        details.put("type", part.type());
        details.put("bytes", part.bytes());
        details.put("read", part.count().read());
        details.put("written", part.count().written());
        details.put("hidden", part.count().hidden());
        put(details, "excluded", part.count().excluded());
        put(details, "rules", part.log().counts());
        if (!part.log().warnings().isEmpty()) {
            ObjectNode warnings = details.putObject("warnings");
            part.log().warnings().forEach((what, about) -> {
                ObjectNode warning = warnings.putObject(what);
                warning.put("count", about.count());
                about.names().forEach(warning.putArray("names")::add);
            });
        }
        if (part.log().untold() > 0) {
            details.put("untold", part.log().untold());
        }
        work.journal(PART, details);
    }

    @Override
    public void whole(long bytes) {
        work.journal(WHOLE, Journal.details().put("bytes", bytes));
    }

    private static void put(ObjectNode details, String name, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            ObjectNode object = details.putObject(name);
            counts.forEach(object::put);
        }
    }

    /** What earlier records add up to. */
    static ExportState after(ExportState before, String event, JsonNode record) {
        return switch (event) {
            case SLICED ->
                new ExportState(slices(record.path("tables")), 0, 0, Map.of(), UpgradeLog.Noted.NOTHING, false);
            case PART -> afterPart(before, record);
            case WHOLE ->
                new ExportState(
                        before.slices(),
                        before.parts(),
                        record.path("bytes").asLong(),
                        before.counts(),
                        before.log(),
                        true);
            default -> before;
        };
    }

    private static ExportState afterPart(ExportState before, JsonNode record) {
        Map<String, TypeCount> counts = new LinkedHashMap<>(before.counts());
        TypeCount count = new TypeCount(
                record.path("read").asLong(),
                record.path("written").asLong(),
                record.path("hidden").asLong(),
                counts(record.path("excluded")));
        counts.merge(record.path("type").asText(), count, TypeCount::plus);
        Map<String, UpgradeLog.About> warnings = new HashMap<>();
        record.path("warnings").properties().forEach(warning -> {
            List<String> names = new ArrayList<>();
            warning.getValue().path("names").forEach(name -> names.add(name.asText()));
            warnings.put(
                    warning.getKey(),
                    new UpgradeLog.About(names, warning.getValue().path("count").asLong()));
        });
        UpgradeLog.Noted noted = new UpgradeLog.Noted(
                counts(record.path("rules")), warnings, record.path("untold").asLong());
        return new ExportState(
                before.slices(),
                record.path("part").asInt() + 1,
                record.path("bytes").asLong(),
                counts,
                before.log().plus(noted),
                false);
    }

    private static Map<String, SlicePlan> slices(JsonNode tables) {
        Map<String, SlicePlan> slices = new LinkedHashMap<>();
        tables.properties().forEach(table -> {
            List<String> bounds = new ArrayList<>();
            table.getValue().path("bounds").forEach(bound -> bounds.add(bound.asText()));
            slices.put(
                    table.getKey(),
                    SlicePlan.of(
                            table.getValue().path("onePartition").asBoolean(),
                            bounds,
                            table.getValue().path("rows").asLong()));
        });
        return slices;
    }

    static Map<String, Long> counts(JsonNode object) {
        Map<String, Long> counts = new LinkedHashMap<>();
        object.properties()
                .forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return counts;
    }
}
