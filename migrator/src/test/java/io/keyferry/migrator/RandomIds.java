package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.migrator.PlainDocument.Stated;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.util.Map;

/** Where a file gives an entity neither id nor name, Kong takes a random id, and we one made of the fields. */
final class RandomIds {
    private RandomIds() {}

    /** Kong's keyspace with our ids in place of random ones, of rows that are the same otherwise. */
    static RecordedKeyspace aligned(
            RecordedKeyspace kong, RecordedKeyspace ours, ImportFile file, Layout layout, Findings findings) {
        RecordedKeyspace aligned = kong;
        for (EntityType type : layout.catalog().entityTypes()) {
            Map<String, RecordedRow> left =
                    RowComparison.byKey(aligned, type.table().name());
            Map<String, RecordedRow> right =
                    RowComparison.byKey(ours, type.table().name());
            for (Map.Entry<String, RecordedRow> missing : left.entrySet()) {
                if (right.containsKey(missing.getKey()) || hasId(file, type, missing.getValue(), layout)) {
                    continue;
                }
                for (Map.Entry<String, RecordedRow> added : right.entrySet()) {
                    if (!left.containsKey(added.getKey()) && same(type, missing.getValue(), added.getValue())) {
                        aligned = RowComparison.replaced(aligned, missing.getKey(), added.getKey());
                        findings.meant("Kong took a random id, we one made of the fields");
                        break;
                    }
                }
            }
        }
        return aligned;
    }

    private static boolean hasId(ImportFile file, EntityType type, RecordedRow row, Layout layout) {
        return file.of(type, row)
                .map((Stated stated) -> !stated.id(layout.catalog()).isEmpty())
                .orElse(true);
    }

    private static boolean same(EntityType type, RecordedRow one, RecordedRow other) {
        for (Field field : type.fields()) {
            boolean made =
                    field.name().equals(type.primaryKey()) || field.schema().auto();
            JsonNode left = Canonical.column(RowComparison.value(one, field.column()), field.cqlType());
            JsonNode right = Canonical.column(RowComparison.value(other, field.column()), field.cqlType());
            if (!made && !left.equals(right)) {
                return false;
            }
        }
        return true;
    }
}
