package io.keyferry.bench.micro;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.data.TupleValue;
import com.datastax.oss.driver.api.core.detach.AttachmentPoint;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.internal.core.cql.DefaultColumnDefinitions;
import com.datastax.oss.driver.internal.core.cql.DefaultRow;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.codec.RowCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows without a cluster: what the driver would give, made of a tuple of the columns' types. */
final class Rows {
    /** A column as a result names it. */
    private record Column(CqlIdentifier getName, DataType getType) implements ColumnDefinition {
        private static final CqlIdentifier SOMEWHERE = CqlIdentifier.fromInternal("bench");

        @Override
        public CqlIdentifier getKeyspace() {
            return SOMEWHERE;
        }

        @Override
        public CqlIdentifier getTable() {
            return SOMEWHERE;
        }

        @Override
        public boolean isDetached() {
            return true;
        }

        @Override
        public void attach(AttachmentPoint attachmentPoint) {
            throw new UnsupportedOperationException("no session here");
        }
    }

    private Rows() {}

    /** The codec of a type for the table that a bootstrap makes. */
    static RowCodec codec(EntityType type) {
        return RowCodec.of(
                type,
                type.table().columns().stream().map(TableLayout.Column::name).collect(Collectors.toSet()));
    }

    /** What a codec binds to, with nothing in it. */
    static TupleValue empty(RowCodec codec) {
        return DataTypes.tupleOf(codec.insertColumns().stream()
                        .map(column -> type(codec, column))
                        .toArray(DataType[]::new))
                .newValue();
    }

    /** The row that has these values in the columns that are read, and no times to live. */
    static Row row(RowCodec codec, TupleValue values) {
        List<ColumnDefinition> definitions = new ArrayList<>();
        List<ByteBuffer> bytes = new ArrayList<>();
        for (String column : codec.columns()) {
            bytes.add(values.getBytesUnsafe(definitions.size()));
            definitions.add(new Column(CqlIdentifier.fromInternal(column), type(codec, column)));
        }
        for (String column : codec.ttlColumns()) {
            bytes.add(null);
            definitions.add(new Column(CqlIdentifier.fromInternal("ttl(" + column + ")"), DataTypes.INT));
        }
        return new DefaultRow(DefaultColumnDefinitions.valueOf(definitions), bytes);
    }

    private static DataType type(RowCodec codec, String column) {
        String cql = codec.type().table().column(column).orElseThrow().cqlType();
        return switch (cql) {
            case "text" -> DataTypes.TEXT;
            case "uuid" -> DataTypes.UUID;
            case "int" -> DataTypes.INT;
            case "boolean" -> DataTypes.BOOLEAN;
            case "timestamp" -> DataTypes.TIMESTAMP;
            case "list<text>" -> DataTypes.listOf(DataTypes.TEXT);
            case "set<text>" -> DataTypes.setOf(DataTypes.TEXT);
            case "set<uuid>" -> DataTypes.setOf(DataTypes.UUID);
            case "map<text, frozen<set<text>>>" ->
                DataTypes.mapOf(DataTypes.TEXT, DataTypes.setOf(DataTypes.TEXT, true));
            default -> throw new IllegalStateException(column + " is a " + cql);
        };
    }
}
