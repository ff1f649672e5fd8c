package io.keyferry.migrator.plan;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.report.Report.Fate;
import io.keyferry.verifier.report.Report.LedgerLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says of every table and column that the source really has what becomes of it. Nothing is left out: a column that no
 * version of Kong knows is named as excluded.
 */
final class Ledger {
    private static final Map<String, String> DERIVED_COLUMNS = Map.of(
            "ws_id", "the workspace's id in the target",
            "cache_key", "made anew from the fields it consists of",
            "partition", "always the table's name",
            "run_on", "unused since Kong 2.0");

    private Ledger() {}

    static List<LedgerLine> of(KongKeyspace source, Upgrade upgrade, Selection selection) {
        Set<String> selected = selection.types(source.catalog()).stream()
                .map(type -> type.table().name())
                .collect(Collectors.toSet());
        List<LedgerLine> lines = new ArrayList<>();
        for (LiveSchema.Table table : source.schema().tables()) {
            EntityType type = source.catalog().entityTypes().stream()
                    .filter(candidate -> candidate.table().name().equals(table.name()))
                    .findFirst()
                    .orElse(null);
            if (type == null || !selected.contains(table.name())) {
                lines.add(excluded(table, source.catalog()));
            } else {
                table.columns().forEach(column -> lines.add(line(table, column.name(), type, upgrade)));
            }
        }
        return lines;
    }

    private static LedgerLine excluded(LiveSchema.Table table, Catalog catalog) {
        Optional<TableFate> fate = catalog.table(table.name()).map(TableLayout::fate);
        if (fate.isEmpty()) {
            return new LedgerLine(
                    table.name(),
                    "",
                    Fate.EXCLUDED,
                    "unknown to Kong " + catalog.version().line());
        }
        boolean derived = fate.get().kind() == TableFate.Kind.DERIVED;
        return new LedgerLine(
                table.name(),
                "",
                derived ? Fate.DERIVED : Fate.EXCLUDED,
                fate.get().why());
    }

    private static LedgerLine line(LiveSchema.Table table, String column, EntityType type, Upgrade upgrade) {
        Field field = type.fields().stream()
                .filter(candidate -> candidate.column().equals(column))
                .findFirst()
                .orElse(null);
        if (field == null) {
            String derived = DERIVED_COLUMNS.get(column);
            return derived == null || column.equals("run_on")
                    ? new LedgerLine(
                            table.name(), column, Fate.EXCLUDED, derived == null ? "no field of " + type : derived)
                    : new LedgerLine(table.name(), column, Fate.DERIVED, derived);
        }
        Catalog target = upgrade.to();
        Optional<Field> there = upgrade.typeInTarget(type).flatMap(other -> other.field(field.name()));
        if (there.isEmpty()) {
            return new LedgerLine(
                    table.name(),
                    column,
                    Fate.EXCLUDED,
                    "Kong " + target.version().line() + " has no such field");
        }
        if (there.get().storage() != field.storage()) {
            return new LedgerLine(
                    table.name(),
                    column,
                    Fate.TRANSFORMED,
                    there.get().storage() == Storage.WORKSPACE_PREFIXED
                            ? "the workspace's id is put before the value"
                            : "stored in another form");
        }
        if (field.storage() == Storage.JSON) {
            return new LedgerLine(
                    table.name(), column, Fate.TRANSFORMED, "upgrade rules apply where they are counted, else copied");
        }
        return new LedgerLine(table.name(), column, Fate.COPIED, "");
    }
}
