package io.keyferry.migrator.plan;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.keyferry.verifier.report.Report.Origin;
import io.keyferry.verifier.report.Report.OriginLine;
import java.util.Optional;
import java.util.function.Predicate;

/** Where the values of the target's columns come from. Immutable. */
final class Origins {
    /** Never copied, but not empty either: the new keyspace has migrations of its own. */
    private static final String SCHEMA_META = "schema_meta";

    private final Optional<LiveSchema> source;
    private final Upgrade upgrade;
    private final Selection selection;

    private Origins(Optional<LiveSchema> source, Upgrade upgrade, Selection selection) {
        this.source = source;
        this.upgrade = upgrade;
        this.selection = selection;
    }

    /** Those of what comes from a keyspace. */
    static Origins ofKeyspace(KongKeyspace source, Upgrade upgrade, Selection selection) {
        return new Origins(Optional.of(source.schema()), upgrade, selection);
    }

    /** Those of what comes from a file, which has fields and no columns. */
    static Origins ofFile(Upgrade upgrade, Selection selection) {
        return new Origins(Optional.empty(), upgrade, selection);
    }

    OriginLine of(String table, String column) {
        Catalog target = upgrade.to();
        Optional<EntityType> type = target.entityTypes().stream()
                .filter(candidate -> candidate.table().name().equals(table))
                .findFirst();
        Optional<EntityType> origin = type.flatMap(this::origin);
        if (type.isEmpty() || !selection.types(target).contains(type.get())) {
            return ofTable(table, column);
        }
        if (origin.isEmpty()) {
            return line(
                    table,
                    column,
                    Origin.EMPTY,
                    "Kong " + upgrade.from().version().line() + " has no " + type.get() + ", or they are left out");
        }
        return ofField(type.get(), origin.get(), table, column);
    }

    /** The type of the source whose entities become those of the target's. */
    private Optional<EntityType> origin(EntityType type) {
        return selection.types(upgrade.from()).stream()
                .filter(candidate ->
                        upgrade.typeInTarget(candidate).filter(type::equals).isPresent())
                .findFirst();
    }

    /** A table whose rows are no entities that are moved. */
    private OriginLine ofTable(String table, String column) {
        if (table.equals(SCHEMA_META)) {
            return line(
                    table,
                    column,
                    Origin.BOOTSTRAPPED,
                    "what a bootstrap of Kong " + upgrade.to().version().line()
                            + " lists as executed"
                            + (source.isPresent() ? "; written last, after the verdict" : ""));
        }
        Optional<TableFate> fate = upgrade.to().table(table).map(TableLayout::fate);
        if (fate.isEmpty()) {
            return line(
                    table,
                    column,
                    Origin.EMPTY,
                    "unknown to Kong " + upgrade.to().version().line() + ", and not written");
        }
        Origin from = switch (fate.get().kind()) {
            case DERIVED -> Origin.DERIVED;
            case BOOTSTRAPPED -> Origin.BOOTSTRAPPED;
            case COPIED, STATE, RUNTIME, NEVER -> Origin.EMPTY;
        };
        return line(table, column, from, fate.get().why());
    }

    private OriginLine ofField(EntityType type, EntityType origin, String table, String column) {
        Field field = type.fields().stream()
                .filter(candidate -> candidate.column().equals(column))
                .findFirst()
                .orElse(null);
        if (field == null) {
            return Ledger.derived(column)
                    .map(why -> line(table, column, Origin.DERIVED, why))
                    .orElseGet(() -> line(table, column, Origin.EMPTY, "no field of " + type));
        }
        Optional<Field> before = origin.field(field.name()).filter(has(origin));
        if (before.isEmpty()) {
            return filled(type, field, table, column);
        }
        String of = source.isPresent()
                ? origin.table().name() + "." + before.get().column()
                : origin.name() + "." + before.get().name();
        // In a file no value has its workspace before it.
        boolean isPrefixed = source.isEmpty() && field.storage() == Storage.WORKSPACE_PREFIXED;
        if (isPrefixed || before.get().storage() != field.storage()) {
            return new OriginLine(table, column, Origin.TRANSFORMED, of, Ledger.otherForm(field));
        }
        return field.storage() == Storage.JSON
                ? new OriginLine(
                        table,
                        column,
                        Origin.TRANSFORMED,
                        of,
                        "upgrade rules apply where they are counted, else copied")
                : new OriginLine(table, column, Origin.COPIED, of, "");
    }

    /** Whether the source's table really has a field's column; a file has room for every field. */
    private Predicate<Field> has(EntityType origin) {
        return field -> source.map(schema -> schema.table(origin.table().name())
                        .flatMap(live -> live.column(field.column()))
                        .isPresent())
                .orElse(true);
    }

    private OriginLine filled(EntityType type, Field field, String table, String column) {
        Optional<String> rule = upgrade.filledBy(type, field);
        if (rule.isPresent()) {
            return line(table, column, Origin.FILLED, rule.get() + ": " + Upgrade.summary(rule.get()));
        }
        JsonNode value = field.schema().defaultValue();
        String kong = "Kong " + upgrade.to().version().line();
        return value == null || value.isNull()
                ? line(table, column, Origin.EMPTY, "new in " + kong + ", which has no default for it")
                : line(table, column, Origin.FILLED, "new in " + kong + ", whose default is " + value);
    }

    private static OriginLine line(String table, String column, Origin from, String why) {
        return new OriginLine(table, column, from, "", why);
    }
}
