package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.model.Entity;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A row as it was read: the entity that the codec made of it, and the bytes that the server sent. Immutable. */
public final class StoredRow {
    private final Entity entity;
    private final Row row;

    StoredRow(Entity entity, Row row) {
        this.entity = entity;
        this.row = row;
    }

    public Entity entity() {
        return entity;
    }

    /** The same bytes with another entity made of them. */
    public StoredRow with(Entity other) {
        return new StoredRow(other, row);
    }

    /**
     * The column's value in the protocol's bytes, no codec in between; null for null.
     *
     * @param column its place among those read, from {@link TableScan#columnIndex}
     */
    public @Nullable ByteBuffer bytes(int column) {
        return row.getBytesUnsafe(column);
    }
}
