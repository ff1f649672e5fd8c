package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the tests of documents have in common: catalogues, recorded files, reading and writing in one call. */
final class Documents {
    static final Catalog KONG_20 = Catalog.forVersion(KongVersion.parse("2.0.5"));
    static final Catalog KONG_28 = Catalog.forVersion(KongVersion.parse("2.8.5"));
    static final Instant NOW = Instant.ofEpochSecond(1_795_197_700);
    static final UUID DEFAULT_WORKSPACE = UUID.fromString("9038130f-0fce-4a01-8919-11dd6594d4df");
    static final UUID OTHER_WORKSPACE = UUID.fromString("11111111-2222-4333-8444-555555555555");

    private Documents() {}

    /** A file of what real Kong did. */
    static Path recorded(String path) {
        Path root = Path.of(requireNonNull(System.getProperty("keyferry.root")));
        return root.resolve(requireNonNull(System.getProperty("keyferry.recorded")))
                .resolve(path);
    }

    static Provenance provenance(Catalog catalog) {
        return new Provenance(
                catalog.version(),
                Optional.of(KongVersion.parse("2.0.5")),
                catalog.hasWorkspaces()
                        ? List.of(
                                new Workspace(DEFAULT_WORKSPACE, "default"),
                                new Workspace(OTHER_WORKSPACE, "team \u2028 ü"))
                        : List.of());
    }

    /** Entities in any order as one document. */
    static byte[] print(Catalog catalog, Style style, List<Entity> entities) throws IOException {
        DocumentDialect dialect = DocumentDialect.of(catalog);
        EntityFormat format = new EntityFormat(dialect, style, provenance(catalog), NOW);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DocumentWriter writer = new DocumentWriter(out, dialect, style, provenance(catalog));
        for (Entity entity : entities) {
            if (format.hides(entity)) {
                writer.hidden(format.encode(entity));
            }
        }
        for (EntityType type : catalog.entityTypes()) {
            for (Entity entity : entities) {
                if (entity.type() == type && !format.hides(entity)) {
                    writer.append(type, format.encode(entity));
                }
            }
        }
        writer.finish();
        return out.toByteArray();
    }

    static List<DocumentEntry> entries(Path file, Catalog catalog) throws IOException {
        return entries(new DocumentSource(file), catalog);
    }

    static List<DocumentEntry> entries(DocumentSource source, Catalog catalog) throws IOException {
        List<DocumentEntry> entries = new ArrayList<>();
        try (DocumentReader reader = DocumentReader.open(source, DocumentDialect.of(catalog))) {
            DocumentEntry entry = reader.next();
            while (entry != null) {
                entries.add(entry);
                entry = reader.next();
            }
        }
        return entries;
    }

    static List<DocumentEntry> entries(Path directory, String text, Catalog catalog) throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, text);
        return entries(file, catalog);
    }

    /** All entities of a document; problems go to the list. */
    static List<BoundEntity> bind(Path file, Catalog catalog, List<String> problems) throws IOException {
        List<BoundEntity> bound = new ArrayList<>();
        try (DocumentReader reader = DocumentReader.open(file, catalog)) {
            EntityBinder binder = new EntityBinder(DocumentDialect.of(catalog), reader.header(), NOW, Set.of());
            DocumentEntry entry = reader.next();
            while (entry != null) {
                binder.bind(entry, problems::add).ifPresent(bound::add);
                entry = reader.next();
            }
        }
        return bound;
    }
}
