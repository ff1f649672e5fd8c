package io.keyferry.keyspace.catalog;

import io.keyferry.keyspace.catalog.CatalogReader.BundledPlugin;
import io.keyferry.keyspace.catalog.Releases.Release;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Everything that one Kong release line keeps in Cassandra. Immutable and thread-safe; made once per line.
 * Facts are those of Kong's own schemas and of its bootstrap on real Cassandra.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Catalog {
    private final Releases releases;
    private final Release release;
    private final CatalogReader reader;
    private final Map<String, TableLayout> tables;
    private final Map<String, EntityType> entityTypes;
    private final Map<String, Optional<BundledPlugin>> plugins = new ConcurrentHashMap<>();

    Catalog(Releases releases, Release release) {
        this.releases = releases;
        this.release = release;
        this.reader = new CatalogReader(releases, release.version());
        this.tables = reader.tables();
        this.entityTypes = reader.entityTypes(tables);
    }

    /** What is read once in a process; a class of its own, so that it is read when first asked for. */
    private static final class Shipped {
        private static final Releases RELEASES = new Releases(DataFiles.shipped());
        private static final Map<KongVersion, Catalog> CATALOGS = new ConcurrentHashMap<>();
    }

    /**
     * The catalogue of a release line; the patch does not matter.
     *
     * @throws io.keyferry.keyspace.problem.KeyferryException (USAGE) when the line is not known, naming those that are
     */
    public static Catalog forVersion(KongVersion version) {
        Release release = Shipped.RELEASES.all().stream()
                .filter(each -> each.version().sameLine(version))
                .findFirst()
                .orElseThrow(() -> KeyferryException.usage("Kong " + version.line() + " is not known; known are "
                        + known().stream().map(KongVersion::line).collect(Collectors.joining(", "))));
        return Shipped.CATALOGS.computeIfAbsent(release.version(), key -> new Catalog(Shipped.RELEASES, release));
    }

    /** The known releases, oldest first, one per line. */
    public static List<KongVersion> known() {
        return Shipped.RELEASES.versions();
    }

    /**
     * The release line whose gateways migrated a keyspace last, told by the core migrations of {@code schema_meta}.
     * It is the newest line all of whose core migrations are executed, provided that any others belonged to an older
     * line: an upgrade in place leaves the names that later lines dropped (1.5 has two that 2.0 has not). Lines with
     * the same core migrations, such as 2.3 to 2.6, have the same migrations of all bundled plugins too; the newest of
     * them is returned, see {@link #indistinguishableFrom}. What plugins have executed does not matter, since they
     * are enabled one by one.
     *
     * @param executedBySubsystem column {@code executed} by {@code subsystem}
     * @return empty when there is no row of the core, or it holds a migration of no known line, or it stopped half-way
     */
    public static Optional<KongVersion> detect(Map<String, Set<String>> executedBySubsystem) {
        Set<String> executed = executedBySubsystem.getOrDefault(Subsystem.CORE, Set.of());
        Set<String> older = new HashSet<>();
        Optional<KongVersion> newest = Optional.empty();
        for (KongVersion version : known()) {
            List<String> own = Shipped.RELEASES.coreMigrations(version);
            older.addAll(own);
            if (executed.containsAll(own) && older.containsAll(executed)) {
                newest = Optional.of(version);
            }
        }
        return newest;
    }

    /**
     * The known releases whose {@code schema_meta} looks like that of the given line, which is among them; oldest
     * first.
     */
    public static List<KongVersion> indistinguishableFrom(KongVersion version) {
        List<String> core = Shipped.RELEASES.coreMigrations(forVersion(version).version());
        return known().stream()
                .filter(each -> Shipped.RELEASES.coreMigrations(each).equals(core))
                .toList();
    }

    /** The release this catalogue was taken from, e.g. 2.8.5. */
    public KongVersion version() {
        return release.version();
    }

    /** {@code _format_version} of the files that this Kong writes. */
    public String formatVersion() {
        return release.writes();
    }

    /** The {@code _format_version}s that this Kong reads. */
    public List<String> acceptedFormats() {
        return release.accepts();
    }

    /**
     * All entity types in document order: parents before children, as Kong orders them from 2.4 on, for every
     * version. Includes those that Kong does not export.
     */
    public List<EntityType> entityTypes() {
        return List.copyOf(entityTypes.values());
    }

    public Optional<EntityType> entityType(String name) {
        return Optional.ofNullable(entityTypes.get(name));
    }

    /** All tables of a fresh bootstrap, with and without an entity type, in alphabetical order. */
    public List<TableLayout> tables() {
        return List.copyOf(tables.values());
    }

    public Optional<TableLayout> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** Rows of {@code schema_meta} after a fresh bootstrap with all bundled plugins, core first. */
    public List<Subsystem> subsystems() {
        List<Subsystem> subsystems = new ArrayList<>();
        for (String name : releases.plugins()) {
            bundled(name)
                    .map(BundledPlugin::migrations)
                    .filter(migrations -> !migrations.isEmpty())
                    .ifPresent(migrations -> subsystems.add(new Subsystem(name, migrations)));
        }
        List<String> order = releases.subsystemOrder(version());
        subsystems.sort(Comparator.comparingInt(subsystem -> order.indexOf(subsystem.name())));
        subsystems.add(0, new Subsystem(Subsystem.CORE, releases.coreMigrations(version())));
        return List.copyOf(subsystems);
    }

    /** Bundled plugins by name, in alphabetical order. */
    public List<PluginSchema> plugins() {
        return releases.plugins().stream()
                .flatMap(name -> plugin(name).stream())
                .toList();
    }

    /** A bundled plugin; its file is read when it is asked for first. */
    public Optional<PluginSchema> plugin(String name) {
        return bundled(name).map(BundledPlugin::schema);
    }

    private Optional<BundledPlugin> bundled(String name) {
        return releases.plugins().contains(name) ? plugins.computeIfAbsent(name, reader::plugin) : Optional.empty();
    }

    /** Whether this version has workspaces: a {@code ws_id} column, prefixes, a row in {@code workspaces}. */
    public boolean hasWorkspaces() {
        return release.hasWorkspaces();
    }

    /**
     * Whether Kong's reader of kong.yml takes entities that are nested two levels deep (the plugins of a service's
     * routes). Before 2.4 that depended on the order of a hash table: 2.0.5 and 2.1.4 refuse those.
     */
    public boolean takesGrandchildren() {
        return release.takesGrandchildren();
    }

    /** Whether bootstrap writes {@code parameters.cluster_id}. */
    public boolean hasClusterId() {
        return release.hasClusterId();
    }
}
