package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.codec.Scar;
import io.keyferry.keyspace.model.Entity;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row as it was read: the entity that the codec made of it, the bytes that the server sent, and what is odd about it
 * where somebody looked. An entity of a file is a row without bytes. Immutable.
 */
public final class StoredRow {
    private final Entity entity;
    private final @Nullable Row row;
    private final Set<Scar> scars;

    StoredRow(Entity entity, Row row) {
        this(entity, row, Set.of());
    }

    StoredRow(Entity entity, @Nullable Row row, Set<Scar> scars) {
        this.entity = entity;
        this.row = row;
        this.scars = scars;
    }

    /** An entity that was read from no table, so that there are no bytes to it. */
    public static StoredRow withoutBytes(Entity entity) {
        return new StoredRow(entity, null, Set.of());
    }

    public Entity entity() {
        return entity;
    }

    /** The same bytes with another entity made of them. */
    public StoredRow with(Entity other) {
        return new StoredRow(other, row, scars);
    }

    /** What is odd about the row and its entity does not show; empty where nobody looked. */
    public Set<Scar> scars() {
        return scars;
    }

    /**
     * The column's value in the protocol's bytes, no codec in between; null for null.
     *
     * @param column its place among those read, from {@link TableScan#columnIndex}
     */
    public @Nullable ByteBuffer bytes(int column) {
        return row == null ? null : row.getBytesUnsafe(column);
    }
}
