package io.keyferry.verifier.digest;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The HMAC-SHA256 of an entity's canonical bytes, with the key of the run. Two entities have the same bytes when Kong cannot tell them apart: absent
 * and null are the same, so are an empty list and an empty map, and the order of a set or of Kong 3's paths. What differs in kind differs in
 * bytes: every value carries its type and its length. When an entity expires is no part of the bytes, but that it does
 * is, since remaining seconds run while we read.
 *
 * <p>Not thread-safe: one object a worker.
 */
public final class EntityDigest {
    private static final byte NULL = 0;
    private static final byte TEXT = 1;
    private static final byte WHOLE = 2;
    private static final byte FRACTION = 3;
    private static final byte TRUTH = 4;
    private static final byte SEQUENCE = 5;
    private static final byte SET = 6;
    private static final byte MAPPING = 7;
    private static final byte EMPTY = 8;

    /** What the digest has to know of a field: {@code name} is in bytes already. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Column(byte[] name, boolean collection, boolean map, boolean unordered) {
        static Column of(Field field) {
            Bytes name = new Bytes();
            name.text(field.name());
            return new Column(
                    name.toArray(),
                    field.cqlType().contains("<"),
                    field.cqlType().startsWith("map<"),
                    field.unordered());
        }
    }

    private final RowMac mac;
    private Bytes bytes = new Bytes();
    /** The bytes of the entity before, and their digest: most often no rule has changed anything, and all is the same. */
    private Bytes lastBytes = new Bytes();

    private byte[] last = {};
    private final WorkspaceNaming workspaces;
    private final Map<EntityType, List<Column>> columns = new HashMap<>();

    /** Digests of one side's entities, with that side's workspaces. */
    public EntityDigest(RunKey key, WorkspaceNaming workspaces) {
        this.workspaces = requireNonNull(workspaces, "workspaces is null");
        mac = key.mac();
    }

    /** The 32 bytes of the entity's digest, which must not be changed. */
    public byte[] of(Entity entity) {
        bytes.clear();
        bytes.text(entity.type().name());
        bytes.text(workspaceOf(entity));
        bytes.put(entity.expiresAt().isPresent() ? (byte) 1 : 0);
        List<Column> ofType = columns.computeIfAbsent(
                entity.type(), type -> type.fields().stream().map(Column::of).toList());
        for (int i = 0; i < ofType.size(); i++) {
            write(ofType.get(i), entity.value(entity.type().fields().get(i)), bytes);
        }
        if (last.length > 0 && bytes.sameAs(lastBytes)) {
            return last;
        }
        last = mac.of(bytes);
        Bytes emptied = lastBytes;
        lastBytes = bytes;
        bytes = emptied;
        return last;
    }

    /** The name of the entity's workspace that both sides agree on: {@code default}, an id, or {@code none}. */
    public String workspaceOf(Entity entity) {
        return entity.type().workspaceable() ? workspaces.nameOf(entity) : "";
    }

    /** Whether two values of a field are the same to the digest. */
    public boolean sameValue(Field field, @Nullable Value left, @Nullable Value right) {
        Bytes first = new Bytes();
        Bytes second = new Bytes();
        Column column = Column.of(field);
        write(column, left, first);
        write(column, right, second);
        return first.sameAs(second);
    }

    /** Whether two values within a field are the same to the digest: an empty list is an empty map, too. */
    public static boolean same(Value left, Value right) {
        Bytes first = new Bytes();
        Bytes second = new Bytes();
        write(left, false, first);
        write(right, false, second);
        return first.sameAs(second);
    }

    private static void write(Column column, @Nullable Value value, Bytes bytes) {
        if (value != null && value != Value.NULL && !isEmptyColumn(column, value)) {
            bytes.put(column.name());
            if (column.map() && value instanceof Value.Mapping map) {
                writeMapOfSets(map, bytes);
            } else {
                write(value, column.unordered(), bytes);
            }
        }
    }

    /** Kong's only map column holds sets: arrays whose order is lost when they are stored. */
    private static void writeMapOfSets(Value.Mapping map, Bytes bytes) {
        bytes.put(MAPPING);
        bytes.size(map.values().size());
        new TreeMap<>(map.values()).forEach((key, value) -> {
            bytes.text(key);
            write(value, true, bytes);
        });
    }

    /** Cassandra cannot tell an empty collection from null. */
    private static boolean isEmptyColumn(Column column, Value value) {
        return column.collection() && isEmpty(value);
    }

    private static boolean isEmpty(Value value) {
        return (value instanceof Value.Sequence sequence && sequence.values().isEmpty())
                || (value instanceof Value.Mapping mapping && mapping.values().isEmpty());
    }

    private static void write(Value value, boolean unordered, Bytes bytes) {
        if (isEmpty(value)) {
            bytes.put(EMPTY);
        } else if (value instanceof Value.Text text) {
            bytes.put(TEXT);
            bytes.text(text.value());
        } else if (value instanceof Value.Whole whole) {
            bytes.put(WHOLE);
            bytes.number(whole.value());
        } else if (value instanceof Value.Fraction fraction) {
            bytes.put(FRACTION);
            bytes.number(Double.doubleToLongBits(fraction.value()));
        } else if (value instanceof Value.Truth truth) {
            bytes.put(TRUTH);
            bytes.put(truth.value() ? (byte) 1 : 0);
        } else if (value instanceof Value.Sequence sequence) {
            bytes.put(unordered ? SET : SEQUENCE);
            writeElements(sequence.values(), unordered, bytes);
        } else if (value instanceof Value.Mapping mapping) {
            bytes.put(MAPPING);
            writeMembers(new TreeMap<>(mapping.values()), bytes);
        } else {
            bytes.put(NULL);
        }
    }

    private static void writeElements(List<Value> values, boolean unordered, Bytes bytes) {
        bytes.size(values.size());
        List<byte[]> elements = new ArrayList<>(values.size());
        for (Value value : values) {
            Bytes element = new Bytes();
            write(value, false, element);
            elements.add(element.toArray());
        }
        if (unordered) {
            elements.sort(Arrays::compareUnsigned);
        }
        for (byte[] element : elements) {
            bytes.block(element);
        }
    }

    private static void writeMembers(Map<String, Value> members, Bytes bytes) {
        bytes.size(members.size());
        members.forEach((key, value) -> {
            bytes.text(key);
            write(value, false, bytes);
        });
    }
}
