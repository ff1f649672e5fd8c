package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Keyferry notes in {@code _ignore} lists, under the one key {@code keyferry}: writing and reading of it. All else
 * in such a list is other people's and is passed over.
 */
final class Notes {
    static final String OURS = "keyferry";
    static final String TYPE = "type";
    static final String WORKSPACE = "workspace";
    static final String EXPIRES = "expires";
    static final String ENTITY = "entity";

    private static final String DOCUMENT = "document";
    private static final String KONG = "kong";
    private static final String SOURCE_KONG = "source_kong";
    private static final String WORKSPACES = "workspaces";
    /** The version of these notes. */
    private static final Value FORM = Value.whole(1);

    private Notes() {}

    static Value.Mapping ours(Map<String, Value> note) {
        return new Value.Mapping(Map.of(OURS, new Value.Mapping(note)));
    }

    /** Our note in an element of an {@code _ignore} list; null where the element is not ours. */
    static Value.@Nullable Mapping noteIn(Value element) {
        return element instanceof Value.Mapping mapping && mapping.values().get(OURS) instanceof Value.Mapping note
                ? note
                : null;
    }

    static Value.Mapping print(Provenance provenance) {
        Map<String, Value> note = new LinkedHashMap<>();
        note.put(DOCUMENT, FORM);
        note.put(KONG, Value.text(provenance.kong().toString()));
        provenance.sourceKong().ifPresent(kong -> note.put(SOURCE_KONG, Value.text(kong.toString())));
        List<Value> workspaces = new ArrayList<>();
        for (Workspace workspace : provenance.workspaces()) {
            Map<String, Value> members = new LinkedHashMap<>();
            members.put("id", Value.text(workspace.id().toString()));
            members.put("name", Value.text(workspace.name()));
            for (String detail : Workspace.DETAILS) {
                if (workspace.details().containsKey(detail)) {
                    members.put(detail, Value.text(workspace.details().get(detail)));
                }
            }
            workspaces.add(new Value.Mapping(members));
        }
        note.put(WORKSPACES, new Value.Sequence(workspaces));
        return ours(note);
    }

    /** The provenance that an element of the top-level {@code _ignore} states; empty where it is something else. */
    static Optional<Provenance> provenance(Value element, long line) throws Malformed {
        Value.Mapping note = noteIn(element);
        Value form = note == null ? null : note.values().get(DOCUMENT);
        if (note == null || form == null) {
            return Optional.empty();
        }
        if (!form.equals(FORM)) {
            throw Malformed.content(line, "was written by a later Keyferry: use that one or a later one to read it");
        }
        try {
            List<Workspace> workspaces = new ArrayList<>();
            if (note.values().get(WORKSPACES) instanceof Value.Sequence sequence) {
                for (Value workspace : sequence.values()) {
                    workspaces.add(workspace(workspace));
                }
            }
            return Optional.of(new Provenance(
                    KongVersion.parse(text(note, KONG)),
                    note.values().containsKey(SOURCE_KONG)
                            ? Optional.of(KongVersion.parse(text(note, SOURCE_KONG)))
                            : Optional.empty(),
                    workspaces));
        } catch (IllegalArgumentException e) {
            throw damaged(line, e);
        }
    }

    private static Workspace workspace(Value note) {
        Map<String, String> details = new LinkedHashMap<>();
        for (String detail : Workspace.DETAILS) {
            if (note instanceof Value.Mapping members && members.values().containsKey(detail)) {
                details.put(detail, text(note, detail));
            }
        }
        return new Workspace(UUID.fromString(text(note, "id")), text(note, "name"), details);
    }

    static OptionalLong expires(Value.Mapping note, long line) throws Malformed {
        Value expires = note.values().get(EXPIRES);
        if (expires == null) {
            return OptionalLong.empty();
        }
        if (expires instanceof Value.Whole seconds && seconds.value() >= 0) {
            return OptionalLong.of(seconds.value());
        }
        throw damaged(line, new IllegalArgumentException(EXPIRES + " is not a whole number of seconds"));
    }

    static Optional<UUID> workspace(Value.Mapping note, long line) throws Malformed {
        if (!note.values().containsKey(WORKSPACE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text(note, WORKSPACE)));
        } catch (IllegalArgumentException e) {
            throw damaged(line, e);
        }
    }

    private static Malformed damaged(long line, IllegalArgumentException cause) {
        return Malformed.content(
                line, "has a damaged note '" + OURS + "' (" + cause.getMessage() + "): restore what Keyferry wrote");
    }

    private static String text(Value mapping, String key) {
        if (mapping instanceof Value.Mapping members && members.values().get(key) instanceof Value.Text text) {
            return text.value();
        }
        throw new IllegalArgumentException(key + " is missing or not text");
    }
}
