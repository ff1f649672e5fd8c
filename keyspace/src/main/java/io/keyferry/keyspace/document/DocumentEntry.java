package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Value;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One entity as a document says it: not yet bound to its type's fields, nothing checked but its form. Children that
 * were nested in it are entries of their own, and {@code _comment} and {@code _ignore} are gone.
 *
 * @param file the document's name, for messages
 * @param line where the entity begins, from 1
 * @param hidden whether it stood in {@code _ignore}, where no Kong sees it
 * @param workspace the workspace, where it is not the document's default one
 * @param expires when it expires, in seconds since the epoch, as Keyferry noted it
 * @param parent the entity that it was nested in
 */
public record DocumentEntry(
        EntityType type,
        String file,
        long line,
        Value.Mapping fields,
        boolean hidden,
        Optional<UUID> workspace,
        OptionalLong expires,
        Optional<Parent> parent) {

    /** The field that a nested entity's place stands for, and the entity it refers to. */
    public record Parent(String field, DocumentEntry entry) {}

    public DocumentEntry {
        requireNonNull(type, "type is null");
        requireNonNull(file, "file is null");
        requireNonNull(fields, "fields is null");
        requireNonNull(workspace, "workspace is null");
        requireNonNull(expires, "expires is null");
        requireNonNull(parent, "parent is null");
    }

    /** File and line, and the entity's type with its name or id: the head of a message about it. */
    public String place() {
        return file + ":" + line + ": " + Labels.of(type, fields.values()::get);
    }

    /** Place only: values may be secret. */
    @Override
    public String toString() {
        return place();
    }
}
