package io.keyferry.migrator.plan;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.document.EntityCheck;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes plans. Use once. */
public final class Planner {
    private static final int ROWS_PER_SLICE = 10_000;

    /**
     * What the user allows.
     *
     * @param intoExisting whether the target may hold entities
     * @param allowRf1 whether one replica on several nodes is meant
     */
    public record Permissions(boolean intoExisting, boolean allowRf1) {}

    /**
     * What is known besides the rules.
     *
     * @param inspected what is odd about the source's rows
     * @param custom what no Kong knows
     * @param about what only people can tell
     */
    public record Known(Inspection.Result inspected, CustomTables.Found custom, Surroundings about) {}

    private final KongKeyspace source;
    private final ReadSession target;
    private final Upgrade upgrade;
    private final Selection selection;
    private final Permissions permissions;
    private final Inspection.Result inspected;
    private final CustomTables.Found custom;
    private final Surroundings about;
    private boolean gateways = true;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Prepares a plan.
     *
     * @param upgrade with the source's rows mended as the inspection says
     */
    public Planner(
            KongKeyspace source,
            ReadSession target,
            Upgrade upgrade,
            Selection selection,
            Permissions permissions,
            Known known) {
        this.custom = requireNonNull(known.custom(), "custom is null");
        this.about = requireNonNull(known.about(), "about is null");
        this.inspected = requireNonNull(known.inspected(), "inspected is null");
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.permissions = requireNonNull(permissions, "permissions is null");
    }

    /** Says that no gateway works on the target's cluster, which is thrown away; to be called before anything else. */
    public Planner withoutGateways() {
        gateways = false;
        return this;
    }

    /**
     * Looks at both sides.
     *
     * @throws KeyferryException (SOURCE, TARGET) when a side cannot be read
     */
    public Plan plan() {
        ClusterInfo from = source.session().cluster();
        ClusterInfo to = target.cluster();
        LiveSchema targetSchema = target.schema();
        Optional<Replication> replication = Optional.empty();
        if (source.session().isSameKeyspaceAs(target)) {
            problems.add("source and target are the same keyspace of the same cluster: name another keyspace in --to");
        } else {
            replication = bootstrapReplication(targetSchema, to);
            if (gateways && from.isSameClusterAs(to)) {
                warnings.add("source and target are two keyspaces of one cluster ("
                        + source.session().address().keyspace() + " and "
                        + target.address().keyspace() + "): what is read and written here, the gateways on it feel");
            }
        }
        leftOut();
        sourceSchema();
        Map<String, Long> rows = rows();
        rules();
        workspaces();
        problems.addAll(inspected.problems());
        warnings.addAll(inspected.warnings());
        Set<String> executed = CustomTables.rowsOfSchemaMeta(target, targetSchema).stream()
                .map(Subsystem::name)
                .collect(Collectors.toSet());
        Lints lints = new Lints(source, upgrade.to(), about).look(from, to, executed);
        warnings.addAll(lints.warnings());
        Lints.hops(source.catalog().version(), upgrade.to().version(), about.topology())
                .ifPresent(warnings::add);
        return new Plan(
                side(source.session(), source.catalog().version(), from),
                side(target, upgrade.to().version(), to),
                rows,
                replication,
                Ledger.of(source, upgrade, selection, custom),
                targetSchema.isEmpty()
                        ? Ledger.ofNewTarget(source, upgrade, selection)
                        : Ledger.ofTarget(source, targetSchema, upgrade, selection, custom),
                warnings,
                lints.advice(),
                problems,
                Optional.empty());
    }

    private static Report.Side side(ReadSession session, KongVersion kong, ClusterInfo cluster) {
        return new Report.Side(
                session.address().describe(),
                Optional.of(kong.toString()),
                Optional.of(String.join(", ", cluster.releaseVersions())));
    }

    private Optional<Replication> bootstrapReplication(LiveSchema schema, ClusterInfo cluster) {
        if (!schema.isEmpty()) {
            existingTarget(schema);
            return Optional.empty();
        }
        if (schema.exists()) {
            return schema.replication();
        }
        Problems found = new Problems();
        Optional<Replication> choice = new ReplicationChoice(
                        target.address(), source.schema().replication(), cluster, permissions.allowRf1())
                .choose(found);
        problems.addAll(found.shown());
        return choice;
    }

    private void existingTarget(LiveSchema schema) {
        Catalog catalog = upgrade.to();
        List<String> missing = catalog.tables().stream()
                .map(TableLayout::name)
                .filter(name -> schema.table(name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            problems.add("the target keyspace holds tables (such as "
                    + schema.tables().get(0).name() + "), but is no whole keyspace of Kong "
                    + catalog.version().line() + " (it lacks " + missing.get(0)
                    + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "")
                    + "): name a keyspace that does not exist yet. What an earlier run of Keyferry left unfinished can"
                    + " be dropped.");
            return;
        }
        List<String> filled = selection.types(catalog).stream()
                .filter(type -> schema.table(type.table().name())
                        .filter(target::hasRows)
                        .isPresent())
                .map(EntityType::name)
                .toList();
        if (!filled.isEmpty() && !permissions.intoExisting()) {
            problems.add("the target keyspace holds entities already (" + String.join(", ", filled)
                    + "): name a new keyspace, or say --into-existing to add to it (same ids are overwritten)");
        }
    }

    /** Tables that no Kong made may hold what somebody needs, and tables that should be there may not. */
    private void sourceSchema() {
        problems.addAll(custom.problems());
        warnings.addAll(custom.warnings());
        source.schema()
                .table("apis")
                .filter(table -> !selection.without().contains(table.name())
                        && source.session().hasRows(table))
                .ifPresent(table -> problems.add("table apis of the source holds rows, which no Kong after 1.5 reads:"
                        + " make services and routes of them with 'kong migrations migrate-apis' of Kong 1.5, or say"
                        + " --without apis if nothing of them is needed"));
        for (EntityType type : selection.types(source.catalog())) {
            if (source.schema().table(type.table().name()).isEmpty()) {
                warnings.add("the source has no table " + type.table().name() + ", which Kong "
                        + source.catalog().version().line() + " has: nothing to move from it");
            }
        }
    }

    /** A name that nothing answers to is a slip of the pen, and would move what was to be left out. */
    private void leftOut() {
        List<String> unknown = selection.without().stream()
                .filter(name -> source.catalog().entityType(name).isEmpty()
                        && source.schema().table(name).isEmpty()
                        && !name.equals(CustomTables.ENTERPRISE))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            problems.add("--without names what is neither an entity type nor a table of the source: "
                    + String.join(", ", unknown));
        }
    }

    private Map<String, Long> rows() {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (EntityType type : selection.types(source.catalog())) {
            source.scan(type)
                    .ifPresent(scan ->
                            rows.put(type.name(), scan.plan(ROWS_PER_SLICE).estimatedRows()));
        }
        for (CustomTransfer transfer : custom.transfers()) {
            if (transfer.manner() != CustomTransfer.Manner.VALUES) {
                rows.put(
                        transfer.label(),
                        transfer.source(source.session()).plan(ROWS_PER_SLICE).estimatedRows());
            }
        }
        return rows;
    }

    /** What the rules refuse or warn of; only types that rules look at are read, and never the credentials. */
    private void rules() {
        Problems refused = new Problems();
        Set<String> looked = upgrade.typesWithRules();
        for (EntityType type : selection.types(source.catalog())) {
            if (type.core() && looked.contains(type.name())) {
                source.scan(type)
                        .ifPresent(scan ->
                                scan.readAll(Step.PLAN, TransferListener.NONE, entity -> tryRules(entity, refused)));
            }
        }
        warnings.addAll(upgrade.log().warnings());
        problems.addAll(refused.shown());
        if (refused.count() > refused.shown().size()) {
            problems.add("... and " + (refused.count() - refused.shown().size()) + " more entities");
        }
    }

    private void tryRules(Entity entity, Problems refused) {
        if (entity.unreadable().isPresent() || Mending.isBare(entity)) {
            return; // The inspection has told of it.
        }
        try {
            if (upgrade.apply(entity) instanceof Outcome.Kept kept) {
                new EntityCheck(upgrade.to())
                        .check(kept.entity(), problem -> refused.add(problem + ", in the old gateway"));
            }
        } catch (KeyferryException e) {
            refused.add(e.getMessage() == null ? "" : e.getMessage());
        }
    }

    private void workspaces() {
        if (source.catalog().hasWorkspaces() && source.workspaces().stream().noneMatch(Workspace::isDefault)) {
            problems.add("the source has no workspace named default: is it a finished keyspace of Kong "
                    + source.catalog().version().line() + "?");
        }
    }
}
