package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Value;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How messages name an entity: by its type and its name (a plugin's is that of its kind), else its id. Never by a secret. */
final class Labels {
    private static final int LONGEST = 60;

    private Labels() {}

    static String of(EntityType type, Function<String, @Nullable Value> fields) {
        String label = type.field(type.endpointKey().orElse("name"))
                .filter(field -> !field.schema().secret())
                .map(Field::name)
                .map(fields)
                .map(Labels::text)
                .orElse("");
        if (label.isEmpty() && fields.apply(type.primaryKey()) instanceof Value.Text id) {
            label = id.value();
        }
        return label.isEmpty() ? type.name() : type.name() + " '" + shortened(label) + "'";
    }

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static String text(Value value) {
        return value instanceof Value.Text text ? text.value() : "";
    }
}
