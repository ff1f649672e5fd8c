package io.keyferry.keyspace.document;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.model.Value;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids that Kong gives to entities of a file that state none: UUIDs of version 5, made of what identifies them. Where
 * nothing does (a certificate), Kong takes a random id; we make it of all fields, so that the same file gives the same
 * keyspace.
 */
final class EntityIds {
    private static final UUID ROOT = UUID.fromString("fd02801f-0957-4a15-a55a-c8d9606f30b5");

    private EntityIds() {}

    /** The primary key's value as stated, else as made. */
    static Value of(DocumentEntry entry) {
        EntityType type = entry.type();
        Value stated = entry.fields().values().get(type.primaryKey());
        if (stated instanceof Value.Text text) {
            return Value.text(Defaults.lowerCase(text.value()));
        }
        if (stated != null || !type.requiredField(type.primaryKey()).schema().uuid()) {
            return stated == null ? Value.NULL : stated;
        }
        String name = endpointName(entry);
        if (name == null) {
            name = cacheKeyName(entry);
        }
        if (name == null) {
            name = type.name() + ":" + parentId(entry) + ":" + entry.fields();
        }
        UUID space = generator(ROOT).generate(type.name());
        return Value.text(generator(space).generate(name).toString());
    }

    private static NameBasedGenerator generator(UUID space) {
        return Generators.nameBasedGenerator(space);
    }

    /** The name by which people know the entity; for one that is not unique, the parent comes with it. */
    private static @Nullable String endpointName(DocumentEntry entry) {
        Field field = entry.type().endpointKey().flatMap(entry.type()::field).orElse(null);
        if (field == null) {
            return null;
        }
        String text = text(entry.fields().values().get(field.name()));
        if (text == null) {
            return null;
        }
        StringBuilder name = new StringBuilder(text);
        if (!field.schema().unique()) {
            for (Field foreign : entry.type().fields()) {
                String target = foreignKey(entry, foreign);
                if (target != null && cascades(foreign)) {
                    name.append(':').append(target);
                }
            }
        }
        return name.toString();
    }

    /**
     * The cache key's parts as the file has them; null where one is missing that must not be. An absent part is an empty
     * one; a part that is stated as null, or as a mapping, is passed over with its colon, as by Kong.
     */
    private static @Nullable String cacheKeyName(DocumentEntry entry) {
        if (entry.type().cacheKey().isEmpty()) {
            return null;
        }
        StringBuilder name = new StringBuilder(entry.type().name());
        for (String part : entry.type().cacheKey()) {
            Field field = entry.type().requiredField(part);
            boolean absent = !entry.fields().values().containsKey(part);
            String text = field.type() == FieldType.FOREIGN
                    ? foreignKey(entry, field)
                    : text(entry.fields().values().get(part));
            if (field.schema().auto()
                    || (text == null && absent && field.schema().required())) {
                return null;
            }
            if (text != null || absent) {
                name.append(':').append(text == null ? "" : text);
            }
        }
        return name.toString();
    }

    private static boolean cascades(Field foreign) {
        return "cascade".equals(foreign.schema().constraints().path("on_delete").textValue());
    }

    /** A foreign field's value: the parent's id where the entity is nested in it, else what the file says. */
    private static @Nullable String foreignKey(DocumentEntry entry, Field field) {
        if (field.type() != FieldType.FOREIGN) {
            return null;
        }
        boolean nested = entry.parent()
                .filter(parent -> parent.field().equals(field.name()))
                .isPresent();
        return nested ? parentId(entry) : text(entry.fields().values().get(field.name()));
    }

    private static String parentId(DocumentEntry entry) {
        return entry.parent().map(parent -> text(of(parent.entry()))).orElse("");
    }

    private static @Nullable String text(@Nullable Value value) {
        return value instanceof Value.Text text ? text.value() : null;
    }
}
