package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds an entity as a keyspace has it against the schemas of its version, the way a document is held against them: what
 * an older version allowed and this one does not (a narrower range, a value that is no choice any more) is found before
 * anything is written. Uniqueness and references are not checked here. Immutable and thread-safe.
 */
public final class EntityCheck {
    private final Catalog catalog;

    /** @param catalog the version to whose types the entities belong */
    public EntityCheck(Catalog catalog) {
        this.catalog = requireNonNull(catalog, "catalog is null");
    }

    /** Tells all problems of an entity, each with the entity's name, the field and the version, and none with a secret. */
    public void check(Entity entity, Consumer<String> problems) {
        String place = Labels.of(entity.type(), entity::value) + idOf(entity) + ", in Kong "
                + catalog.version().line() + ": field '";
        PluginSchema plugin = entity.type().name().equals("plugins")
                ? entity.text("name").flatMap(catalog::plugin).orElse(null)
                : null;
        FieldValidator validator =
                new FieldValidator(true, (path, what) -> problems.accept(place + path + "' " + what));
        Map<String, Value> fields = new LinkedHashMap<>();
        for (Field field : entity.type().fields()) {
            FieldSchema schema = schema(field, plugin);
            Value value = asRead(field, schema, entity.value(field), plugin);
            if (value != null) {
                fields.put(field.name(), value);
                if (!schema.constraints().path("abstract").asBoolean()) {
                    validator.check(schema, value, field.name());
                }
            } else if (schema.required() && schema.defaultValue() == null) {
                problems.accept(place + field.name() + "' is missing, but required: give it a value");
            }
        }
        EntityChecks checks = new EntityChecks(fields, (path, what) -> problems.accept(place + path + "' " + what));
        checks.check(entity.type().checks());
        if (plugin != null) {
            checks.check(plugin.checks());
        }
        if (entity.type().name().equals("routes")) {
            checks.checkRoute();
        }
    }

    /** Names need not be unique among workspaces, and a plugin's is its kind's: the id finds the row. */
    private static String idOf(Entity entity) {
        String id = entity.text(entity.type().primaryKey()).orElse("");
        return " (" + id + ")";
    }

    private static FieldSchema schema(Field field, @Nullable PluginSchema plugin) {
        if (plugin == null) {
            return field.schema();
        }
        if (field.name().equals("config")) {
            return plugin.config();
        }
        return plugin.overrides().stream()
                .filter(override -> override.name().equals(field.name()))
                .findFirst()
                .orElse(field.schema());
    }

    /** What Kong reads: a default in place of null, today's names in place of old ones. */
    private static @Nullable Value asRead(
            Field field, FieldSchema schema, @Nullable Value value, @Nullable PluginSchema plugin) {
        if (value == Value.NULL && schema.defaultValue() != null) {
            return Value.of(schema.defaultValue());
        }
        return plugin != null && field.name().equals("config") && value instanceof Value.Mapping config
                ? new Shorthands((path, what) -> {}).plugin(plugin, config)
                : value;
    }
}
