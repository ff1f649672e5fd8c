package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.catalog.TableLayout;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Questions to a catalogue in the words of tables and columns. Immutable. */
record Layout(Catalog catalog) {
    Optional<EntityType> type(String table) {
        return catalog.entityTypes().stream()
                .filter(type -> type.table().name().equals(table))
                .findFirst();
    }

    Optional<Field> field(String table, String column) {
        return type(table).stream()
                .flatMap(type -> type.fields().stream())
                .filter(field -> field.column().equals(column))
                .findFirst();
    }

    boolean isTimeOfKong(String table, String column) {
        return field(table, column)
                .filter(field -> field.schema().auto() && field.schema().timestamp())
                .isPresent();
    }

    /** Whether rows of the table are moved when asked for: neither derived nor counters nor never. */
    boolean isMoved(String table) {
        return catalog.table(table)
                .filter(layout -> switch (layout.fate().kind()) {
                    case COPIED, STATE, RUNTIME -> !counts(layout);
                    case DERIVED, BOOTSTRAPPED, NEVER -> false;
                })
                .isPresent();
    }

    /** The runtime types that can be moved when they are asked for. */
    Set<String> runtimeTypes() {
        return catalog.entityTypes().stream()
                .filter(type -> type.table().fate().kind() == TableFate.Kind.RUNTIME)
                .filter(type -> !counts(type.table()))
                .map(EntityType::name)
                .collect(Collectors.toSet());
    }

    private static boolean counts(TableLayout layout) {
        return layout.columns().stream().anyMatch(column -> column.cqlType().equals("counter"));
    }
}
