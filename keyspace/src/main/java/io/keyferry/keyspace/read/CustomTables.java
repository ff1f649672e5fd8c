package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.catalog.TableOwners;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.LiveSchema.Column;
import io.keyferry.keyspace.cql.LiveSchema.Kind;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Workspace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What of a source no open-source Kong knows: tables of custom plugins, which are carried; tables of Kong Enterprise,
 * which are not; columns that somebody added. Finds out what goes to a target, and what stands against it. Use once.
 */
public final class CustomTables {
    /** What {@code --without} takes for all that is Kong Enterprise's. */
    public static final String ENTERPRISE = "enterprise";

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*|\"[^\"]+\"|'[^']+'");
    private static final Set<String> TYPES = Set.of(
            "ascii",
            "bigint",
            "blob",
            "boolean",
            "counter",
            "date",
            "decimal",
            "double",
            "duration",
            "float",
            "frozen",
            "inet",
            "int",
            "list",
            "map",
            "set",
            "smallint",
            "text",
            "time",
            "timestamp",
            "timeuuid",
            "tinyint",
            "tuple",
            "uuid",
            "varchar",
            "varint",
            "vector");

    /**
     * What is found.
     *
     * @param transfers what is carried
     * @param excluded why tables, or columns as {@code table.column}, are left out
     * @param problems what stands against a migration, each with its remedy
     * @param warnings what should be known
     */
    public record Found(
            List<CustomTransfer> transfers,
            Map<String, String> excluded,
            List<String> problems,
            List<String> warnings) {}

    private final KongKeyspace source;
    private final LiveSchema target;
    private final Selection selection;
    private final Set<String> selectedWorkspaces;
    private final boolean refusesLostColumns;
    private final TableOwners owners = TableOwners.known();
    private final List<CustomTransfer> transfers = new ArrayList<>();
    private final Map<String, String> excluded = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * Prepares to look.
     *
     * @param target the target's tables as they are; none where its keyspace is yet to be made
     * @param workspaces the names of those whose rows are carried; none for all
     * @param refusesLostColumns whether a column with values that the target has no place for stands against it
     */
    public CustomTables(
            KongKeyspace source,
            LiveSchema target,
            Selection selection,
            Set<String> workspaces,
            boolean refusesLostColumns) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.selectedWorkspaces = Set.copyOf(workspaces);
        this.refusesLostColumns = refusesLostColumns;
    }

    /** The names of all tables that no open-source Kong knows. */
    public static Set<String> names(LiveSchema schema) {
        return schema.tables().stream()
                .map(LiveSchema.Table::name)
                .filter(name -> !TableOwners.known().isOfKong(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Looks.
     *
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE) when the source cannot be read
     */
    public Found find() {
        Set<String> moved = selection.types(source.catalog()).stream()
                .map(type -> type.table().name())
                .collect(Collectors.toSet());
        for (LiveSchema.Table table : source.schema().tables()) {
            if (owners.isOfKong(table.name())) {
                if (moved.contains(table.name())) {
                    addedColumns(table);
                }
            } else if (selection.without().contains(table.name())) {
                leaveOut(table.name(), "left out, as --without says");
                warnings.add("table " + table.name()
                        + " of the source belongs to no Kong that Keyferry knows: left out," + " as --without says");
            } else if (owners.ofEnterprise(table.name()).isEmpty()
                    || selection.with().contains(table.name())) {
                custom(table);
            }
        }
        workspaceDetails();
        enterprise();
        for (String view : source.schema().views()) {
            warnings.add(
                    "materialized view " + view + " of the source is left out: Kong makes none; make it anew on the"
                            + " target if somebody needs it");
        }
        return new Found(List.copyOf(transfers), Map.copyOf(excluded), List.copyOf(problems), List.copyOf(warnings));
    }

    private void leaveOut(String what, String why) {
        excluded.put(what, why);
    }

    /** Columns that somebody added to a table of Kong's. */
    private void addedColumns(LiveSchema.Table table) {
        List<String> carried = new ArrayList<>();
        Optional<LiveSchema.Table> there = target.table(table.name());
        for (Column column : table.columns()) {
            if (owners.isOfKong(table.name(), column.name()) || column.kind() != Kind.REGULAR) {
                continue;
            }
            boolean fits = there.flatMap(other -> other.column(column.name()))
                    .filter(other -> other.type().equals(column.type()))
                    .isPresent();
            if (fits && isPlain(column)) {
                carried.add(column.name());
            } else {
                lost(table, column, "the target has no such column, and no Kong reads it");
            }
        }
        if (!carried.isEmpty()) {
            transfers.add(new CustomTransfer(table, there, CustomTransfer.Manner.VALUES, carried, Set.of()));
        }
    }

    private void lost(LiveSchema.Table table, Column column, String why) {
        leaveOut(table.name() + "." + column.name(), why);
        long rows = rowsWith(table, column);
        if (rows > 0) {
            String what = "column " + column.name() + " of table " + table.name() + " holds values in " + rows
                    + (rows == 1 ? " row" : " rows") + ", and " + why + ": ";
            if (refusesLostColumns) {
                problems.add(what + "add it to the target's table, or leave it out with --extra-columns report");
            } else {
                warnings.add(
                        what + "it is left out. Add it to the target's table before the migration if it is needed");
            }
        }
    }

    private long rowsWith(LiveSchema.Table table, Column column) {
        long[] rows = {0};
        new CustomScan(source.session(), table, List.of(column.name()))
                .read(
                        new Slice.Tokens(OptionalLong.empty(), OptionalLong.empty()),
                        Step.PLAN,
                        TransferListener.NONE,
                        row -> rows[0] += row.isBare() ? 0 : 1);
        return rows[0];
    }

    private void custom(LiveSchema.Table table) {
        String name = table.name();
        boolean filled = source.session().hasRows(table);
        boolean counts =
                table.columns().stream().anyMatch(column -> column.type().equals("counter"));
        if (counts && !selection.with().contains(name)) {
            leaveOut(name, "counters of a custom plugin; they start again from zero, unless --with says otherwise");
            if (filled) {
                warnings.add(
                        "table " + name + " of a custom plugin holds counters: left out, they start again from zero."
                                + " Carry them with --with " + name);
            }
            return;
        }
        List<String> odd = table.columns().stream()
                .filter(column -> !isPlain(column))
                .map(column -> column.name() + " " + column.type())
                .toList();
        if (!odd.isEmpty()) {
            String why =
                    "of a type that the keyspace itself or Cassandra's operator defines: " + String.join(", ", odd);
            leaveOut(name, why);
            if (filled) {
                problems.add(
                        "table " + name + " of a custom plugin has columns " + why + ". Keyferry does not carry such"
                                + " types: move the table by other means (dsbulk, COPY) and say --without " + name
                                + ", or empty it");
            }
            return;
        }
        Optional<LiveSchema.Table> there = target.table(name);
        if (there.isEmpty()) {
            transfers.add(new CustomTransfer(
                    table,
                    Optional.empty(),
                    counts ? CustomTransfer.Manner.COUNTS : CustomTransfer.Manner.ROWS,
                    valueColumns(table),
                    workspaces()));
            return;
        }
        Optional<String> misfit = misfit(table, there.get());
        if (misfit.isPresent()) {
            leaveOut(name, misfit.get());
            if (filled) {
                problems.add("table " + name + " stands on the target already, and " + misfit.get()
                        + ": bring both into one form with the plugin's own migrations, or drop the target's table, or"
                        + " say --without " + name);
            }
            return;
        }
        List<String> shared = new ArrayList<>();
        for (Column column : table.columns()) {
            if (column.kind() == Kind.REGULAR || column.kind() == Kind.STATIC) {
                if (there.get().column(column.name()).isPresent()) {
                    shared.add(column.name());
                } else {
                    lost(table, column, "the target's table, made by its plugin, has no such column");
                }
            }
        }
        CustomTransfer transfer = new CustomTransfer(
                table, there, counts ? CustomTransfer.Manner.COUNTS : CustomTransfer.Manner.ROWS, shared, workspaces());
        transfers.add(transfer);
        if (transfer.fillsWorkspace()) {
            warnings.add(
                    "table " + name + " of a custom plugin has workspaces on the target and none in the source: its"
                            + " rows go to the default workspace, and their unique values stay as they are. Which columns those"
                            + " are, only the plugin knows: run its own migration, or write <id of the workspace>: before them");
        }
    }

    private Set<ByteBuffer> workspaces() {
        return source.workspaces().stream()
                .filter(workspace -> selectedWorkspaces.contains(workspace.name()))
                .map(workspace -> WorkspaceChange.bytes(workspace.id()))
                .collect(Collectors.toSet());
    }

    /** What else a workspace has than its name goes with it. */
    private void workspaceDetails() {
        Optional<LiveSchema.Table> table = source.schema().table("workspaces");
        if (table.isPresent()
                && source.workspaces().stream()
                        .anyMatch(workspace -> !workspace.details().isEmpty())) {
            List<String> columns = Workspace.DETAILS.stream()
                    .filter(detail -> table.get().column(detail).isPresent())
                    .toList();
            transfers.add(new CustomTransfer(
                    table.get(),
                    target.table("workspaces").or(() -> table),
                    CustomTransfer.Manner.VALUES,
                    columns,
                    Set.of()));
        }
    }

    private static List<String> valueColumns(LiveSchema.Table table) {
        return table.columns().stream()
                .filter(column -> column.kind() == Kind.REGULAR || column.kind() == Kind.STATIC)
                .map(Column::name)
                .toList();
    }

    /** What keeps rows of one table from going into another. */
    private static Optional<String> misfit(LiveSchema.Table table, LiveSchema.Table other) {
        if (!key(table).equals(key(other))) {
            return Optional.of("its key " + key(other) + " is not the source's " + key(table));
        }
        for (Column column : table.columns()) {
            Optional<Column> there = other.column(column.name());
            if (there.isPresent()
                    && !(there.get().type().equals(column.type()) && there.get().kind() == column.kind())) {
                return Optional.of("its column " + column.name() + " is of type "
                        + there.get().type() + " and not " + column.type());
            }
        }
        return Optional.empty();
    }

    private static String key(LiveSchema.Table table) {
        return table.columns().stream()
                .filter(column -> column.kind() == Kind.PARTITION_KEY || column.kind() == Kind.CLUSTERING)
                .map(column ->
                        column.name() + " " + column.type() + (column.kind() == Kind.CLUSTERING ? " ordered" : ""))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Whether every word of the type is one of Cassandra's own. */
    private static boolean isPlain(Column column) {
        Matcher words = WORD.matcher(column.type());
        while (words.find()) {
            if (!TYPES.contains(words.group())) {
                return false;
            }
        }
        return true;
    }

    private void enterprise() {
        Map<String, String> filled = new LinkedHashMap<>();
        for (LiveSchema.Table table : source.schema().tables()) {
            Optional<String> holds = owners.ofEnterprise(table.name());
            if (holds.isPresent()
                    && !selection.with().contains(table.name())
                    && !selection.without().contains(table.name())) {
                leaveOut(table.name(), "of Kong Enterprise: " + holds.get());
                if (source.session().hasRows(table)) {
                    filled.put(table.name(), holds.get());
                }
            }
        }
        boolean subsystem =
                rowsOfSchemaMeta(source).stream().anyMatch(row -> owners.isSubsystemOfEnterprise(row.name()));
        boolean beforeWorkspaces = !source.catalog().hasWorkspaces()
                && owners.ofEnterpriseBeforeWorkspaces().stream()
                        .anyMatch(name -> source.schema().table(name).isPresent());
        if (beforeWorkspaces) {
            problems.add("the source is a keyspace of Kong Enterprise from before 2.1 (it has a table "
                    + owners.ofEnterpriseBeforeWorkspaces().stream()
                            .filter(name -> source.schema().table(name).isPresent())
                            .findFirst()
                            .orElse("")
                    + "): its unique values have their workspace's name before them, which open-source Kong would take"
                    + " for part of the value. Upgrade it in place to Kong Enterprise 2.1 or later first; see 'keyferry"
                    + " path'");
        }
        if (filled.isEmpty() && !subsystem) {
            return;
        }
        String tables = filled.isEmpty()
                ? "schema_meta names its migrations, its tables are empty"
                : filled.entrySet().stream()
                        .map(table -> table.getKey() + " (" + table.getValue() + ")")
                        .collect(Collectors.joining(", "));
        if (selection.without().contains(ENTERPRISE)) {
            warnings.add("left out, as --without enterprise says: " + tables);
        } else {
            problems.add("the source is a keyspace of Kong Enterprise: " + tables
                    + ". Open-source Kong reads none of that, and Keyferry moves only what it reads. Move such a keyspace"
                    + " with Kong Enterprise's own tools (decK, workspace by workspace), or, where the new gateway is"
                    + " open-source, say --without enterprise to move the rest. A table that is a custom plugin's and"
                    + " only named so is carried with --with TABLE");
        }
    }

    /**
     * The rows of schema_meta that belong to no plugin of Kong's and not to Kong Enterprise, so to custom plugins. A new
     * keyspace gets them at its release, so that Kong takes those migrations for executed.
     */
    public static List<Subsystem> subsystems(KongKeyspace keyspace) {
        TableOwners owners = TableOwners.known();
        return rowsOfSchemaMeta(keyspace).stream()
                .filter(row -> !owners.isSubsystemOfKong(row.name()) && !owners.isSubsystemOfEnterprise(row.name()))
                .filter(row -> !row.executed().isEmpty())
                .toList();
    }

    /** The rows of a keyspace's schema_meta as far as they name executed migrations; none where it has no such table. */
    public static List<Subsystem> rowsOfSchemaMeta(ReadSession session, LiveSchema schema) {
        List<Subsystem> rows = new ArrayList<>();
        if (schema.table("schema_meta").isPresent()) {
            PreparedSelect select =
                    session.prepare(Select.of("schema_meta", List.of("subsystem", "executed", "last_executed")));
            Samples.read(session, select, List.of(), row -> {
                List<String> executed = new ArrayList<>(
                        new TreeSet<>(Objects.requireNonNullElse(row.getSet(1, String.class), Set.<String>of())));
                String last = row.getString(2);
                if (last != null && executed.remove(last)) {
                    executed.add(last);
                }
                rows.add(new Subsystem(Objects.requireNonNullElse(row.getString(0), ""), executed));
            });
        }
        return rows;
    }

    private static List<Subsystem> rowsOfSchemaMeta(KongKeyspace keyspace) {
        return rowsOfSchemaMeta(keyspace.session(), keyspace.schema());
    }
}
