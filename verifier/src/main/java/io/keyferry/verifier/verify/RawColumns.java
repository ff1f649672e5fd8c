package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.StoredRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a type that both tables hold in the same form, so that their bytes can be compared as they are. The
 * others have only the canonical digest, each for a reason that the report gives. A time that Kong keeps in whole
 * seconds counts by its second. Immutable and thread-safe.
 */
final class RawColumns {
    private static final long MILLIS = 1_000;
    /** What Kong brings in line whenever it reads an upstream. */
    private static final Set<String> READ_ANEW = Set.of("upstreams.algorithm", "upstreams.hash_on");

    private record Shared(Field source, Field target, int inSource, int inTarget, boolean wholeSeconds) {}

    private final List<Shared> shared = new ArrayList<>();
    private final Map<String, String> canonicalOnly = new TreeMap<>();

    private RawColumns() {}

    /** The shared columns of two tables; none where one is absent. */
    static RawColumns of(Sides sides) {
        RawColumns raw = new RawColumns();
        if (sides.source().isPresent() && sides.target().isPresent()) {
            EntityTable source = sides.source().get();
            EntityTable target = sides.target().get();
            if (source.columnTypes().isEmpty() || target.columnTypes().isEmpty()) {
                target.type()
                        .fields()
                        .forEach(field ->
                                raw.canonicalOnly.put(field.column(), "a side is a file, which has no bytes of rows"));
            }
            target.columnTypes()
                    .forEach(
                            (column, type) -> raw.add(source, target.type(), column, type, target.columnIndex(column)));
        }
        return raw;
    }

    /**
     * The columns that a table will share with the table of a type, as the catalogue lays it out; for rows of the source
     * alone.
     */
    static RawColumns ofFuture(EntityTable source, Optional<EntityType> target) {
        RawColumns raw = new RawColumns();
        target.ifPresent(type -> {
            for (TableLayout.Column column : type.table().columns()) {
                raw.add(source, type, column.name(), column.cqlType(), OptionalInt.of(0));
            }
        });
        return raw;
    }

    private void add(EntityTable source, EntityType target, String column, String type, OptionalInt inTarget) {
        Optional<Field> from = field(source.type(), column);
        Optional<Field> to = field(target, column);
        String other = source.columnTypes().get(column);
        if (source.columnTypes().isEmpty()) {
            return;
        }
        Optional<String> reason = other == null
                ? Optional.of("the source has no such column")
                : whyNot(target, from, to, other.equals(type));
        if (reason.isPresent() || shared.size() == Long.SIZE) {
            canonicalOnly.put(column, reason.orElse("more columns than are compared raw"));
            return;
        }
        shared.add(new Shared(
                from.orElseThrow(),
                to.orElseThrow(),
                source.columnIndex(column).orElseThrow(),
                inTarget.orElseThrow(),
                type.equals("timestamp") && to.orElseThrow().type() != FieldType.NUMBER));
    }

    private static Optional<Field> field(EntityType type, String column) {
        return type.fields().stream()
                .filter(field -> field.column().equals(column))
                .findFirst();
    }

    private static Optional<String> whyNot(
            EntityType type, Optional<Field> from, Optional<Field> to, boolean sameType) {
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.of("derived, or used by no Kong of these versions");
        }
        if (!sameType || from.get().type() != to.get().type()) {
            return Optional.of("of another type on the other side");
        }
        for (Storage storage : List.of(from.get().storage(), to.get().storage())) {
            if (storage == Storage.WORKSPACE_PREFIXED) {
                return Optional.of("stands behind the workspace's id, which is another on each side");
            }
            if (storage == Storage.JSON || storage == Storage.COLLECTION_OF_JSON) {
                return Optional.of("JSON, which each writer spells its own way");
            }
        }
        return READ_ANEW.contains(type + "." + to.get().column())
                ? Optional.of("Kong brings it in line with other fields when reading")
                : Optional.empty();
    }

    /** Whether another reading took the same columns of the source, so that its digests are of the same bytes. */
    boolean sameAs(RawColumns other) {
        return names().equals(other.names()) && canonicalOnly.keySet().equals(other.canonicalOnly.keySet());
    }

    /** The columns' names, in the order of their bits. */
    List<String> names() {
        return shared.stream().map(column -> column.target().column()).toList();
    }

    /** Columns of the target without a raw digest, with the reason. */
    Map<String, String> canonicalOnly() {
        return canonicalOnly;
    }

    /** The columns that a rule or a default changed in this row, as bits: there the bytes must differ. */
    long touched(StoredRow row, Entity kept) {
        long bits = 0;
        for (int i = 0; i < shared.size(); i++) {
            Shared column = shared.get(i);
            Value after = orNull(kept.value(column.target()));
            ByteBuffer stored = row.bytes(column.inSource());
            boolean filled = (stored == null || !stored.hasRemaining()) && after != Value.NULL;
            Value before = orNull(row.entity().value(column.source()));
            // Most often it is the very same, and two texts would be compared.
            if (filled || (before != after && !before.equals(after))) {
                bits |= 1L << i;
            }
        }
        return bits;
    }

    private static Value orNull(@Nullable Value value) {
        return value == null ? Value.NULL : value;
    }

    @Nullable
    ByteBuffer[] ofSource(StoredRow row) {
        @Nullable ByteBuffer[] values = new ByteBuffer[shared.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = plain(shared.get(i), row.bytes(shared.get(i).inSource()));
        }
        return values;
    }

    @Nullable
    ByteBuffer[] ofTarget(StoredRow row) {
        @Nullable ByteBuffer[] values = new ByteBuffer[shared.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = plain(shared.get(i), row.bytes(shared.get(i).inTarget()));
        }
        return values;
    }

    private static @Nullable ByteBuffer plain(Shared column, @Nullable ByteBuffer value) {
        if (value == null || !column.wholeSeconds() || value.remaining() != Long.BYTES) {
            return value;
        }
        long seconds = Math.floorDiv(value.getLong(value.position()), MILLIS);
        return ByteBuffer.allocate(Long.BYTES).putLong(0, seconds);
    }

    /** The fields whose bytes differ between two rows, those of the given bits aside. */
    List<Field> differing(StoredRow source, StoredRow target, long without) {
        @Nullable ByteBuffer[] left = ofSource(source);
        @Nullable ByteBuffer[] right = ofTarget(target);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < left.length; i++) {
            if ((without & (1L << i)) == 0 && !same(left[i], right[i])) {
                fields.add(shared.get(i).target());
            }
        }
        return fields;
    }

    private static boolean same(@Nullable ByteBuffer left, @Nullable ByteBuffer right) {
        ByteBuffer none = ByteBuffer.allocate(0);
        return (left == null ? none : left).equals(right == null ? none : right);
    }
}
