package io.keyferry.keyspace.upgrade;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Takes entities from one Kong version to a later one: every rule of every step crossed, in order. Between two releases
 * of one line nothing changes, but that keys of a plugin's configuration which no Kong of that line knows are removed,
 * since Kong drops them whenever it reads. Thread-safe once {@link #history()} has seen all targets.
 */
public final class Upgrade {
    /** Entity types with another name in later versions. */
    private static final Map<String, String> RENAMED_TYPES = Map.of("vaults_beta", "vaults");

    private static final String EARLIER_STATE = "T11: an earlier state of a target, kept as history before Kong 2.2";
    private static final String COUNTER = "T9: a counter of rate limits, which cannot be written as a row";
    private static final String SAME_ADDRESS =
            "T21: another target of the upstream has the same address and was created later";

    private final Catalog from;
    private final Catalog to;
    private final Set<String> customPlugins;
    private final List<Rule> rules;
    private final TargetHistory history;
    private final UpgradeLog log;
    private final Mending mending;
    private final boolean keepsEntities;
    private final boolean needsHistory;

    /**
     * An upgrade between two versions.
     *
     * @param customPlugins plugins that are not bundled but installed on the target; their configuration is copied as
     *     it is
     * @throws KeyferryException (USAGE) when the target is older than the source
     */
    public Upgrade(Catalog from, Catalog to, Set<String> customPlugins) {
        this(from, to, customPlugins, crossed(from, to));
        if (!to.version().isLineAtLeast(from.version())) {
            throw KeyferryException.usage("Kong " + from.version().line() + " cannot be taken back to Kong "
                    + to.version().line() + ": name a target version (--kong) at or above the source's.");
        }
    }

    private Upgrade(Catalog from, Catalog to, Set<String> customPlugins, List<Rule> rules) {
        this.from = requireNonNull(from, "from is null");
        this.to = requireNonNull(to, "to is null");
        this.customPlugins = Set.copyOf(customPlugins);
        this.rules = rules;
        keepsEntities = rules.isEmpty() && from.version().sameLine(to.version());
        needsHistory = crosses(Steps.TO_2_2) || crosses(Steps.TO_3_0);
        history = crosses(Steps.TO_3_0) && !crosses(Steps.TO_2_2) ? TargetHistory.ofSpelling() : new TargetHistory();
        mending = Mending.NONE;
        log = new UpgradeLog();
    }

    private Upgrade(Upgrade upgrade, Mending mending, UpgradeLog log) {
        this.mending = mending;
        this.log = log;
        from = upgrade.from;
        to = upgrade.to;
        customPlugins = upgrade.customPlugins;
        rules = upgrade.rules;
        keepsEntities = upgrade.keepsEntities;
        needsHistory = upgrade.needsHistory;
        history = upgrade.history;
    }

    /**
     * What Kong does to a file that is stated in its own terms but in an older format: from 3.0 on the paths of routes
     * in files of format 1.1 and 2.1 are taken for those of Kong 2.8.
     *
     * @param format {@code _format_version} of the file
     */
    public static Upgrade ofFile(Catalog to, String format, Set<String> customPlugins) {
        boolean oldPaths = to.version().isLineAtLeast(Steps.TO_3_0) && !format.equals(to.formatVersion());
        return new Upgrade(to, to, customPlugins, oldPaths ? List.of(PathRule.T19) : List.of());
    }

    /** The same upgrade with the same history and a log of its own, for entities that are looked at once more. */
    public Upgrade again() {
        return new Upgrade(this, mending, new UpgradeLog());
    }

    /** The same upgrade with a log of its own, of a source whose rows are mended first. */
    public Upgrade after(Mending other) {
        return new Upgrade(this, other, new UpgradeLog());
    }

    /**
     * Whether an entity of the target is of a workspace that is asked for, or of none; empty where all are.
     *
     * @param targetDefault the id of the target's default workspace
     */
    public Optional<Predicate<Entity>> scopeOnTarget(Optional<UUID> targetDefault) {
        return mending.selects()
                ? Optional.of(entity -> mending.isSelectedOnTarget(entity, targetDefault))
                : Optional.empty();
    }

    /**
     * The same upgrade with the same log, which also adds the names of the rules that it applies to a list: whoever
     * empties it before each entity learns what made of it what it is. For one thread.
     */
    public Upgrade heardBy(List<String> rules) {
        return new Upgrade(this, mending, new UpgradeLog(log, rules));
    }

    /** Whether an entity stays as it is in the target, but is nothing that Kong's reader of kong.yml would take. */
    public boolean hides(Entity entity) {
        return mending.hides(entity);
    }

    /** Whether {@link #hides} may say so of any entity of a type. */
    public boolean mayHide(EntityType type) {
        return mending.mayHide(type.name());
    }

    private static List<Rule> crossed(Catalog from, Catalog to) {
        return Rules.IN_ORDER.stream()
                .filter(rule -> crosses(from, to, rule.version()))
                .toList();
    }

    private boolean crosses(KongVersion version) {
        return crosses(from, to, version);
    }

    private static boolean crosses(Catalog from, Catalog to, KongVersion version) {
        return !from.version().isLineAtLeast(version) && to.version().isLineAtLeast(version);
    }

    public Catalog from() {
        return from;
    }

    public Catalog to() {
        return to;
    }

    public UpgradeLog log() {
        return log;
    }

    /** Whether entities stay as they are, but for keys that no Kong of the line knows. */
    public boolean keepsEntities() {
        return keepsEntities;
    }

    /** Whether {@link #history()} must see all targets of the source before the first entity is upgraded. */
    public boolean needsHistory() {
        return needsHistory;
    }

    /** Whether the target's Kong knows only the last state of a target, as all do from 2.2 on. */
    public boolean targetHasNoHistory() {
        return to.version().isLineAtLeast(Steps.TO_2_2);
    }

    /**
     * The names of the types that rules look at, or that may be refused: what must be looked at to know the warnings of
     * an upgrade beforehand.
     */
    public Set<String> typesWithRules() {
        Set<String> types =
                rules.stream().flatMap(rule -> rule.types().stream()).collect(Collectors.toSet());
        types.add("plugins");
        return types;
    }

    /** What an entity type of the source's version is in the target's; empty when it has no place there. */
    public Optional<EntityType> typeInTarget(EntityType type) {
        Optional<EntityType> same = to.entityType(type.name());
        return same.isPresent()
                ? same
                : Optional.ofNullable(RENAMED_TYPES.get(type.name())).flatMap(to::entityType);
    }

    /**
     * What a rule does, in one sentence.
     *
     * @param rule its short name, as the log counts it
     */
    public static String summary(String rule) {
        return Mending.SUMMARIES.getOrDefault(rule, Rules.summary(rule));
    }

    /**
     * The rule of this upgrade that fills a field which the source does not have, by its short name; empty where none
     * does, and the target's default is taken.
     */
    public Optional<String> filledBy(EntityType type, Field field) {
        return Optional.ofNullable(Rules.FILLING.get(type.name() + "." + field.name()))
                .filter(name -> rules.stream().anyMatch(rule -> rule.name().equals(name)));
    }

    public TargetHistory history() {
        return history;
    }

    /**
     * The entity in the target's version, or why it has no place there.
     *
     * @throws KeyferryException (REFUSED) when the entity can neither be moved nor left out without a decision of the
     *     user, naming it
     */
    public Outcome apply(Entity entity) {
        Outcome mended = mending.apply(entity, log);
        return mended instanceof Outcome.Kept kept ? upgraded(kept.entity()) : mended;
    }

    private Outcome upgraded(Entity entity) {
        if (entity.type().countsRequests()) {
            log.applied("T9");
            return new Outcome.Excluded(COUNTER);
        }
        EntityType type = typeInTarget(entity.type()).orElse(null);
        if (type == null) {
            return new Outcome.Excluded("Kong " + to.version().line() + " has no " + entity.type());
        }
        if (needsHistory && type.name().equals("targets") && !history.isCurrent(entity)) {
            boolean earlier = crosses(Steps.TO_2_2);
            log.applied(earlier ? "T11" : "T21");
            return new Outcome.Excluded(earlier ? EARLIER_STATE : SAME_ADDRESS);
        }
        if (keepsEntities && isFlat(entity)) {
            // Most entities of most keyspaces: there is nothing that a schema could fit.
            return new Outcome.Kept(entity);
        }
        Draft draft = new Draft(entity, to, customPlugins, log);
        boolean changed = applyRules(draft);
        if (draft.exclusion().isPresent()) {
            return new Outcome.Excluded(draft.exclusion().get());
        }
        if (type.name().equals("plugins")) {
            requireKnownPlugin(entity);
        }
        boolean sameLine = from.version().sameLine(to.version());
        SchemaFit fit = new SchemaFit(draft, type, log, !sameLine);
        changed |= fit.apply();
        if (fit.filled()) {
            log.applied("T13");
        }
        if (sameLine && !changed) {
            return new Outcome.Kept(entity);
        }
        if (crosses(Steps.TO_2_1) && type.workspaceable()) {
            log.applied("T1");
        }
        Entity finished = draft.finish(type);
        return new Outcome.Kept(sameLine ? finished : fillNewFields(finished));
    }

    /** Whether an entity is no plugin and holds neither lists nor mappings. */
    private static boolean isFlat(Entity entity) {
        for (Field field : entity.type().structuredFields()) {
            Value value = entity.value(field);
            if (value instanceof Value.Sequence || value instanceof Value.Mapping) {
                return false;
            }
        }
        return !entity.type().name().equals("plugins");
    }

    private boolean applyRules(Draft draft) {
        boolean changed = false;
        for (Rule rule : rules) {
            if (rule.types().contains(draft.origin().type().name()) && rule.apply(draft)) {
                log.applied(rule.name());
                changed = true;
            }
        }
        return changed;
    }

    /** Fields that the source's version did not have take the target's default. */
    private static Entity fillNewFields(Entity entity) {
        Entity.Builder filled = entity.toBuilder();
        for (Field field : entity.type().fields()) {
            if (entity.value(field) == null) {
                filled.put(
                        field,
                        field.schema().defaultValue() == null
                                ? Value.NULL
                                : Value.of(field.schema().defaultValue()));
            }
        }
        return filled.build();
    }

    private void requireKnownPlugin(Entity plugin) {
        String name = plugin.text("name").orElse("");
        if (to.plugin(name).isEmpty() && !customPlugins.contains(name)) {
            throw KeyferryException.refused(plugin.key() + ": plugin '" + name + "' is not bundled with Kong "
                    + to.version().line() + ". If it is installed there, name it: --plugins bundled," + name
                    + "; else delete the plugin in the old gateway first.");
        }
    }
}
