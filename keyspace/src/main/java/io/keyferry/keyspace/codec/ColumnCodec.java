package io.keyferry.keyspace.codec;

import com.datastax.oss.driver.api.core.data.GettableByIndex;
import com.datastax.oss.driver.api.core.data.SettableByIndex;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The value of one column, both ways. Thread-safe. Simple types are read by {@link CqlBytes}; for others the driver's codecs are
 * named here, since to look one up, as it does where none is named, takes it about as long as to decode. An empty collection and null are one
 * and the same to Cassandra: both are read as null.
 */
interface ColumnCodec {
    /** The column's value, null when the column is null; prefixes are not known here. */
    @Nullable
    Value read(GettableByIndex row, int index) throws IOException;

    /** Sets the column to a value that is neither absent nor {@link Value#NULL}. */
    <S extends SettableByIndex<S>> S write(S statement, int index, Value value);

    /** The codec for a field's column by its storage and CQL type, as the catalogue states them. */
    static ColumnCodec of(Field field) {
        return switch (field.storage()) {
            case PLAIN, WORKSPACE_PREFIXED -> plain(field);
            case SECONDS -> Timestamp.WHOLE_SECONDS;
            case FRACTIONAL_SECONDS -> Timestamp.FRACTIONAL_SECONDS;
            case JSON -> new Json();
            case COLLECTION -> collection(field);
            case COLLECTION_OF_JSON -> new SetOfJson();
            case MAP -> new MapOfSets();
        };
    }

    private static ColumnCodec plain(Field field) {
        return switch (field.cqlType()) {
            case "text" -> new Text();
            case "uuid" -> new Uuid();
            case "int" -> new Int();
            case "boolean" -> new Bool();
            case "timestamp" ->
                field.type() == FieldType.NUMBER ? Timestamp.FRACTIONAL_SECONDS : Timestamp.WHOLE_SECONDS;
            default -> throw unknownType(field);
        };
    }

    private static ColumnCodec collection(Field field) {
        return switch (field.cqlType()) {
            case "list<text>" -> new ListOfText();
            case "set<text>" -> new SetOfText();
            case "set<uuid>" -> new SetOfUuid();
            default -> throw unknownType(field);
        };
    }

    private static IllegalStateException unknownType(Field field) {
        return new IllegalStateException("no codec for column " + field.column() + " of type " + field.cqlType());
    }

    /** {@code text}; encoded here, since the driver's way, by a charset's encoder, was a third of binding a row. */
    final class Text implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            String text = CqlBytes.text(row.getBytesUnsafe(index));
            return text == null ? null : new Value.Text(text);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.setBytesUnsafe(
                    index, ByteBuffer.wrap(Values.text(value).getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** {@code uuid}, in an entity the lower-case text. */
    final class Uuid implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            UUID uuid = CqlBytes.uuid(row.getBytesUnsafe(index));
            return uuid == null ? null : new Value.Text(uuid.toString());
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, UUID.fromString(Values.text(value)), TypeCodecs.UUID);
        }
    }

    /** {@code int}. */
    final class Int implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            Integer number = CqlBytes.number(row.getBytesUnsafe(index));
            return number == null ? null : new Value.Whole(number);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, Math.toIntExact(Values.whole(value)), TypeCodecs.INT);
        }
    }

    /** {@code boolean}. */
    final class Bool implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            Boolean truth = CqlBytes.truth(row.getBytesUnsafe(index));
            return truth == null ? null : new Value.Truth(truth);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, Values.truth(value), TypeCodecs.BOOLEAN);
        }
    }

    /** {@code timestamp}: milliseconds in the column, seconds in the entity. */
    enum Timestamp implements ColumnCodec {
        WHOLE_SECONDS,
        FRACTIONAL_SECONDS;

        private static final long MILLIS = 1_000;

        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            Long millis = CqlBytes.millis(row.getBytesUnsafe(index));
            if (millis == null) {
                return null;
            }
            return this == WHOLE_SECONDS
                    ? new Value.Whole(Math.floorDiv(millis, MILLIS))
                    : Value.number(millis / (double) MILLIS);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(
                    index, Instant.ofEpochMilli(Math.round(Values.number(value) * MILLIS)), TypeCodecs.TIMESTAMP);
        }
    }

    /** {@code text} that holds a record or map as JSON. */
    final class Json implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) throws IOException {
            String text = CqlBytes.text(row.getBytesUnsafe(index));
            return text == null ? null : JsonText.parse(text);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, JsonText.print(value), TypeCodecs.TEXT);
        }
    }

    /** {@code list<text>}: the order counts. */
    final class ListOfText implements ColumnCodec {
        private static final TypeCodec<List<String>> CODEC = TypeCodecs.listOf(TypeCodecs.TEXT);

        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            List<String> list = CqlBytes.texts(row.getBytesUnsafe(index));
            return list.isEmpty() ? null : Values.sequenceOfText(list);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, Values.texts(value), CODEC);
        }
    }

    /** {@code set<text>}: Cassandra sorts it. */
    final class SetOfText implements ColumnCodec {
        private static final TypeCodec<Set<String>> CODEC = TypeCodecs.setOf(TypeCodecs.TEXT);

        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            List<String> set = CqlBytes.texts(row.getBytesUnsafe(index));
            return set.isEmpty() ? null : Values.sequenceOfText(set);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            return statement.set(index, new LinkedHashSet<>(Values.texts(value)), CODEC);
        }
    }

    /** {@code set<uuid>}: Cassandra sorts it. */
    final class SetOfUuid implements ColumnCodec {
        private static final TypeCodec<Set<UUID>> CODEC = TypeCodecs.setOf(TypeCodecs.UUID);

        @Override
        public @Nullable Value read(GettableByIndex row, int index) {
            Set<UUID> set = row.isNull(index) ? null : row.get(index, CODEC);
            if (set == null || set.isEmpty()) {
                return null;
            }
            return Values.sequenceOfText(set.stream().map(UUID::toString).toList());
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            Set<UUID> set = new LinkedHashSet<>();
            for (String text : Values.texts(value)) {
                set.add(UUID.fromString(text));
            }
            return statement.set(index, set, CODEC);
        }
    }

    /** {@code set<text>} whose elements are records as JSON. */
    final class SetOfJson implements ColumnCodec {
        @Override
        public @Nullable Value read(GettableByIndex row, int index) throws IOException {
            List<String> set = CqlBytes.texts(row.getBytesUnsafe(index));
            if (set.isEmpty()) {
                return null;
            }
            List<Value> values = new ArrayList<>(set.size());
            for (String text : set) {
                values.add(JsonText.parse(text));
            }
            return new Value.Sequence(values);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            Set<String> set = new LinkedHashSet<>();
            for (Value element : Values.elements(value)) {
                set.add(JsonText.print(element));
            }
            return statement.set(index, set, SetOfText.CODEC);
        }
    }

    /** {@code map<text, frozen<set<text>>>}: in the entity a map of arrays. */
    final class MapOfSets implements ColumnCodec {
        @Override
        @SuppressWarnings("unchecked")
        public @Nullable Value read(GettableByIndex row, int index) {
            Map<String, Set<String>> map = row.get(index, MapOfSetsType.CODEC);
            if (map == null || map.isEmpty()) {
                return null;
            }
            Map<String, Value> values = new LinkedHashMap<>();
            map.forEach((key, set) -> values.put(key, Values.sequenceOfText(set)));
            return new Value.Mapping(values);
        }

        @Override
        public <S extends SettableByIndex<S>> S write(S statement, int index, Value value) {
            Map<String, Set<String>> map = new LinkedHashMap<>();
            Values.members(value).forEach((key, element) -> map.put(key, new LinkedHashSet<>(Values.texts(element))));
            return statement.set(index, map, MapOfSetsType.CODEC);
        }
    }
}
