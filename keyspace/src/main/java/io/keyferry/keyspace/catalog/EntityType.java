package io.keyferry.keyspace.catalog;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of configuration object in one Kong version (services, routes, ...): its fields in Kong's order and the table
 * that holds it. Immutable; two types are equal when they are the same object of the same {@link Catalog}.
 */
public final class EntityType {
    private static final Set<FieldType> STRUCTURED = EnumSet.of(
            FieldType.ARRAY, FieldType.SET, FieldType.MAP, FieldType.RECORD, FieldType.FUNCTION, FieldType.ANY);

    private final String name;
    private final TableLayout table;
    private final String primaryKey;
    private final boolean uuidKey;
    private final boolean countsRequests;
    private final List<Field> fields;
    private final List<Field> foreignFields;
    private final List<Field> uniqueFields;
    private final List<Field> prefixedFields;
    private final List<Field> structuredFields;
    private final List<String> cacheKey;
    private final @Nullable String endpointKey;
    private final boolean workspaceable;
    private final @Nullable String ttlColumn;
    private final boolean exportedByKong;
    private final boolean core;
    private final JsonNode checks;
    private final List<FieldSchema> shorthands;
    private final Map<String, Field> byName = new HashMap<>();

    EntityType(
            String name,
            TableLayout table,
            String primaryKey,
            List<Field> fields,
            List<String> cacheKey,
            @Nullable String endpointKey,
            boolean workspaceable,
            @Nullable String ttlColumn,
            boolean exportedByKong,
            boolean core,
            JsonNode checks,
            List<FieldSchema> shorthands) {
        this.name = requireNonNull(name, "name is null");
        this.table = requireNonNull(table, "table is null");
        this.primaryKey = requireNonNull(primaryKey, "primaryKey is null");
        this.fields = List.copyOf(fields);
        foreignFields = fields.stream()
                .filter(field -> field.type() == FieldType.FOREIGN)
                .toList();
        uniqueFields = fields.stream()
                .filter(field -> field.schema().unique()
                        && field.type() != FieldType.FOREIGN
                        && !field.name().equals(primaryKey))
                .toList();
        prefixedFields = fields.stream()
                .filter(field -> field.storage() == Storage.WORKSPACE_PREFIXED)
                .toList();
        structuredFields = fields.stream()
                .filter(field -> STRUCTURED.contains(field.type()))
                .toList();
        this.cacheKey = List.copyOf(cacheKey);
        this.endpointKey = endpointKey;
        this.workspaceable = workspaceable;
        this.ttlColumn = ttlColumn;
        this.exportedByKong = exportedByKong;
        this.core = core;
        this.checks = requireNonNull(checks, "checks is null");
        this.shorthands = List.copyOf(shorthands);
        for (Field field : fields) {
            byName.put(field.name(), field);
        }
        countsRequests =
                table.columns().stream().anyMatch(column -> column.cqlType().equals("counter"));
        uuidKey = requiredField(primaryKey).cqlType().equals("uuid");
    }

    /** Kong's name of the entity, also its key in kong.yml. */
    public String name() {
        return name;
    }

    public TableLayout table() {
        return table;
    }

    /** Name of the field that identifies an entity: {@code id}, or {@code key} of {@code parameters}. */
    public String primaryKey() {
        return primaryKey;
    }

    /** Whether {@link #primaryKey} is stored as a {@code uuid}, as of all but {@code parameters}. */
    public boolean hasUuidKey() {
        return uuidKey;
    }

    /** Whether the table holds counters, as that of the rate limits does, which cannot be written as rows. */
    public boolean countsRequests() {
        return countsRequests;
    }

    /** Fields in Kong's schema order; {@link Field#ordinal()} is the position in this list. */
    public List<Field> fields() {
        return fields;
    }

    /** The fields that name another entity by its id. */
    public List<Field> foreignFields() {
        return foreignFields;
    }

    /** The fields of which each holds what no other entity of the type may have, the primary key aside. */
    public List<Field> uniqueFields() {
        return uniqueFields;
    }

    /** The fields whose column holds the workspace's id before the value. */
    public List<Field> prefixedFields() {
        return prefixedFields;
    }

    /** The fields that may hold lists or mappings. */
    public List<Field> structuredFields() {
        return structuredFields;
    }

    public Optional<Field> field(String fieldName) {
        return Optional.ofNullable(byName.get(fieldName));
    }

    /** The field with this name, for names the caller knows to exist. */
    public Field requiredField(String fieldName) {
        Field field = byName.get(fieldName);
        if (field == null) {
            throw new IllegalArgumentException("entity " + name + " has no field " + fieldName);
        }
        return field;
    }

    /**
     * Fields that make up Kong's cache key. Where there is more than one, Kong also stores the key in a column
     * {@code cache_key}.
     */
    public List<String> cacheKey() {
        return cacheKey;
    }

    /** The field by which people name an entity ({@code name}, {@code username}, ...), where there is one. */
    public Optional<String> endpointKey() {
        return Optional.ofNullable(endpointKey);
    }

    /** Whether the entity belongs to a workspace (column {@code ws_id}, Kong 2.1 on). */
    public boolean workspaceable() {
        return workspaceable;
    }

    /** The column whose {@code TTL()} Kong reads, for entities that can expire. */
    public Optional<String> ttlColumn() {
        return Optional.ofNullable(ttlColumn);
    }

    /** Whether Kong's own {@code db_export} writes this entity. */
    public boolean exportedByKong() {
        return exportedByKong;
    }

    /** Whether the entity is Kong's own rather than a bundled plugin's. */
    public boolean core() {
        return core;
    }

    /** Kong's checks across fields (e.g. {@code at_least_one_of}), as data; an array, empty where there are none. */
    public JsonNode checks() {
        return checks;
    }

    /** Names that Kong accepts besides the fields and translates into them, e.g. {@code url} of services. */
    public List<FieldSchema> shorthands() {
        return shorthands;
    }

    @Override
    public String toString() {
        return name;
    }
}
