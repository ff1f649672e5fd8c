package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.LiveSchema.Kind;
import io.keyferry.keyspace.cql.TableDefinition;
import io.keyferry.keyspace.cql.TableDefinition.IndexDefinition;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the tables of custom plugins as the source has them, and the rows of {@code schema_meta} that belong to them.
 * Every statement may be repeated. Not thread-safe.
 */
public final class CustomSchema {
    /** Of classes that another line of Cassandra, or another operator, may not have. */
    private static final Set<String> WITH_CLASSES = Set.of("compaction", "compression");

    private final TargetSession target;
    private final List<String> warnings = new ArrayList<>();

    public CustomSchema(TargetSession target) {
        this.target = requireNonNull(target, "target is null");
    }

    /** What the target did not take as it is in the source, though no row depends on it. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Makes a table and its indexes, unless they are there.
     *
     * @throws KeyferryException (TARGET) when the target refuses the table itself
     */
    public void create(TableDefinition table) {
        String name = table.table().name();
        try {
            target.define(create(table, table.options()));
        } catch (KeyferryException e) {
            Map<String, String> plain = new TreeMap<>(table.options());
            plain.keySet().removeAll(WITH_CLASSES);
            target.define(create(table, plain));
            warnings.add("table " + name + " of a custom plugin has the target's own compaction and compression: it did"
                    + " not take the source's (" + e.getMessage() + ")");
        }
        for (IndexDefinition index : table.indexes()) {
            try {
                target.define(create(name, index));
            } catch (KeyferryException e) {
                if (index.customClass().isEmpty()) {
                    throw e;
                }
                warnings.add("the target does not take index " + index.name() + " of table " + name + " (USING "
                        + index.customClass().get() + "): the rows are there, but cannot be asked for by it ("
                        + e.getMessage() + ")");
            }
        }
    }

    private String create(TableDefinition definition, Map<String, String> options) {
        LiveSchema.Table table = definition.table();
        String columns = table.columns().stream()
                .map(column -> TargetSession.quoted(column.name()) + " " + column.type()
                        + (column.kind() == Kind.STATIC ? " static" : ""))
                .collect(Collectors.joining(", "));
        List<String> with = new ArrayList<>();
        new TreeMap<>(options).forEach((option, value) -> with.add(option + " = " + value));
        String order = table.columns().stream()
                .filter(column -> column.kind() == Kind.CLUSTERING)
                .map(column -> TargetSession.quoted(column.name()) + (column.descending() ? " DESC" : " ASC"))
                .collect(Collectors.joining(", "));
        if (!order.isEmpty()) {
            with.add("CLUSTERING ORDER BY (" + order + ")");
        }
        return "CREATE TABLE IF NOT EXISTS " + target.table(table.name()) + " (" + columns + ", PRIMARY KEY (("
                + quotedList(table.partitionKey()) + ")"
                + table.clusteringKey().stream()
                        .map(column -> ", " + TargetSession.quoted(column))
                        .collect(Collectors.joining())
                + "))" + (with.isEmpty() ? "" : " WITH " + String.join(" AND ", with));
    }

    private String create(String table, IndexDefinition index) {
        String on = TargetSession.quoted(index.name()) + " ON " + target.table(table) + " (" + index.target() + ")";
        if (index.customClass().isEmpty()) {
            return "CREATE INDEX IF NOT EXISTS " + on;
        }
        String options = new TreeMap<>(index.options())
                .entrySet().stream()
                        .map(option -> literal(option.getKey()) + ": " + literal(option.getValue()))
                        .collect(Collectors.joining(", "));
        return "CREATE CUSTOM INDEX IF NOT EXISTS " + on + " USING "
                + literal(index.customClass().get())
                + (options.isEmpty() ? "" : " WITH OPTIONS = {" + options + "}");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String quotedList(List<String> names) {
        return names.stream().map(TargetSession::quoted).collect(Collectors.joining(", "));
    }

    /**
     * Writes the rows of {@code schema_meta} of custom plugins, so that Kong takes their migrations for executed. A row
     * that is there already, since the target's Kong has migrated the plugin itself, stays.
     */
    public void release(List<Subsystem> subsystems) {
        for (Subsystem subsystem : subsystems) {
            boolean there = target.run(
                                    "SELECT subsystem FROM " + target.table("schema_meta")
                                            + " WHERE key = ? AND subsystem = ?",
                                    "schema_meta",
                                    subsystem.name())
                            .one()
                    != null;
            if (!there) {
                target.write(
                        "INSERT INTO " + target.table("schema_meta")
                                + " (key, subsystem, last_executed, executed) VALUES (?, ?, ?, ?)",
                        "schema_meta",
                        subsystem.name(),
                        subsystem.lastExecuted(),
                        new LinkedHashSet<>(subsystem.executed()));
            }
        }
    }
}
