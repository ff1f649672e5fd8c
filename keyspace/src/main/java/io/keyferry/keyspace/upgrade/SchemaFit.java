package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Value;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings a draft in line with the target's schema once the rules have named what they know: keys that the target does
 * not know are removed and told, nulls that it forbids become the field's default (T13). Use once.
 */
final class SchemaFit {
    private final Draft draft;
    private final EntityType type;
    private final UpgradeLog log;
    private final boolean filling;
    private boolean filled;

    /**
     * Prepares to fit.
     *
     * @param filling whether nulls are filled; within one release line they stay, since Kong reads the default there
     */
    SchemaFit(Draft draft, EntityType type, UpgradeLog log, boolean filling) {
        this.draft = draft;
        this.type = type;
        this.log = log;
        this.filling = filling;
    }

    /** Whether a null was replaced. */
    boolean filled() {
        return filled;
    }

    /** Fits all fields, and tells whether something changed. */
    boolean apply() {
        boolean changed = false;
        for (Field field : type.fields()) {
            if (!isConfig(field)) {
                changed |= fit(field.name(), field.schema(), Set.of(), "'");
            }
        }
        PluginSchema plugin = type.name().equals("plugins")
                ? draft.text("name").flatMap(draft.target()::plugin).orElse(null)
                : null;
        if (plugin != null && draft.get("config") instanceof Value.Mapping) {
            Set<String> shorthands =
                    plugin.shorthands().stream().map(FieldSchema::name).collect(Collectors.toSet());
            changed |= fit("config", plugin.config(), shorthands, "plugin " + plugin.name() + ": configuration key '");
        }
        return changed;
    }

    /** A plugin's configuration has the plugin's own schema, a vault's its kind's. */
    private static boolean isConfig(Field field) {
        return field.name().equals("config");
    }

    private boolean fit(String field, FieldSchema schema, Set<String> shorthands, String words) {
        Value value = draft.get(field);
        boolean simple = !(value instanceof Value.Mapping) && !(value instanceof Value.Sequence);
        if (value == null || (simple && !(filling && value == Value.NULL))) {
            return false;
        }
        ConfigRules fitting = new ConfigRules(shorthands, filling);
        Value fitted = fitting.fit(value, schema, field);
        filled |= fitting.filled();
        for (String path : fitting.removed()) {
            log.warn(
                    words + path + "' is unknown to Kong "
                            + draft.target().version().line() + " and was removed",
                    log.label(draft.origin()));
        }
        if (fitted == value || fitted.equals(value)) {
            return false;
        }
        draft.put(field, fitted);
        return true;
    }
}
