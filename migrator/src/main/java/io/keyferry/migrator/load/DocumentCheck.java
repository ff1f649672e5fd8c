package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.Reference;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.spill.KeySpill;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Holds the entities of a document against each other: no id, unique value or cache key twice, no reference to nothing.
 * Kong takes the last of two equal ids without a word; here both lines are named. Memory does not grow with the
 * document. Not thread-safe; close it to remove what it put aside.
 */
final class DocumentCheck implements AutoCloseable {
    private static final int KEYS_IN_MEMORY = 200_000;
    private static final int FIRST_REFERENCE = 1 << 16;
    private static final int MOST_LINES = 5;

    private final String file;
    private final Catalog catalog;
    private final KeySpill keys;
    private final List<String> definitions = new ArrayList<>();
    private final List<String> references = new ArrayList<>();
    private final Map<String, Integer> kinds = new HashMap<>();
    private final boolean orphansKept;

    /**
     * Prepares to check one document.
     *
     * @param catalog of the version that the entities are of
     * @param scratch a directory for what memory does not hold
     * @param orphansKept whether entities in {@code _ignore}, which no Kong reads, may refer to nothing
     */
    DocumentCheck(String file, Catalog catalog, Path scratch, boolean orphansKept) {
        this.orphansKept = orphansKept;
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.file = requireNonNull(file, "file is null");
        keys = new KeySpill(scratch, KEYS_IN_MEMORY);
    }

    /** Notes an entity of the document. */
    void add(DocumentEntry entry, BoundEntity bound) throws IOException {
        Entity entity = bound.entity();
        EntityType type = entity.type();
        long line = entry.line();
        String workspace = entity.workspace().map(UUID::toString).orElse("");
        keys.add(
                definition(type + ": id"), line, "id", type.name(), entity.key().id());
        for (Field field : type.fields()) {
            Value value = entity.value(field);
            if (!(value instanceof Value.Text text)) {
                continue;
            }
            if (field.type() == FieldType.FOREIGN) {
                if (orphansKept && entry.hidden()) {
                    continue;
                }
                keys.add(
                        reference(type, field),
                        line,
                        "id",
                        requireNonNull(field.schema().reference()),
                        text.value());
            } else if (field.schema().unique() && !field.name().equals(type.primaryKey())) {
                keys.add(
                        definition(type + ": field " + field.name()),
                        line,
                        "unique",
                        type.name(),
                        field.name(),
                        scope(type, field, workspace),
                        text.value());
            }
        }
        for (Reference named : bound.references()) {
            addNamed(type, named, line, workspace);
        }
    }

    /**
     * Notes the cache key of an entity of the document, for which all its references must be ids.
     *
     * @param entity what {@link #add} was given, its references resolved
     */
    void addCacheKey(DocumentEntry entry, Entity entity) throws IOException {
        EntityType type = entity.type();
        if (type.cacheKey().size() < 2) {
            return;
        }
        String workspace = entity.workspace().map(UUID::toString).orElse("");
        List<String> texts = new ArrayList<>(List.of("cache key", type.name(), workspace));
        for (String field : type.cacheKey()) {
            texts.add(entity.text(field).orElse(""));
        }
        String kind = type + ": the combination of " + String.join(", ", type.cacheKey());
        keys.add(definition(kind), entry.line(), texts.toArray(String[]::new));
    }

    /** A reference by name meets the unique value that the name is. */
    private void addNamed(EntityType type, Reference named, long line, String workspace) throws IOException {
        EntityType referred = catalog.entityType(
                        requireNonNull(named.field().schema().reference()))
                .orElseThrow();
        String endpoint = referred.endpointKey().orElse("");
        keys.add(
                reference(type, named.field()),
                line,
                "unique",
                referred.name(),
                endpoint,
                referred.field(endpoint)
                        .map(field -> scope(referred, field, workspace))
                        .orElse(""),
                named.name());
    }

    private static String scope(EntityType type, Field field, String workspace) {
        return field.schema().uniqueAcrossWorkspaces() || !type.workspaceable() ? "" : workspace;
    }

    private int definition(String what) {
        return kinds.computeIfAbsent(what, added -> {
            definitions.add(added);
            return definitions.size() - 1;
        });
    }

    private int reference(EntityType type, Field field) {
        String what = type + ": field " + field.name() + " refers to nothing: no such entry in "
                + field.schema().reference();
        return kinds.computeIfAbsent(what, added -> {
            references.add(added);
            return FIRST_REFERENCE + references.size() - 1;
        });
    }

    /** Reports what is there twice, and what refers to nothing, once all entities were noted. */
    void report(Problems problems) throws IOException {
        keys.forEachGroup(group -> {
            List<KeySpill.Key> defined =
                    group.stream().filter(key -> key.kind() < FIRST_REFERENCE).toList();
            if (defined.size() > 1) {
                String what = definitions.get(defined.get(0).kind());
                problems.add(file + ", lines " + lines(defined) + ": " + what
                        + " stands more than once; Kong would keep one of them and drop the rest. Remove or change all"
                        + " but one.");
            } else if (defined.isEmpty()) {
                KeySpill.Key first = group.get(0);
                problems.add(file + ", line " + lines(group) + ": "
                        + references.get(first.kind() - FIRST_REFERENCE)
                        + " of this file. Add the entry, or remove the reference.");
            }
        });
    }

    private static String lines(List<KeySpill.Key> keys) {
        String lines = keys.stream()
                .limit(MOST_LINES)
                .map(key -> Long.toString(key.line()))
                .collect(Collectors.joining(", "));
        return keys.size() > MOST_LINES ? lines + " and " + (keys.size() - MOST_LINES) + " more" : lines;
    }

    @Override
    public void close() throws IOException {
        keys.close();
    }
}
