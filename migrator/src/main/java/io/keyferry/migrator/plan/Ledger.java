package io.keyferry.migrator.plan;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.report.Report.Fate;
import io.keyferry.verifier.report.Report.LedgerLine;
import io.keyferry.verifier.report.Report.Origin;
import io.keyferry.verifier.report.Report.OriginLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says of every table and column that the source really has what becomes of it, and of every column that the target
 * has where its value comes from. Nothing is left out: a column that no version of Kong knows is named as excluded, and
 * one that nothing is written to as empty. A table that is left out as a whole has a line of its own, with an empty
 * column, before those of its columns.
 */
public final class Ledger {
    private static final Map<String, String> DERIVED_COLUMNS = Map.of(
            "ws_id", "the workspace's id in the target",
            "cache_key", "made anew from the fields it consists of",
            "partition", "always the table's name",
            "run_on", "unused since Kong 2.0");

    private Ledger() {}

    /**
     * What becomes of the source.
     *
     * @param custom tables and columns that no Kong knows
     */
    public static List<LedgerLine> of(
            KongKeyspace source, Upgrade upgrade, Selection selection, CustomTables.Found custom) {
        Set<String> selected = tables(selection.types(source.catalog()));
        List<LedgerLine> lines = new ArrayList<>();
        for (LiveSchema.Table table : source.schema().tables()) {
            EntityType type = source.catalog().entityTypes().stream()
                    .filter(candidate -> candidate.table().name().equals(table.name()))
                    .findFirst()
                    .orElse(null);
            if (custom.excluded().containsKey(table.name())) {
                whole(
                        table,
                        new LedgerLine(
                                table.name(),
                                "",
                                Fate.EXCLUDED,
                                custom.excluded().get(table.name())),
                        lines);
            } else if (isCarried(table.name(), custom)) {
                table.columns().forEach(column -> lines.add(ofCustom(table, column.name(), custom)));
            } else if (type == null || !selected.contains(table.name())) {
                whole(table, excluded(table, source.catalog()), lines);
            } else {
                for (LiveSchema.Column column : table.columns()) {
                    boolean added = addedColumns(table.name(), custom).contains(column.name())
                            || custom.excluded().containsKey(table.name() + "." + column.name());
                    lines.add(
                            added ? ofCustom(table, column.name(), custom) : line(table, column.name(), type, upgrade));
                }
            }
        }
        return lines;
    }

    /** A whole table of a custom plugin. */
    private static boolean isCarried(String table, CustomTables.Found custom) {
        return custom.transfers().stream()
                .anyMatch(transfer ->
                        transfer.table().equals(table) && transfer.manner() != CustomTransfer.Manner.VALUES);
    }

    /** Columns that somebody added to a table of Kong's, and that are carried. */
    private static List<String> addedColumns(String table, CustomTables.Found custom) {
        return custom.transfers().stream()
                .filter(transfer -> transfer.table().equals(table))
                .flatMap(transfer -> transfer.columns().stream())
                .toList();
    }

    private static LedgerLine ofCustom(LiveSchema.Table table, String column, CustomTables.Found custom) {
        String why = custom.excluded().get(table.name() + "." + column);
        return why == null
                ? new LedgerLine(table.name(), column, Fate.COPIED, "as it is: no Kong knows it, a custom plugin may")
                : new LedgerLine(table.name(), column, Fate.EXCLUDED, why);
    }

    /** A table with one fate, and then each of its columns. */
    private static void whole(LiveSchema.Table table, LedgerLine fate, List<LedgerLine> lines) {
        lines.add(fate);
        table.columns()
                .forEach(column -> lines.add(new LedgerLine(table.name(), column.name(), fate.fate(), fate.why())));
    }

    private static Set<String> tables(List<EntityType> types) {
        return types.stream().map(type -> type.table().name()).collect(Collectors.toSet());
    }

    /** Where the values of a target's columns come from. */
    public static List<OriginLine> ofTarget(
            KongKeyspace source, LiveSchema target, Upgrade upgrade, Selection selection, CustomTables.Found custom) {
        Origins origins = Origins.ofKeyspace(source, upgrade, selection);
        List<OriginLine> lines = new ArrayList<>();
        for (LiveSchema.Table table : target.tables()) {
            for (LiveSchema.Column column : table.columns()) {
                boolean carried = isCarried(table.name(), custom)
                        || addedColumns(table.name(), custom).contains(column.name());
                lines.add(
                        carried
                                ? new OriginLine(
                                        table.name(),
                                        column.name(),
                                        Origin.COPIED,
                                        table.name() + "." + column.name(),
                                        "as it is: no Kong knows it, a custom plugin may")
                                : origins.of(table.name(), column.name()));
            }
        }
        return lines;
    }

    /** The same where they come from a file. */
    public static List<OriginLine> ofTarget(LiveSchema target, Upgrade upgrade, Selection selection) {
        Origins origins = Origins.ofFile(upgrade, selection);
        List<OriginLine> lines = new ArrayList<>();
        for (LiveSchema.Table table : target.tables()) {
            table.columns().forEach(column -> lines.add(origins.of(table.name(), column.name())));
        }
        return lines;
    }

    /** The same for a target that is still to be made. */
    static List<OriginLine> ofNewTarget(KongKeyspace source, Upgrade upgrade, Selection selection) {
        Origins origins = Origins.ofKeyspace(source, upgrade, selection);
        List<OriginLine> lines = new ArrayList<>();
        for (TableLayout table : upgrade.to().tables()) {
            table.columns().forEach(column -> lines.add(origins.of(table.name(), column.name())));
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
            return new LedgerLine(table.name(), column, Fate.TRANSFORMED, otherForm(there.get()));
        }
        if (field.storage() == Storage.JSON) {
            return new LedgerLine(
                    table.name(), column, Fate.TRANSFORMED, "upgrade rules apply where they are counted, else copied");
        }
        return new LedgerLine(table.name(), column, Fate.COPIED, "");
    }

    /** How a column's value differs from that of the other layout. */
    static String otherForm(Field target) {
        return target.storage() == Storage.WORKSPACE_PREFIXED
                ? "the workspace's id is put before the value"
                : "stored in another form";
    }

    /** What is said of a column that is made anew and not copied; empty for any other. */
    static Optional<String> derived(String column) {
        return Optional.ofNullable(DERIVED_COLUMNS.get(column)).filter(why -> !column.equals("run_on"));
    }
}
