package io.keyferry.keyspace.catalog;

import static io.keyferry.keyspace.catalog.Releases.names;
import static io.keyferry.keyspace.catalog.Releases.requireOnly;
import static io.keyferry.keyspace.catalog.Releases.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.TableLayout.Column;
import io.keyferry.keyspace.catalog.TableLayout.Index;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the data files for one line. What they leave unsaid is said here, as it holds for all of Kong: the column of a
 * field, and how the value lies in it. Strict: an unknown word or a name that leads nowhere is an
 * {@link IllegalStateException} that names the file.
 */
final class CatalogReader {
    private static final Set<String> TABLE =
            Set.of("fate", "why", "partition_key", "clustering_key", "default_ttl", "columns", "indexes");
    private static final Set<String> ENTITY = Set.of(
            "table",
            "primary_key",
            "endpoint_key",
            "cache_key",
            "ttl_column",
            "core",
            "exported",
            "workspaceable",
            "shorthands",
            "checks",
            "fields");
    private static final Set<String> PLUGIN = Set.of("migrations", "overrides", "shorthands", "checks", "config");

    private final Releases releases;
    private final KongVersion line;
    private final Set<String> constraintWords;

    CatalogReader(Releases releases, KongVersion line) {
        this.releases = releases;
        this.line = line;
        this.constraintWords = releases.constraintWords();
    }

    /** A bundled plugin with its migrations, of which most plugins have none. */
    record BundledPlugin(PluginSchema schema, List<String> migrations) {}

    Map<String, TableLayout> tables() {
        Map<String, TableLayout> tables = new LinkedHashMap<>();
        for (String name : releases.tables()) {
            String file = "tables/" + name + ".json";
            releases.read(file, line).ifPresent(node -> tables.put(name, table(file, name, node)));
        }
        return tables;
    }

    Map<String, EntityType> entityTypes(Map<String, TableLayout> tables) {
        Map<String, EntityType> types = new LinkedHashMap<>();
        for (String name : releases.entities()) {
            String file = "entities/" + name + ".json";
            releases.read(file, line).ifPresent(node -> {
                EntityType type = entityType(file, name, node, tables);
                requireParentsBefore(file, type, types.keySet());
                types.put(name, type);
            });
        }
        return types;
    }

    /** Reads one plugin; empty when the line does not bundle it. The name must be one that the releases list. */
    Optional<BundledPlugin> plugin(String name) {
        String file = "plugins/" + name + ".json";
        return releases.read(file, line).map(node -> {
            requireOnly(file, node, PLUGIN);
            SchemaReader schemas = new SchemaReader(file, constraintWords);
            List<FieldSchema> config = schemas.readAll(node.path("config"));
            if (config.size() != 1) {
                throw Broken.file(file, "must have one config for Kong " + line.line());
            }
            PluginSchema schema = new PluginSchema(
                    name,
                    config.get(0),
                    schemas.readAll(node.path("overrides")),
                    schemas.readAll(node.path("shorthands")),
                    list(node, "checks"));
            return new BundledPlugin(schema, names(node.path("migrations")));
        });
    }

    private static TableLayout table(String file, String name, ObjectNode node) {
        requireOnly(file, node, TABLE);
        List<Column> columns = new ArrayList<>();
        Set<String> columnNames = new HashSet<>();
        for (JsonNode column : node.path("columns")) {
            requireOnly(file, column, Set.of("name", "type"));
            columns.add(
                    new Column(column.path("name").asText(), column.path("type").asText()));
            columnNames.add(column.path("name").asText());
        }
        List<Index> indexes = new ArrayList<>();
        for (JsonNode index : node.path("indexes")) {
            requireOnly(file, index, Set.of("name", "column"));
            indexes.add(
                    new Index(index.path("name").asText(), index.path("column").asText()));
            requireKnown(file, index.path("column").asText(), columnNames);
        }
        List<String> partitionKey = texts(node.path("partition_key"));
        List<String> clusteringKey = texts(node.path("clustering_key"));
        partitionKey.forEach(column -> requireKnown(file, column, columnNames));
        clusteringKey.forEach(column -> requireKnown(file, column, columnNames));
        TableFate fate = new TableFate(
                SchemaReader.constant(file, TableFate.Kind.class, node.path("fate")),
                node.path("why").asText());
        return new TableLayout(
                name,
                keysFirst(columns, partitionKey, clusteringKey),
                partitionKey,
                clusteringKey,
                indexes,
                node.path("default_ttl").asInt(0),
                fate);
    }

    /** The order of the key may differ between lines, that of the columns in the file does not. */
    private static List<Column> keysFirst(List<Column> columns, List<String> partitionKey, List<String> clusteringKey) {
        Map<String, Column> rest = new LinkedHashMap<>();
        columns.forEach(column -> rest.put(column.name(), column));
        List<Column> ordered = new ArrayList<>();
        partitionKey.forEach(key -> ordered.add(rest.remove(key)));
        clusteringKey.forEach(key -> ordered.add(rest.remove(key)));
        ordered.addAll(rest.values());
        return ordered;
    }

    private EntityType entityType(String file, String name, ObjectNode node, Map<String, TableLayout> tables) {
        requireOnly(file, node, ENTITY);
        TableLayout table = tables.get(node.path("table").asText());
        if (table == null) {
            throw Broken.file(file, "names a table that Kong " + line.line() + " does not have");
        }
        boolean workspaceable = node.path("workspaceable").booleanValue();
        SchemaReader schemas = new SchemaReader(file, constraintWords);
        List<Field> fields = new ArrayList<>();
        for (FieldSchema schema : schemas.readAll(node.path("fields"))) {
            fields.add(field(file, fields.size(), schema, table, workspaceable));
        }
        EntityType type = new EntityType(
                name,
                table,
                node.path("primary_key").asText(),
                fields,
                texts(node.path("cache_key")),
                node.path("endpoint_key").textValue(),
                workspaceable,
                node.path("ttl_column").textValue(),
                node.path("exported").booleanValue(),
                node.path("core").booleanValue(),
                list(node, "checks"),
                schemas.readAll(node.path("shorthands")));
        requireNamesResolve(file, type);
        return type;
    }

    private static Field field(String file, int ordinal, FieldSchema schema, TableLayout table, boolean workspaceable) {
        String column = schema.type() == FieldType.FOREIGN ? schema.name() + "_id" : schema.name();
        String cqlType = table.column(column)
                .orElseThrow(() -> Broken.file(file, "has a field without column '" + column + "' in " + table.name()))
                .cqlType();
        return new Field(ordinal, schema, column, cqlType, storage(schema, cqlType, workspaceable));
    }

    private static Storage storage(FieldSchema schema, String cqlType, boolean workspaceable) {
        return switch (schema.type()) {
            case RECORD -> Storage.JSON;
            case MAP -> cqlType.startsWith("map<") ? Storage.MAP : Storage.JSON;
            case ARRAY, SET ->
                schema.elements() != null && schema.elements().type() == FieldType.RECORD
                        ? Storage.COLLECTION_OF_JSON
                        : Storage.COLLECTION;
            case INTEGER -> schema.timestamp() ? Storage.SECONDS : Storage.PLAIN;
            case NUMBER -> schema.timestamp() ? Storage.FRACTIONAL_SECONDS : Storage.PLAIN;
            case STRING ->
                workspaceable && schema.unique() && !schema.uniqueAcrossWorkspaces() && !schema.uuid()
                        ? Storage.WORKSPACE_PREFIXED
                        : Storage.PLAIN;
            case BOOLEAN, FOREIGN, FUNCTION, ANY -> Storage.PLAIN;
        };
    }

    private static void requireNamesResolve(String file, EntityType type) {
        Set<String> fields = new HashSet<>();
        type.fields().forEach(field -> fields.add(field.name()));
        requireKnown(file, type.primaryKey(), fields);
        type.cacheKey().forEach(name -> requireKnown(file, name, fields));
        type.endpointKey().ifPresent(name -> requireKnown(file, name, fields));
        type.ttlColumn().ifPresent(name -> requireKnown(file, name, fields));
    }

    private static void requireParentsBefore(String file, EntityType type, Set<String> before) {
        for (Field field : type.fields()) {
            String parent = field.schema().reference();
            if (parent != null && !before.contains(parent)) {
                throw Broken.file(
                        file, "refers to '" + parent + "', which does not exist or comes later in the document");
            }
        }
    }

    private static void requireKnown(String file, String name, Set<String> known) {
        if (!known.contains(name)) {
            throw Broken.file(file, "names '" + name + "', which it does not define");
        }
    }

    private static JsonNode list(JsonNode node, String name) {
        JsonNode list = node.get(name);
        return list == null ? JsonNodeFactory.instance.arrayNode() : list;
    }
}
