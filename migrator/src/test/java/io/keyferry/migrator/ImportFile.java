package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.migrator.PlainDocument.Stated;
import io.keyferry.rehearsal.RecordedRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds for a row what a document says of it, by its id, else by all texts that the document states. */
final class ImportFile {
    private static final int PREFIX = 37;

    private final Catalog catalog;
    private final Map<String, List<Stated>> byType;

    ImportFile(List<Stated> entities, Catalog catalog) {
        this.catalog = catalog;
        byType = entities.stream().collect(Collectors.groupingBy(Stated::type));
    }

    /** What is stated of the row's entity; the last where there are several, as Kong takes it. */
    Optional<Stated> of(EntityType type, RecordedRow row) {
        List<Stated> candidates = byType.getOrDefault(type.name(), List.of());
        String id = RowComparison.value(
                        row, type.requiredField(type.primaryKey()).column())
                .asText();
        Optional<Stated> byId = candidates.stream()
                .filter(stated -> stated.id(catalog).equalsIgnoreCase(id))
                .reduce((first, last) -> last);
        return byId.or(() -> candidates.stream()
                .filter(stated -> stated.id(catalog).isEmpty() && fits(type, stated, row))
                .reduce((first, last) -> last));
    }

    private static boolean fits(EntityType type, Stated stated, RecordedRow row) {
        boolean fits = false;
        for (Field field : type.fields()) {
            JsonNode value = stated.fields().path(field.name());
            JsonNode stored = RowComparison.value(row, field.column());
            if (value.isTextual() && field.cqlType().equals("text")) {
                String text = stored.asText();
                boolean same = text.equals(value.asText())
                        || (text.length() > PREFIX && text.substring(PREFIX).equals(value.asText()));
                if (!same) {
                    return false;
                }
                fits = true;
            }
        }
        return fits;
    }
}
