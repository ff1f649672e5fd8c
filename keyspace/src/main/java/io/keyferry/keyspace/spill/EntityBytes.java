package io.keyferry.keyspace.spill;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entities as bytes and back, nothing lost: {@code of(type, of(entity))} equals the entity. For files of a run's own;
 * the form is no promise. Stateless and thread-safe.
 */
public final class EntityBytes {
    private static final byte ABSENT = 0;
    private static final byte NULL = 1;
    private static final byte TEXT = 2;
    private static final byte WHOLE = 3;
    private static final byte FRACTION = 4;
    private static final byte TRUE = 5;
    private static final byte FALSE = 6;
    private static final byte SEQUENCE = 7;
    private static final byte MAPPING = 8;

    private EntityBytes() {}

    public static byte[] of(Entity entity) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeBoolean(entity.workspace().isPresent());
            if (entity.workspace().isPresent()) {
                out.writeLong(entity.workspace().get().getMostSignificantBits());
                out.writeLong(entity.workspace().get().getLeastSignificantBits());
            }
            out.writeBoolean(entity.expiresAt().isPresent());
            if (entity.expiresAt().isPresent()) {
                out.writeLong(entity.expiresAt().getAsLong());
            }
            for (Field field : entity.type().fields()) {
                write(entity.value(field), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory fails no write", e);
        }
        return bytes.toByteArray();
    }

    /** The entity of this type that the bytes were made of. */
    public static Entity of(EntityType type, byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            Entity.Builder entity = Entity.builder(type);
            if (in.readBoolean()) {
                entity.workspace(new UUID(in.readLong(), in.readLong()));
            }
            if (in.readBoolean()) {
                entity.expiresAt(in.readLong());
            }
            for (Field field : type.fields()) {
                entity.put(field, read(in));
            }
            return entity.build();
        } catch (IOException e) {
            throw new UncheckedIOException("not the bytes of " + type, e);
        }
    }

    private static void write(@Nullable Value value, DataOutputStream out) throws IOException {
        if (value == null) {
            out.writeByte(ABSENT);
        } else if (value instanceof Value.Text text) {
            out.writeByte(TEXT);
            writeText(text.value(), out);
        } else if (value instanceof Value.Whole whole) {
            out.writeByte(WHOLE);
            out.writeLong(whole.value());
        } else if (value instanceof Value.Fraction fraction) {
            out.writeByte(FRACTION);
            out.writeDouble(fraction.value());
        } else if (value instanceof Value.Truth truth) {
            out.writeByte(truth.value() ? TRUE : FALSE);
        } else if (value instanceof Value.Sequence sequence) {
            out.writeByte(SEQUENCE);
            out.writeInt(sequence.values().size());
            for (Value element : sequence.values()) {
                write(element, out);
            }
        } else if (value instanceof Value.Mapping mapping) {
            out.writeByte(MAPPING);
            out.writeInt(mapping.values().size());
            for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
                writeText(member.getKey(), out);
                write(member.getValue(), out);
            }
        } else {
            out.writeByte(NULL);
        }
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static @Nullable Value read(DataInputStream in) throws IOException {
        byte tag = in.readByte();
        return tag == ABSENT ? null : read(tag, in);
    }

    private static Value read(byte tag, DataInputStream in) throws IOException {
        return switch (tag) {
            case NULL -> Value.NULL;
            case TEXT -> Value.text(readText(in));
            case WHOLE -> Value.whole(in.readLong());
            case FRACTION -> new Value.Fraction(in.readDouble());
            case TRUE -> Value.truth(true);
            case FALSE -> Value.truth(false);
            case SEQUENCE -> {
                List<Value> elements = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    elements.add(read(in.readByte(), in));
                }
                yield new Value.Sequence(elements);
            }
            case MAPPING -> {
                Map<String, Value> members = new LinkedHashMap<>();
                for (int left = in.readInt(); left > 0; left--) {
                    members.put(readText(in), read(in.readByte(), in));
                }
                yield new Value.Mapping(members);
            }
            default -> throw new IOException("a value of kind " + tag);
        };
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
