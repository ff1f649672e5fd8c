package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
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
    private final KeySpill.Batch batch;
    private final List<String> definitions = new ArrayList<>();
    private final List<String> references = new ArrayList<>();
    private final Map<EntityType, Kinds> kinds = new HashMap<>();
    private final boolean orphansKept;

    /** The numbers of a type's kinds of keys: those that define index {@link #definitions}, others {@link #references}. */
    private final class Kinds {
        final int id;
        final int combination;
        /** By the field's ordinal; 0 of fields that have no keys. */
        final int[] fields;

        Kinds(EntityType type) {
            id = definition(type + ": id");
            combination = definition(type + ": the combination of " + String.join(", ", type.cacheKey()));
            fields = new int[type.fields().size()];
            for (Field field : type.foreignFields()) {
                references.add(type + ": field " + field.name() + " refers to nothing: no such entry in "
                        + field.schema().reference());
                fields[field.ordinal()] = FIRST_REFERENCE + references.size() - 1;
            }
            for (Field field : type.uniqueFields()) {
                fields[field.ordinal()] = definition(type + ": field " + field.name());
            }
        }

        private int definition(String what) {
            definitions.add(what);
            return definitions.size() - 1;
        }
    }

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
        batch = keys.batch();
    }

    /** Notes an entity of the document. */
    void add(DocumentEntry entry, BoundEntity bound) throws IOException {
        Entity entity = bound.entity();
        EntityType type = entity.type();
        long line = entry.line();
        String workspace = entity.workspace().map(UUID::toString).orElse("");
        Kinds numbers = kinds(type);
        batch.add(numbers.id, line, "id", type.name(), entity.key().id());
        for (Field field : type.fields()) {
            int kind = numbers.fields[field.ordinal()];
            if (kind == 0 || !(entity.value(field) instanceof Value.Text text)) {
                continue;
            }
            if (kind < FIRST_REFERENCE) {
                String scope = scope(type, field, workspace);
                batch.add(kind, line, "unique", type.name(), field.name(), scope, text.value());
            } else if (!orphansKept || !entry.hidden()) {
                batch.add(kind, line, "id", requireNonNull(field.schema().reference()), text.value());
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
        int kind = kinds(type).combination;
        batch.add(kind, entry.line(), texts.toArray(String[]::new));
    }

    private Kinds kinds(EntityType type) {
        return kinds.computeIfAbsent(type, Kinds::new);
    }

    /** A reference by name meets the unique value that the name is. */
    private void addNamed(EntityType type, Reference named, long line, String workspace) throws IOException {
        EntityType referred = catalog.entityType(
                        requireNonNull(named.field().schema().reference()))
                .orElseThrow();
        String endpoint = referred.endpointKey().orElse("");
        batch.add(
                kinds(type).fields[named.field().ordinal()],
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

    /** Reports what is there twice, and what refers to nothing, once all entities were noted. */
    void report(Problems problems) throws IOException {
        batch.flush();
        keys.forEachGroup(group -> {
            int definers = definers(group);
            if (definers > 1) {
                List<KeySpill.Key> defined = group.subList(0, definers);
                String what = definitions.get(defined.get(0).kind());
                problems.add(file + ", lines " + lines(defined) + ": " + what
                        + " stands more than once; Kong would keep one of them and drop the rest. Remove or change all"
                        + " but one.");
            } else if (definers == 0) {
                KeySpill.Key first = group.get(0);
                problems.add(file + ", line " + lines(group) + ": "
                        + references.get(first.kind() - FIRST_REFERENCE)
                        + " of this file. Add the entry, or remove the reference.");
            }
        });
    }

    /** How many keys of a group define; they come first, since their kinds have the lower numbers. */
    private static int definers(List<KeySpill.Key> group) {
        int count = 0;
        while (count < group.size() && group.get(count).kind() < FIRST_REFERENCE) {
            count++;
        }
        return count;
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
