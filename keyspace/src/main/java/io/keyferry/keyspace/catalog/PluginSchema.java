package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A bundled plugin's part of the plugins entity in one Kong version. Immutable.
 *
 * @param config the record that describes {@code plugins.config}
 * @param overrides the plugin's own schema of other plugins fields ({@code protocols}, {@code consumer}, ...)
 * @param shorthands deprecated names in {@code config} that Kong still accepts and translates, with their type
 * @param checks checks across fields, as Kong states them; an array, empty where there are none
 */
public record PluginSchema(
        String name, FieldSchema config, List<FieldSchema> overrides, List<FieldSchema> shorthands, JsonNode checks) {
    public PluginSchema {
        overrides = List.copyOf(overrides);
        shorthands = List.copyOf(shorthands);
    }
}
