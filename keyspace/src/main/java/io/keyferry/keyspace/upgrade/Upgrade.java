package io.keyferry.keyspace.upgrade;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes entities from one Kong version to a later one: every rule of every step crossed, in order. Between two releases
 * of one line nothing changes. Thread-safe once {@link #history()} has seen all targets.
 */
public final class Upgrade {
    private static final KongVersion OLDEST = KongVersion.parse("2.0");
    private static final KongVersion FIRST_WITHOUT_RULES = KongVersion.parse("3.0");
    private static final KongVersion TARGETS_WITHOUT_HISTORY = KongVersion.parse("2.2");

    private final Catalog from;
    private final Catalog to;
    private final Set<String> customPlugins;
    private final List<Rule> rules;
    private final TargetHistory history;
    private final UpgradeLog log = new UpgradeLog();

    /**
     * An upgrade between two versions.
     *
     * @param customPlugins plugins that are not bundled but installed on the target; their configuration is copied as
     *     it is
     * @throws KeyferryException (USAGE) when the target is older than the source
     */
    public Upgrade(Catalog from, Catalog to, Set<String> customPlugins) {
        this.from = requireNonNull(from, "from is null");
        this.to = requireNonNull(to, "to is null");
        this.customPlugins = Set.copyOf(customPlugins);
        if (!to.version().isLineAtLeast(from.version())) {
            throw KeyferryException.usage("Kong " + from.version().line() + " cannot be taken back to Kong "
                    + to.version().line() + ": name a target version (--kong) at or above the source's.");
        }
        if (!from.version().sameLine(to.version())
                && (!from.version().isLineAtLeast(OLDEST) || to.version().isLineAtLeast(FIRST_WITHOUT_RULES))) {
            throw KeyferryException.usage("the way from Kong " + from.version().line() + " to Kong "
                    + to.version().line()
                    + " has upgrade rules that Keyferry does not know yet: it takes keyspaces from"
                    + " Kong 2.0 or later up to 2.8. Moving one without its rules could lose data.");
        }
        rules = Rules.IN_ORDER.stream().filter(rule -> crosses(rule.version())).toList();
        history = new TargetHistory();
    }

    private Upgrade(Upgrade upgrade) {
        from = upgrade.from;
        to = upgrade.to;
        customPlugins = upgrade.customPlugins;
        rules = upgrade.rules;
        history = upgrade.history;
    }

    /** The same upgrade with the same history and a log of its own, for entities that are looked at once more. */
    public Upgrade again() {
        return new Upgrade(this);
    }

    private boolean crosses(KongVersion version) {
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

    /** Whether {@link #history()} must see all targets of the source before the first entity is upgraded. */
    public boolean needsHistory() {
        return crosses(TARGETS_WITHOUT_HISTORY);
    }

    /** Whether the target's Kong knows only the last state of a target, as all do from 2.2 on. */
    public boolean targetHasNoHistory() {
        return to.version().isLineAtLeast(TARGETS_WITHOUT_HISTORY);
    }

    /**
     * What a rule does, in one sentence.
     *
     * @param rule its short name, as the log counts it
     */
    public static String summary(String rule) {
        return switch (rule) {
            case "T1" -> "entities belong to a workspace, the default one";
            case "T11" -> "of the states of a target, the last one is kept";
            case "T13" -> "a null that is not allowed any more becomes the field's default";
            default ->
                Rules.IN_ORDER.stream()
                        .filter(each -> each.name().equals(rule))
                        .map(Rule::summary)
                        .findFirst()
                        .orElse("");
        };
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
        if (entity.type().name().equals("plugins")) {
            requireKnownPlugin(entity);
        }
        EntityType type = to.entityType(entity.type().name()).orElse(null);
        if (type == null) {
            return new Outcome.Excluded("Kong " + to.version().line() + " has no " + entity.type());
        }
        if (from.version().sameLine(to.version())) {
            return new Outcome.Kept(entity);
        }
        if (needsHistory() && type.name().equals("targets") && !history.isCurrent(entity)) {
            log.applied("T11");
            return new Outcome.Excluded("T11: an earlier state of a target, kept as history before Kong 2.2");
        }
        if (crosses(KongVersion.parse("2.1")) && type.workspaceable()) {
            log.applied("T1");
        }
        Draft draft = new Draft(entity, to);
        for (Rule rule : rules) {
            if (rule.types().contains(type.name()) && rule.apply(draft)) {
                log.applied(rule.name());
            }
        }
        boolean filled = fillRequired(draft, type);
        if (type.name().equals("plugins")) {
            filled |= fitConfig(draft);
        }
        if (filled) {
            log.applied("T13");
        }
        return new Outcome.Kept(fillNewFields(draft.finish(type)));
    }

    /** T13: a null that the target requires becomes its default, in records too. */
    private boolean fillRequired(Draft draft, EntityType type) {
        List<String> removed = new ArrayList<>();
        ConfigRules fitting = new ConfigRules(Set.of(), removed);
        for (Field field : type.fields()) {
            Value value = draft.get(field.name());
            if (value != null && !isConfig(field)) {
                draft.put(field.name(), fitting.fitValue(value, field.schema(), field.name()));
            }
        }
        removed.forEach(path -> log.warn(
                type + ": '" + path + "' is unknown to Kong " + to.version().line() + " and was removed"));
        return fitting.filled();
    }

    /** A plugin's configuration has the plugin's own schema, a vault's its kind's. */
    private static boolean isConfig(Field field) {
        return field.name().equals("config");
    }

    private boolean fitConfig(Draft draft) {
        String name = draft.text("name").orElse("");
        PluginSchema plugin = to.plugin(name).orElse(null);
        Map<String, Value> config = draft.config().orElse(null);
        if (plugin == null || config == null) {
            return false;
        }
        List<String> removed = new ArrayList<>();
        ConfigRules fitting = new ConfigRules(
                plugin.shorthands().stream().map(FieldSchema::name).collect(Collectors.toSet()), removed);
        draft.putConfig(fitting.fit(new LinkedHashMap<>(config), plugin.config()));
        removed.forEach(key -> log.warn("plugin " + name + ": configuration key '" + key + "' is unknown to Kong "
                + to.version().line() + " and was removed"));
        return fitting.filled();
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
