package io.keyferry.migrator.plan;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Hop;
import io.keyferry.keyspace.upgrade.Topology;
import io.keyferry.keyspace.upgrade.UpgradePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What Kong's upgrade guides and its users warn of, beyond the data itself. Each lint speaks only where it applies. What
 * it has seen in this keyspace is a warning; what holds of every such migration is advice. Use once.
 */
final class Lints {
    private static final String BUNDLED = "bundled";
    private static final int NAMED = 3;

    private final KongKeyspace source;
    private final Catalog target;
    private final Surroundings about;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> advice = new ArrayList<>();
    private final Map<String, List<String>> pluginsInUse = new TreeMap<>();
    private final List<String> countingTogether = new ArrayList<>();

    Lints(KongKeyspace source, Catalog target, Surroundings about) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.about = requireNonNull(about, "about is null");
    }

    /**
     * Looks.
     *
     * @param executed what the target's schema_meta says is executed, by subsystem; empty where it is yet to be made
     * @throws KeyferryException (USAGE) when the nginx template cannot be read
     */
    Lints look(ClusterInfo from, ClusterInfo to, Set<String> executed) {
        source.catalog()
                .entityType("plugins")
                .flatMap(source::scan)
                .ifPresent(scan -> scan.readAll(Step.PLAN, TransferListener.NONE, this::plugin));
        pluginsNotEnabled();
        customPlugins();
        notMigrated(executed);
        nginxTemplate();
        counters();
        to.releaseVersions().stream()
                .filter(release -> !UpgradePath.runsOn(target.version(), release))
                .findFirst()
                .ifPresent(release -> advice.add("Kong " + target.version().line() + " does not run on Cassandra "
                        + release + ": before 2.5 it takes 3.11 at most"));
        boolean sameVersion = source.catalog().version().sameLine(target.version());
        advice.add("take a snapshot of the source first, on every node: nodetool snapshot -t before-"
                + target.version().line() + " " + source.session().address().keyspace());
        if (!sameVersion && !from.isSameClusterAs(to)) {
            advice.add("this goes to another cluster and to another version at once. Kong's guides ask for two steps on"
                    + " other infrastructure: move with the same version first (--kong "
                    + source.catalog().version().line() + "), see it serve, and upgrade then");
        }
        if (!sameVersion) {
            advice.add("compare the nginx templates of both versions, and carry over your own changes: git diff -w "
                    + source.catalog().version() + " " + target.version()
                    + " -- kong/templates/ (in Kong's repository)");
        }
        advice.add(
                "until the cut-over write nothing through the new Admin API, and stop writing through the old one when"
                        + " the migration begins: what either writes later is on one side only. 'keyferry verify' shows it");
        if (about.topology() == Topology.DBLESS) {
            advice.add("a gateway without a database reads a file and no keyspace: 'keyferry export --kong "
                    + target.version().line() + "' writes it");
        }
        return this;
    }

    /** What was seen. */
    List<String> warnings() {
        return warnings;
    }

    /** What holds of every such migration. */
    List<String> advice() {
        return advice;
    }

    /** What the steps in between ask of people; what they ask of the cluster, a plan sees for itself. */
    static Optional<String> hops(KongVersion from, KongVersion to, Topology topology) {
        UpgradePath path = UpgradePath.find(from, to, topology).orElse(null);
        if (path == null || path.hops().isEmpty()) {
            return Optional.empty();
        }
        List<String> asks = new ArrayList<>();
        for (Hop hop : path.hops()) {
            hop.atLeast()
                    .filter(minimum -> UpgradePath.isTooOld(from, hop))
                    .ifPresent(minimum -> asks.add("(" + hop.label() + ") the old side at " + minimum.version()
                            + " or later, " + minimum.why()));
            hop.byHand().stream()
                    .filter(ask -> !ask.startsWith("in place:") && !ask.startsWith("Cassandra "))
                    .forEach(ask -> asks.add("(" + hop.label() + ") " + ask));
        }
        if (asks.isEmpty()) {
            return Optional.empty();
        }
        String way = path.hops().size() == 1
                ? "the step " + path.label() + " asks of you: "
                : "Kong's guides go " + path.label()
                        + ", Keyferry goes there at once. What those steps ask of you, they" + " still do: ";
        return Optional.of(way + String.join("; ", asks));
    }

    private void plugin(Entity plugin) {
        String name = plugin.text("name").orElse("");
        String id = plugin.text("id").orElse("");
        pluginsInUse.computeIfAbsent(name, added -> new ArrayList<>()).add(id);
        if (plugin.value("config") instanceof Value.Mapping config) {
            boolean advanced = name.equals("rate-limiting-advanced") && isCluster(config, "strategy");
            boolean plain = (name.equals("rate-limiting") || name.equals("response-ratelimiting"))
                    && isCluster(config, "policy");
            if (advanced || plain) {
                countingTogether.add(name + " " + id);
            }
        }
    }

    private static boolean isCluster(Value.Mapping config, String key) {
        return config.values().get(key) instanceof Value.Text text
                && text.value().equals("cluster");
    }

    private boolean isEnabled(String plugin) {
        return about.enabled()
                .map(names -> names.contains(plugin)
                        || (names.contains(BUNDLED) && target.plugin(plugin).isPresent()))
                .orElse(target.plugin(plugin).isPresent());
    }

    /** Kong does not start with a plugin that is in use and not enabled. */
    private void pluginsNotEnabled() {
        pluginsInUse.forEach((name, ids) -> {
            boolean isGone = source.catalog().plugin(name).isPresent()
                    && target.plugin(name).isEmpty();
            if (target.plugin(name).isPresent() && !isEnabled(name) && !isGone) {
                warnings.add(
                        "plugin " + name + " is in use (" + some(ids) + ") and not among those that the new gateway"
                                + " enables: Kong does not start then. Add it to plugins in its kong.conf");
            }
        });
        if (about.topology() == Topology.HYBRID && !countingTogether.isEmpty()) {
            warnings.add(
                    "in hybrid mode data planes have no database to count in together, and these plugins are told to"
                            + " (rate-limiting-advanced with strategy cluster, rate-limiting and response-ratelimiting with"
                            + " policy cluster): " + some(countingTogether)
                            + ". Say redis, or local, before the cut-over");
        }
    }

    private void customPlugins() {
        List<String> custom = pluginsInUse.keySet().stream()
                .filter(name -> target.plugin(name).isEmpty()
                        && source.catalog().plugin(name).isEmpty())
                .toList();
        if (!custom.isEmpty()) {
            String where = about.topology() == Topology.HYBRID
                    ? "on the new control plane and on every data plane"
                    : "on every new node";
            warnings.add("custom plugins are in use: " + String.join(", ", custom)
                    + ". They must be installed in a version that runs on Kong "
                    + target.version().line() + ", and enabled, " + where);
        }
    }

    private void notMigrated(Set<String> executed) {
        if (!executed.isEmpty()) {
            List<String> lacking = target.subsystems().stream()
                    .map(Subsystem::name)
                    .filter(name -> name.equals(Subsystem.CORE) || isEnabled(name))
                    .filter(name -> !executed.contains(name))
                    .toList();
            if (executed.contains(Subsystem.CORE) && !lacking.isEmpty()) {
                warnings.add("the new gateway enables plugins whose migrations are not executed on the target: "
                        + String.join(", ", lacking)
                        + ". Run 'kong migrations up' there, or Kong does not start");
            }
        }
        Set<String> known = new TreeSet<>(executed);
        CustomTables.subsystems(source).forEach(subsystem -> known.add(subsystem.name()));
        List<String> unknown = about.enabled().orElse(Set.of()).stream()
                .filter(name -> !name.equals(BUNDLED) && !name.equals("off"))
                .filter(name -> target.plugin(name).isEmpty() && !known.contains(name))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            warnings.add("the new gateway enables plugins that have no migrations in the source's schema_meta: "
                    + String.join(", ", unknown)
                    + ". If they have tables, Kong will ask for 'kong migrations up' after the migration");
        }
    }

    private void nginxTemplate() {
        Path file = about.nginxTemplate().orElse(null);
        if (file == null) {
            return;
        }
        List<String> lines;
        try {
            lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException e) {
            throw KeyferryException.usage("--nginx-template " + file + " cannot be read: " + e);
        }
        Map<String, String> gone = UpgradePath.templateWordsGoneBy(target.version());
        for (int i = 0; i < lines.size(); i++) {
            for (Map.Entry<String, String> word : gone.entrySet()) {
                if (lines.get(i).contains(word.getKey())) {
                    warnings.add(file + ":" + (i + 1) + ": " + word.getKey() + " is gone by Kong "
                            + target.version().line() + ", which does not start with it: write " + word.getValue());
                }
            }
        }
    }

    private void counters() {
        List<String> counting = source.schema().tables().stream()
                .filter(table -> source.catalog().table(table.name()).isPresent())
                .filter(table -> table.columns().stream()
                        .anyMatch(column -> column.type().equals("counter")))
                .filter(source.session()::hasRows)
                .map(table -> table.name())
                .toList();
        List<String> vitals = source.schema().tables().stream()
                .map(table -> table.name())
                .filter(name -> name.startsWith("vitals_"))
                .toList();
        if (!counting.isEmpty()) {
            advice.add("counters are not carried (" + String.join(", ", counting)
                    + "): limits count from zero at the cut-over");
        }
        if (!vitals.isEmpty()) {
            advice.add("traffic statistics are not carried (" + vitals.size() + " tables of Vitals)");
        }
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
    }
}
