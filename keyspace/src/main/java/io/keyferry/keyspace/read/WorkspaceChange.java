package io.keyferry.keyspace.read;

import io.keyferry.keyspace.cql.LiveSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a row of a custom plugin's table needs where the target's default workspace has another id than the source's:
 * the id stands in {@code ws_id}, before unique values, and at the end of {@code cache_key}. A keyspace that Keyferry
 * made has the source's ids, and nothing changes. Where the source has no {@code ws_id} and the target has, every row
 * goes to the default workspace. Immutable and thread-safe.
 */
final class WorkspaceChange {
    static final String COLUMN = "ws_id";
    private static final int ID_LENGTH = 36;

    private final Optional<UUID> from;
    private final Optional<UUID> to;
    private final List<LiveSchema.Column> columns;

    /**
     * Prepares for a table.
     *
     * @param from the source's default workspace; empty before Kong 2.1
     * @param to the target's
     * @param columns the target's columns in the order of the rows' values
     */
    WorkspaceChange(Optional<UUID> from, Optional<UUID> to, List<LiveSchema.Column> columns) {
        this.from = from;
        this.to = to;
        this.columns = List.copyOf(columns);
    }

    /** The row as the target should hold it. */
    CustomRow apply(CustomRow row) {
        if (from.equals(to) || to.isEmpty() || from.isEmpty()) {
            return row;
        }
        List<@Nullable ByteBuffer> values = new ArrayList<>(row.values().size());
        for (int i = 0; i < columns.size(); i++) {
            values.add(changed(columns.get(i), row.values().get(i)));
        }
        return row.with(values);
    }

    private @Nullable ByteBuffer changed(LiveSchema.Column column, @Nullable ByteBuffer value) {
        if (value == null) {
            return null;
        }
        UUID old = from.orElseThrow();
        UUID id = to.orElseThrow();
        if (column.name().equals(COLUMN) && column.type().equals("uuid")) {
            return value.equals(bytes(old)) ? bytes(id) : value;
        }
        if (!column.type().equals("text") || value.remaining() <= ID_LENGTH) {
            return value;
        }
        String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        if (text.startsWith(old + ":")) {
            return utf8(id + text.substring(ID_LENGTH));
        }
        boolean isCacheKey = column.name().equals("cache_key") && text.endsWith(":" + old);
        return isCacheKey ? utf8(text.substring(0, text.length() - ID_LENGTH) + id) : value;
    }

    /** The id of the target's default workspace, as a value of {@code ws_id}. */
    Optional<ByteBuffer> target() {
        return to.map(WorkspaceChange::bytes);
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer bytes(UUID id) {
        return ByteBuffer.allocate(Long.BYTES * 2)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .flip();
    }
}
