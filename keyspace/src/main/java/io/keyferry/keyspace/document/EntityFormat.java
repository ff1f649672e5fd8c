package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Encodes entities as the pieces that a {@link DocumentWriter} puts together. Immutable and thread-safe, so that many
 * workers can encode at once; pieces may be joined in any number before they are handed on.
 *
 * <p>An expiring entity carries the moment in its own {@code _ignore}, and for readers that know it also {@code ttl},
 * the seconds that are left at the time of writing: Kong drops the one and ignores the other.
 */
public final class EntityFormat {
    /** The largest {@code ttl} that Kong takes. */
    private static final long LONGEST_TTL = 100_000_000;

    private final DocumentDialect dialect;
    private final Style style;
    private final Optional<UUID> defaultWorkspace;
    private final Instant writtenAt;

    /**
     * @param provenance as given to the {@link DocumentWriter}; its default workspace is the one that needs no mention
     * @param writtenAt the moment from which {@code ttl} counts
     */
    public EntityFormat(DocumentDialect dialect, Style style, Provenance provenance, Instant writtenAt) {
        this.dialect = requireNonNull(dialect, "dialect is null");
        this.style = requireNonNull(style, "style is null");
        this.defaultWorkspace = provenance.defaultWorkspace();
        this.writtenAt = requireNonNull(writtenAt, "writtenAt is null");
    }

    /**
     * Whether the entity's place is {@link DocumentWriter#hidden} rather than a section: Kong's reader cannot take its
     * type, or it belongs to a workspace other than the default one, into which Kong would put it.
     */
    public boolean hides(Entity entity) {
        return dialect.hiddenBecause(entity.type()).isPresent() || inAnotherWorkspace(entity);
    }

    /**
     * The entity as it stands in the document, with what separates it from its neighbours.
     *
     * @throws KeyferryException (REFUSED) when it holds what no reader would get back, naming entity and field
     */
    public byte[] encode(Entity entity) {
        return encode(entity, hides(entity));
    }

    /** The same for {@link DocumentWriter#hidden}, also for an entity that {@link #hides} does not name. */
    public byte[] encodeHidden(Entity entity) {
        return encode(entity, true);
    }

    private byte[] encode(Entity entity, boolean hidden) {
        Bytes out = new Bytes(512);
        try {
            write(hidden ? hiddenMembers(entity) : sectionMembers(entity), style, out);
        } catch (Unwritable unwritable) {
            throw KeyferryException.refused(Labels.of(entity.type(), entity::value) + " (id " + id(entity)
                    + ") cannot be written to kong.yml: field '" + unwritable.path() + "': " + unwritable.reason()
                    + "; mend or remove the value in the source, or leave the entity out");
        }
        return out.toArray();
    }

    /** Writes a mapping as an element of a list that begins in the first column. */
    static void write(Value.Mapping members, Style style, Bytes out) throws Unwritable {
        switch (style) {
            case LINES -> {
                out.ascii("- ");
                new ValueWriter(false, out).flow(members);
                out.put('\n');
            }
            case BLOCK -> {
                out.ascii("- ");
                new ValueWriter(false, out).blockMembers(members, 2);
            }
            case JSON -> {
                out.put(',');
                new ValueWriter(true, out).flow(members);
                out.put('\n');
            }
        }
    }

    private Value.Mapping sectionMembers(Entity entity) {
        Map<String, Value> members = fields(entity);
        OptionalLong expires = entity.expiresAt();
        if (expires.isPresent()) {
            if (dialect.takesTtl(entity.type())) {
                long left = expires.getAsLong() - writtenAt.getEpochSecond();
                members.put("ttl", Value.whole(Math.min(Math.max(left, 1), LONGEST_TTL)));
            }
            Value note = Notes.ours(Map.of(Notes.EXPIRES, Value.whole(expires.getAsLong())));
            members.put("_ignore", new Value.Sequence(List.of(note)));
        }
        return new Value.Mapping(members);
    }

    private Value.Mapping hiddenMembers(Entity entity) {
        Map<String, Value> note = new LinkedHashMap<>();
        note.put(Notes.TYPE, Value.text(entity.type().name()));
        if (inAnotherWorkspace(entity)) {
            entity.workspace().ifPresent(id -> note.put(Notes.WORKSPACE, Value.text(id.toString())));
        }
        entity.expiresAt().ifPresent(at -> note.put(Notes.EXPIRES, Value.whole(at)));
        Map<String, Value> members = new LinkedHashMap<>(Notes.ours(note).values());
        members.put(Notes.ENTITY, new Value.Mapping(fields(entity)));
        return new Value.Mapping(members);
    }

    private boolean inAnotherWorkspace(Entity entity) {
        return entity.workspace().isPresent() && !entity.workspace().equals(defaultWorkspace);
    }

    private static Map<String, Value> fields(Entity entity) {
        Map<String, Value> members = new LinkedHashMap<>();
        for (Field field : entity.type().fields()) {
            Value value = entity.value(field);
            if (value != null) {
                members.put(field.name(), value);
            }
        }
        return members;
    }

    private static String id(Entity entity) {
        return entity.text(entity.type().primaryKey()).orElse("?");
    }
}
