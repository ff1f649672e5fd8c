package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.spill.EntityBytes;
import io.keyferry.keyspace.spill.RecordSpill;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The entities of a kong.yml as a side of a comparison: laid out in files of a directory as a keyspace lays out its rows,
 * by type and position, so that any part can be read alone and memory does not grow with the file. First every entity is
 * {@link #add added}, from one thread, then {@link #seal}; then it is thread-safe. Closing removes the files.
 */
public final class DocumentSide implements ComparedSide, AutoCloseable {
    private static final long BYTES_IN_MEMORY = 8 << 20;

    private final Catalog catalog;
    private final Optional<UUID> defaultWorkspace;
    private final Path scratch;
    private final long bytesInMemory;
    private final Map<String, RecordSpill> records = new LinkedHashMap<>();
    private final Map<String, Set<String>> untold = new TreeMap<>();

    /**
     * Prepares for entities.
     *
     * @param catalog of the Kong version that the file is for
     * @param defaultWorkspace the id of the file's own default workspace, where it says one
     * @param scratch an existing directory that only the owner can read: entities hold secrets
     */
    public DocumentSide(Catalog catalog, Optional<UUID> defaultWorkspace, Path scratch) {
        this(catalog, defaultWorkspace, scratch, BYTES_IN_MEMORY);
    }

    DocumentSide(Catalog catalog, Optional<UUID> defaultWorkspace, Path scratch, long bytesInMemory) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.defaultWorkspace = requireNonNull(defaultWorkspace, "defaultWorkspace is null");
        this.scratch = requireNonNull(scratch, "scratch is null");
        this.bytesInMemory = bytesInMemory;
    }

    /** Takes an entity of the catalogue's version. */
    public void add(Entity entity) throws IOException {
        EntityType type = entity.type();
        records.computeIfAbsent(type.name(), added -> new RecordSpill(scratch, bytesInMemory))
                .add(RowOrder.of(type).position(type, entity.key().id()), EntityBytes.of(entity));
    }

    /** Notes that the file does not tell a field of some entity of a type: it is not compared, of that type. */
    public void doesNotTell(String type, String field) {
        untold.computeIfAbsent(type, added -> new TreeSet<>()).add(field);
    }

    /** Every entity was added. */
    public void seal() throws IOException {
        for (RecordSpill spill : records.values()) {
            spill.seal();
        }
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public Optional<UUID> defaultWorkspace() {
        return defaultWorkspace;
    }

    /** All that a file does not say otherwise of is in the default workspace. */
    @Override
    public boolean adoptsWhatHasNoWorkspace() {
        return true;
    }

    @Override
    public Optional<EntityTable> table(EntityType type) {
        return Optional.ofNullable(records.get(type.name())).map(spill -> new SpilledTable(type, spill));
    }

    @Override
    public Set<String> untold(String type) {
        return untold.getOrDefault(type, Set.of());
    }

    @Override
    public Optional<KongKeyspace> keyspace() {
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        for (RecordSpill spill : records.values()) {
            spill.close();
        }
    }
}
