package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * What of a table goes from one keyspace to the other without the catalogue knowing what it means. Immutable and
 * thread-safe.
 */
public final class CustomTransfer {
    /** How rows are carried. */
    public enum Manner {
        /** Whole rows of a table that no Kong knows. */
        ROWS,
        /** Columns that no Kong knows, of a table that it does: onto rows that are there already. */
        VALUES,
        /** Counters, which can only be counted up or down. */
        COUNTS
    }

    private final LiveSchema.Table source;
    private final Optional<LiveSchema.Table> target;
    private final Manner manner;
    private final List<String> columns;
    private final Set<ByteBuffer> workspaces;

    CustomTransfer(
            LiveSchema.Table source,
            Optional<LiveSchema.Table> target,
            Manner manner,
            List<String> columns,
            Set<ByteBuffer> workspaces) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.manner = requireNonNull(manner, "manner is null");
        this.columns = List.copyOf(columns);
        this.workspaces = Set.copyOf(workspaces);
    }

    /** Whether a row of the source is to be carried: of a selected workspace, where some are, or of none. */
    public boolean takes(CustomRow row) {
        int workspace = manner == Manner.ROWS ? columns.indexOf(WorkspaceChange.COLUMN) : -1;
        return workspaces.isEmpty()
                || workspace < 0
                || row.values().get(workspace) == null
                || workspaces.contains(row.values().get(workspace));
    }

    /**
     * As {@link #takes}, of a row of the target: of another workspace it is no part of what is compared.
     *
     * @param from the id of the source's default workspace; empty before Kong 2.1
     * @param to that of the target's
     */
    public boolean takesOnTarget(CustomRow row, Optional<UUID> from, Optional<UUID> to) {
        if (workspaces.isEmpty() || manner != Manner.ROWS) {
            return true;
        }
        int workspace = targetColumns().indexOf(WorkspaceChange.COLUMN);
        ByteBuffer id = workspace < 0 ? null : row.values().get(workspace);
        if (id == null) {
            return true;
        }
        boolean isDefault = to.map(WorkspaceChange::bytes).filter(id::equals).isPresent();
        return workspaces.contains(isDefault ? from.map(WorkspaceChange::bytes).orElse(id) : id);
    }

    /** The table's name, the same on both sides. */
    public String table() {
        return source.name();
    }

    /** How it stands in reports and progress: the table, and the columns where it is not all of it. */
    public String label() {
        return manner == Manner.VALUES ? table() + " (" + String.join(", ", columns) + ")" : table();
    }

    public Manner manner() {
        return manner;
    }

    /** The source's table. */
    public LiveSchema.Table sourceTable() {
        return source;
    }

    /** The target's table; the same as the source's where there is none yet. */
    public LiveSchema.Table targetTable() {
        return target.orElse(source);
    }

    /** Whether the target lacks the table. */
    public boolean toBeMade() {
        return target.isEmpty();
    }

    /** The columns outside of the key that both sides have. */
    public List<String> columns() {
        return columns;
    }

    /** Whether rows get the default workspace, since the target's table asks for one and the source's does not. */
    public boolean fillsWorkspace() {
        return manner == Manner.ROWS
                && source.column(WorkspaceChange.COLUMN).isEmpty()
                && targetTable()
                        .column(WorkspaceChange.COLUMN)
                        .filter(column -> column.type().equals("uuid") && column.kind() == LiveSchema.Kind.REGULAR)
                        .isPresent();
    }

    /** The source's rows. */
    public CustomScan source(ReadSession session) {
        return new CustomScan(session, source, columns);
    }

    /** The target's rows, with the columns of {@link #targetColumns}. */
    public CustomScan target(ReadSession session) {
        return new CustomScan(session, targetTable(), targetColumns());
    }

    /** The columns that the target's rows get: the shared ones, and perhaps a workspace. */
    public List<String> targetColumns() {
        List<String> all = new ArrayList<>(columns);
        if (fillsWorkspace()) {
            all.add(WorkspaceChange.COLUMN);
        }
        return all;
    }

    /**
     * Makes of the source's rows what the target should hold.
     *
     * @param from the id of the source's default workspace; empty before Kong 2.1
     * @param to that of the target's
     */
    public UnaryOperator<CustomRow> expected(Optional<UUID> from, Optional<UUID> to) {
        WorkspaceChange change = new WorkspaceChange(
                from,
                to,
                columns.stream()
                        .map(column -> targetTable().column(column).orElseThrow())
                        .toList());
        boolean fills = fillsWorkspace() && to.isPresent();
        return row -> fills ? change.apply(row).plus(change.target().orElseThrow()) : change.apply(row);
    }
}
