package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Cassandra does not take, known before it is sent. Facts: a key, and a value with a secondary index, has at most
 * 65,535 bytes (CASSANDRA-10092 and before); a write has at most half a segment of the commit log. Keyferry sends no
 * batches, so the limits on those do not matter. Immutable.
 *
 * @param mutationBytes how many bytes one write may have
 */
public record RowLimits(long mutationBytes) {
    private static final int KEY_BYTES = 65_535;
    private static final int ITEM_OVERHEAD = 4;
    private static final int UTF8_MOST = 3;

    /** Why the row of an entity would not be taken, and what to do; empty when it will be. */
    public Optional<String> problem(Entity entity) {
        TableLayout table = entity.type().table();
        long size = 0;
        for (Field field : entity.type().fields()) {
            Value value = entity.value(field);
            size += size(value);
            if (value instanceof Value.Text text
                    && text.value().length() > KEY_BYTES / UTF8_MOST
                    && keys(table).contains(field.column())
                    && utf8(text.value()) > KEY_BYTES) {
                return Optional.of(entity.key() + ": field '" + field.name() + "' has " + utf8(text.value())
                        + " bytes, and Cassandra takes " + KEY_BYTES
                        + " of a value that it finds rows by: shorten it, or leave the entity out");
            }
        }
        return size > mutationBytes
                ? Optional.of(
                        entity.key() + " has " + size + " bytes, and the target takes " + mutationBytes
                                + " in one write: shorten it, or raise commitlog_segment_size (twice that) in its cassandra.yaml")
                : Optional.empty();
    }

    private static Set<String> keys(TableLayout table) {
        Set<String> keys = new HashSet<>(table.partitionKey());
        keys.addAll(table.clusteringKey());
        table.indexes().forEach(index -> keys.add(index.column()));
        return keys;
    }

    /** By what it takes at least, which is nearly all of a large value. */
    private static long size(@Nullable Value value) {
        long size = 0;
        if (value instanceof Value.Text text) {
            size = utf8(text.value());
        } else if (value instanceof Value.Sequence sequence) {
            for (Value item : sequence.values()) {
                size += size(item) + ITEM_OVERHEAD;
            }
        } else if (value instanceof Value.Mapping mapping) {
            for (var member : mapping.values().entrySet()) {
                size += utf8(member.getKey()) + size(member.getValue()) + ITEM_OVERHEAD;
            }
        }
        return size;
    }

    private static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair has two of the four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
