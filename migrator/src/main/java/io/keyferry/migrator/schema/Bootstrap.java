package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Makes a keyspace that a Kong version accepts as up to date, as {@code kong migrations bootstrap} does: tables,
 * indexes, {@code default_time_to_live}, default workspace, cluster id, and last ({@link #release}) the rows of
 * {@code schema_meta}. Until then Kong sees new migrations there and does not start. Every statement may be repeated.
 * Not thread-safe.
 */
public final class Bootstrap {
    private static final String SCHEMA_META = "schema_meta";
    private static final List<String> MIGRATION_TABLES = List.of(SCHEMA_META, "locks");

    /** What a change of the schema waits for, as people are told. */
    private static final String AGREEMENT = "the nodes agree on the schema";

    private final TargetSession target;
    private final Catalog catalog;
    private final Clock clock;
    private final TransferListener listener;

    /** Prepares to make the target's keyspace one of the catalogue's version, with nobody listening. */
    public Bootstrap(TargetSession target, Catalog catalog, Clock clock) {
        this(target, catalog, clock, TransferListener.NONE);
    }

    /** Prepares to make the target's keyspace one of the catalogue's version. */
    public Bootstrap(TargetSession target, Catalog catalog, Clock clock, TransferListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** Creates the keyspace unless it exists. */
    public void createKeyspace(Replication replication) {
        define("CREATE KEYSPACE IF NOT EXISTS " + TargetSession.quoted(target.keyspace()) + " WITH replication = "
                + replication.toCql());
    }

    /** Creates the two tables that Kong's migrations themselves need, so that {@link MigrationLock} can be taken. */
    public void createLockTables() {
        for (String name : MIGRATION_TABLES) {
            create(catalog.table(name).orElseThrow());
        }
    }

    /** Marks the keyspace as ours until it is released. */
    public void mark(OwnershipMark mark) {
        mark.write(target);
    }

    /** Whether a table is one of those that {@link #createLockTables} makes. */
    public static boolean isOfLock(String table) {
        return MIGRATION_TABLES.contains(table);
    }

    /** Creates all tables and indexes of the version. */
    public void createTables() {
        catalog.tables().forEach(this::create);
    }

    private void create(TableLayout table) {
        TableStatements.of(table, target.keyspace()).forEach(this::define);
    }

    private void define(String ddl) {
        target.define(ddl, () -> listener.waiting(Step.BOOTSTRAP, AGREEMENT));
    }

    /**
     * Writes a workspace.
     *
     * @param details further columns by name, as text
     */
    public void writeWorkspace(UUID id, String name, Map<String, String> details) {
        target.write(
                "INSERT INTO " + target.table("workspaces") + " (id, name, created_at) VALUES (?, ?, ?)",
                id,
                name,
                clock.instant().truncatedTo(ChronoUnit.SECONDS));
        details.forEach((column, text) -> target.write(
                "UPDATE " + target.table("workspaces") + " SET " + TargetSession.quoted(column) + " = ? WHERE id = ?",
                text,
                id));
    }

    /**
     * Writes what Kong's bootstrap writes besides the schema: the default workspace (Kong 2.1 on) and the cluster id
     * (2.3 on). Facts: {@code created_at} of the workspace is in whole seconds, that of the cluster id is null.
     *
     * @param workspace the id of the default workspace; must be the same when called again
     */
    public void writeIdentity(UUID workspace, UUID clusterId) {
        if (catalog.hasWorkspaces()) {
            target.write(
                    "INSERT INTO " + target.table("workspaces") + " (id, name, created_at) VALUES (?, 'default', ?)",
                    workspace,
                    clock.instant().truncatedTo(ChronoUnit.SECONDS));
        }
        if (catalog.hasClusterId()) {
            target.write(
                    "INSERT INTO " + target.table("parameters") + " (key, value) VALUES ('cluster_id', ?)",
                    clusterId.toString());
        }
    }

    /** Whether the keyspace says of itself that its core is migrated, so that a Kong may run on it already. */
    public boolean isReleased() {
        return target.run(
                                "SELECT executed FROM " + target.table(SCHEMA_META)
                                        + " WHERE key = ? AND subsystem = ?",
                                SCHEMA_META,
                                Subsystem.CORE)
                        .one()
                != null;
    }

    /**
     * Writes the rows of {@code schema_meta} that let this Kong start. The core's row comes last, since Kong takes its
     * absence for a migration to do.
     *
     * @param plugins the plugins that the target's Kong enables; empty for all bundled ones
     */
    public void release(Optional<Set<String>> plugins) {
        List<Subsystem> subsystems = catalog.subsystems().stream()
                .filter(subsystem -> subsystem.name().equals(Subsystem.CORE)
                        || plugins.map(enabled -> enabled.contains(subsystem.name()))
                                .orElse(true))
                .toList();
        OwnershipMark.remove(target);
        for (int i = subsystems.size() - 1; i >= 0; i--) {
            Subsystem subsystem = subsystems.get(i);
            target.write(
                    "INSERT INTO " + target.table(SCHEMA_META)
                            + " (key, subsystem, last_executed, executed) VALUES (?, ?, ?, ?)",
                    SCHEMA_META,
                    subsystem.name(),
                    subsystem.lastExecuted(),
                    new LinkedHashSet<>(subsystem.executed()));
        }
    }
}
