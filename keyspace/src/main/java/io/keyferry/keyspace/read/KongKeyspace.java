package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A keyspace that Kong made, open for reading: its version, its workspaces, its tables as scans. Thread-safe. Closing
 * the session is the opener's business.
 */
public final class KongKeyspace {
    private final ReadSession session;
    private final Catalog catalog;
    private final LiveSchema schema;
    private final List<Workspace> workspaces;

    private KongKeyspace(ReadSession session, Catalog catalog, LiveSchema schema, List<Workspace> workspaces) {
        this.session = requireNonNull(session, "session is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.workspaces = List.copyOf(workspaces);
    }

    /**
     * Recognises the keyspace's Kong version from {@code schema_meta}, unless the user says it.
     *
     * @param version what the user says; empty to recognise it
     * @throws KeyferryException (SOURCE or TARGET) when it is no keyspace of a Kong that we know, saying what was found;
     *     (REFUSED) when it is a source whose upgrade in place has been begun and not finished
     */
    public static KongKeyspace open(ReadSession session, Optional<KongVersion> version) {
        LiveSchema schema = session.schema();
        if (session.side() == Side.FROM) {
            refuseHalfMigrated(session, schema);
        }
        Catalog catalog = Catalog.forVersion(version.orElseGet(() -> recognise(session, schema)));
        List<Workspace> workspaces = new ArrayList<>();
        Optional<LiveSchema.Table> table = schema.table("workspaces");
        if (catalog.hasWorkspaces() && table.isPresent()) {
            List<String> columns = new ArrayList<>(List.of("id", "name"));
            Workspace.DETAILS.stream()
                    .filter(detail -> table.get()
                            .column(detail)
                            .filter(column -> column.type().equals("text"))
                            .isPresent())
                    .forEach(columns::add);
            PreparedSelect select = session.prepare(Select.of("workspaces", columns));
            Samples.read(session, select, List.of(), row -> {
                Map<String, String> details = new HashMap<>();
                for (int i = 2; i < columns.size(); i++) {
                    String detail = row.getString(i);
                    if (detail != null) {
                        details.put(columns.get(i), detail);
                    }
                }
                String name = row.getString(1);
                workspaces.add(new Workspace(requireNonNull(row.getUuid(0)), name == null ? "" : name, details));
            });
        }
        return new KongKeyspace(session, catalog, schema, workspaces);
    }

    /**
     * The same keyspace with this workspace as its default one: others of that name do not count any more.
     *
     * @throws KeyferryException (USAGE) when no workspace named default has this id
     */
    public KongKeyspace withDefaultWorkspace(UUID id) {
        List<Workspace> defaults =
                workspaces.stream().filter(Workspace::isDefault).toList();
        if (defaults.stream().noneMatch(workspace -> workspace.id().equals(id))) {
            throw KeyferryException.usage(
                    "--default-workspace " + id + ": " + session.side().noun()
                            + " has no such workspace named default; those named so are "
                            + defaults.stream().map(Workspace::id).toList());
        }
        List<Workspace> counting = workspaces.stream()
                .filter(workspace -> !workspace.isDefault() || workspace.id().equals(id))
                .toList();
        return new KongKeyspace(session, catalog, schema, counting);
    }

    /**
     * The same keyspace with this workspace as its only and default one, for a document that holds nothing of others.
     */
    public KongKeyspace withOnly(Workspace workspace) {
        return new KongKeyspace(
                session,
                catalog,
                schema,
                List.of(new Workspace(workspace.id(), Workspace.DEFAULT, workspace.details())));
    }

    /**
     * Insists that workspaces exist.
     *
     * @throws KeyferryException (USAGE) when one does not
     */
    public void requireWorkspaces(Set<String> names) {
        Set<String> unknown = new TreeSet<>(names);
        workspaces.forEach(workspace -> unknown.remove(workspace.name()));
        if (!unknown.isEmpty()) {
            throw KeyferryException.usage("--workspace: " + session.side().noun() + " has no workspace named "
                    + String.join(", ", unknown)
                    + (workspaces.isEmpty()
                            ? "; Kong has workspaces from 2.1 on"
                            : "; it has "
                                    + String.join(
                                            ", ",
                                            workspaces.stream()
                                                    .map(Workspace::name)
                                                    .toList())));
        }
    }

    /**
     * After {@code kong migrations up} some rows may have been through a migration and others not, until {@code kong
     * migrations finish} has come to its end: no version's rules fit all of them.
     */
    private static void refuseHalfMigrated(ReadSession session, LiveSchema schema) {
        if (schema.table("schema_meta").isEmpty()) {
            return;
        }
        Map<String, Set<String>> pending = new TreeMap<>();
        PreparedSelect select = session.prepare(Select.of("schema_meta", List.of("subsystem", "pending")));
        Samples.read(session, select, List.of(), row -> {
            Set<String> names = row.getSet(1, String.class);
            if (names != null && !names.isEmpty()) {
                pending.put(Objects.requireNonNullElse(row.getString(0), ""), new TreeSet<>(names));
            }
        });
        if (!pending.isEmpty()) {
            throw KeyferryException.refused(
                    "source " + session.address().describe() + " is half migrated: 'kong migrations up' of a later Kong"
                            + " has begun an upgrade in place, and these migrations are still pending: " + pending
                            + ". Run 'kong migrations finish' with the Kong that began it, or restore the snapshot from"
                            + " before, then run again. Where 'finish' stops with a CQL syntax error, look for unique"
                            + " values with an apostrophe, such as a username o'neil, and change those first.");
        }
    }

    private static KongVersion recognise(ReadSession session, LiveSchema schema) {
        String where = session.side().noun() + " " + session.address().describe();
        if (schema.table("schema_meta").isEmpty()) {
            throw new KeyferryException(
                    session.side().failure(),
                    where + " is no keyspace of a Kong that can be moved: it has no table schema_meta ("
                            + (schema.isEmpty()
                                    ? "it has no table at all"
                                    : "it has " + schema.tables().size() + " others")
                            + "). Name Kong's keyspace; one from before Kong 1.0 must be upgraded to 1.5 first.");
        }
        Map<String, Set<String>> executed = new HashMap<>();
        PreparedSelect select = session.prepare(Select.of("schema_meta", List.of("subsystem", "executed")));
        Samples.read(session, select, List.of(), row -> {
            String subsystem = row.getString(0);
            Set<String> names = row.getSet(1, String.class);
            executed.put(subsystem == null ? "" : subsystem, names == null ? Set.of() : new HashSet<>(names));
        });
        return Catalog.detect(executed)
                .orElseThrow(() -> new KeyferryException(
                        session.side().failure(),
                        where + " is of no Kong version that Keyferry knows ("
                                + Catalog.known().stream()
                                        .map(KongVersion::line)
                                        .reduce((a, b) -> a + ", " + b)
                                        .orElse("none")
                                + "): its schema_meta lists " + coreOf(executed)
                                + ". Finish its migrations with its own Kong, or name the version with"
                                + (session.side() == Side.FROM ? " --from-kong." : " --kong.")));
    }

    private static String coreOf(Map<String, Set<String>> executed) {
        Set<String> core = executed.getOrDefault("core", Set.of());
        return core.isEmpty()
                ? "no core migration"
                : "core migrations up to "
                        + core.stream().sorted().reduce((a, b) -> b).orElse("");
    }

    public ReadSession session() {
        return session;
    }

    public Catalog catalog() {
        return catalog;
    }

    /** The schema as it was when the keyspace was opened. */
    public LiveSchema schema() {
        return schema;
    }

    /** All workspaces; empty before Kong 2.1. */
    public List<Workspace> workspaces() {
        return workspaces;
    }

    /**
     * The id of the default workspace; empty before Kong 2.1, or when there is none.
     *
     * @throws KeyferryException (REFUSED) when there are several of that name, as Kong 2.1.0's migration left some
     */
    public Optional<UUID> defaultWorkspace() {
        List<UUID> ids = workspaces.stream()
                .filter(Workspace::isDefault)
                .map(Workspace::id)
                .toList();
        if (ids.size() > 1) {
            throw KeyferryException.refused(session.side().noun() + " has " + ids.size()
                    + " workspaces named default: " + ids
                    + ". Keep the one that the entities' ws_id names, and delete the others from table workspaces; or"
                    + " say --default-workspace ID.");
        }
        return ids.stream().findFirst();
    }

    /** What {@code schema_meta} says, as it is now; empty when there is no such table. */
    public List<MigrationState> migrations() {
        List<MigrationState> states = new ArrayList<>();
        if (schema.table("schema_meta").isPresent()) {
            PreparedSelect select =
                    session.prepare(Select.of("schema_meta", List.of("subsystem", "executed", "pending")));
            Samples.read(session, select, List.of(), row -> {
                Set<String> executed = row.getSet(1, String.class);
                Set<String> pending = row.getSet(2, String.class);
                states.add(new MigrationState(
                        Objects.requireNonNullElse(row.getString(0), ""),
                        executed == null ? Set.of() : executed,
                        pending == null ? Set.of() : pending));
            });
        }
        return states;
    }

    /** The table {@code tags}, if the keyspace has it: what Kong finds entities by tag with. */
    public Optional<TagTable> tags() {
        return schema.table("tags").map(table -> new TagTable(session));
    }

    /** The table of a type, if the keyspace has it. */
    public Optional<TableScan> scan(EntityType type) {
        return schema.table(type.table().name()).map(table -> new TableScan(session, type, table));
    }
}
