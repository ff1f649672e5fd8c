package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kong.yml of any size entity by entity, in file order: our own, Kong's exports, hand-written ones, as YAML or
 * JSON, plain or compressed. Nested entities come as entries of their own, each after its parent; what Keyferry has
 * hidden in {@code _ignore} comes as {@link DocumentEntry#hidden} entries.
 *
 * <p>It is as strict as Kong's reader, and stricter where Kong loses data without a word: keys that stand twice, a
 * second YAML document, texts with U+0000 are errors. The first error ends the reading, with file and line; what is in
 * the entities is judged by {@link EntityBinder}. All errors are {@link KeyferryException}s: USAGE where the file cannot
 * be read or parsed, REFUSED where it says what no kong.yml may say. Not thread-safe: one thread at a time, which need
 * not be the one that opened it; what it has given is immutable and for any thread. An interruption closes the file.
 */
public final class DocumentReader implements Closeable {
    private final DocumentSource source;
    private final String file;
    private final DocumentDialect dialect;
    private final DocumentHeader header;
    private final Nesting nesting;
    private final Map<String, Long> keys = new HashMap<>();
    private final Queue<DocumentEntry> ready = new ArrayDeque<>();
    private PartSource parts;
    private boolean thorough;
    private long delivered;

    private DocumentReader(DocumentSource source, DocumentDialect dialect) throws IOException {
        this.source = source;
        this.dialect = dialect;
        file = source.file().toString();
        nesting = new Nesting(dialect.catalog());
        HeaderScan scan = scan(source);
        header = scan.header(source.file(), dialect);
        thorough = scan.neededThoroughParser() != null;
        parts = scan.neededThoroughParser() == null ? source.fast() : source.thorough(scan.neededThoroughParser());
    }

    /**
     * Opens a document and reads what it says about itself.
     *
     * @param catalog of the Kong version for which the document is to be read
     * @throws KeyferryException also (REFUSED) when its head is not one that this Kong takes
     */
    public static DocumentReader open(Path file, Catalog catalog) {
        return open(new DocumentSource(file), DocumentDialect.of(requireNonNull(catalog, "catalog is null")));
    }

    static DocumentReader open(DocumentSource source, DocumentDialect dialect) {
        try {
            return new DocumentReader(source, dialect);
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(source.file(), e);
        }
    }

    /** What Keyferry noted about a document when it wrote it: which catalogue suits it. Empty for other documents. */
    public static Optional<Provenance> provenance(Path file) {
        try {
            return scan(new DocumentSource(file)).provenance();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(file, e);
        }
    }

    private static HeaderScan scan(DocumentSource source) throws IOException {
        try {
            return HeaderScan.of(source);
        } catch (Malformed malformed) {
            throw malformed.of(source.file());
        }
    }

    public DocumentHeader header() {
        return header;
    }

    /** The next entity; null at the end of the document. */
    public @Nullable DocumentEntry next() {
        try {
            while (ready.isEmpty()) {
                Part part = nextPart();
                if (part == null) {
                    return null;
                }
                take(part);
            }
            return ready.remove();
        } catch (Malformed malformed) {
            throw malformed.of(source.file());
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(source.file(), e);
        }
    }

    /** Where the fast parser gives up, the thorough one begins anew and passes over what was delivered already. */
    private @Nullable Part nextPart() throws IOException, Malformed {
        Part part;
        try {
            part = parts.next();
        } catch (Malformed malformed) {
            if (thorough || !source.mayBeYaml()) {
                throw malformed;
            }
            parts.close();
            parts = source.thorough(malformed);
            thorough = true;
            for (long i = 0; i < delivered; i++) {
                parts.next();
            }
            part = parts.next();
        }
        delivered++;
        return part;
    }

    private void take(Part part) throws Malformed {
        switch (part.kind()) {
            case KEY -> takeKey(part);
            case VALUE -> takeValue(part);
            case ELEMENT -> takeElement(part.key(), part.line(), part.value(), part.lines());
        }
    }

    private void takeKey(Part part) throws Malformed {
        if (!dialect.knows(part.key())) {
            throw Malformed.content(
                    part.line(),
                    "unknown key '" + Labels.shortened(part.key()) + "', of which Kong "
                            + dialect.catalog().version().line() + " refuses the whole file: remove it or correct it");
        }
        Long before = keys.putIfAbsent(part.key(), part.line());
        if (before != null) {
            throw Malformed.content(
                    part.line(),
                    "the key '" + part.key() + "' stands a second time (first in line " + before
                            + "), and Kong would silently take only this one: join them");
        }
    }

    private void takeValue(Part part) throws Malformed {
        boolean nothing = part.value() == Value.NULL || part.value().equals(new Value.Mapping(Map.of()));
        switch (part.key()) {
            case "_format_version", "_transform" -> {
                // The header scan has read these.
            }
            case "_comment" -> {
                if (part.value() != Value.NULL && !(part.value() instanceof Value.Text)) {
                    throw Malformed.content(part.line(), "_comment is not a string: put it in quotes");
                }
            }
            default -> {
                if (part.value() instanceof Value.Sequence sequence) {
                    for (Value element : sequence.values()) {
                        takeElement(part.key(), part.line(), element, part.lines());
                    }
                } else if (!nothing) {
                    throw Malformed.content(part.line(), "'" + part.key() + "' is not a list: write '- ' items");
                }
            }
        }
    }

    private void takeElement(String key, long line, Value element, Lines lines) throws Malformed {
        if (key.equals("_ignore")) {
            takeIgnored(element, line);
            return;
        }
        EntityType type = dialect.catalog().entityType(key).orElse(null);
        if (type == null) {
            throw Malformed.content(line, "'" + key + "' is not a list: write one value");
        }
        if (!(element instanceof Value.Mapping mapping)) {
            throw Malformed.content(line, "an element of '" + key + "' is not a mapping of fields: correct it");
        }
        takeEntity(type, mapping, lines, Optional.empty());
    }

    private void takeEntity(EntityType type, Value.Mapping mapping, Lines lines, Optional<DocumentEntry.Parent> parent)
            throws Malformed {
        long line = lines.of(mapping);
        Value.Mapping note = ownNote(mapping);
        DocumentEntry entry = new DocumentEntry(
                type,
                file,
                line,
                nesting.ownFields(type, mapping),
                false,
                Optional.empty(),
                note == null ? OptionalLong.empty() : Notes.expires(note, line),
                parent);
        ready.add(entry);
        if (entry.fields().values().size() == mapping.values().size()) {
            return;
        }
        Map<String, Nesting.Child> children = nesting.of(type);
        for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
            Nesting.Child child = children.get(member.getKey());
            if (child != null && member.getValue() != Value.NULL) {
                for (Value.Mapping nested : Nesting.elements(member.getKey(), member.getValue(), line)) {
                    takeEntity(
                            child.type(), nested, lines, Optional.of(new DocumentEntry.Parent(child.field(), entry)));
                }
            }
        }
    }

    private void takeIgnored(Value element, long line) throws Malformed {
        Value.Mapping note = Notes.noteIn(element);
        if (note == null
                || !(note.values().get(Notes.TYPE) instanceof Value.Text name)
                || !(element instanceof Value.Mapping mapping)) {
            return;
        }
        EntityType type = dialect.catalog()
                .entityType(name.value())
                .orElseThrow(() -> Malformed.content(
                        line,
                        "a hidden entity of type '" + Labels.shortened(name.value()) + "', which Kong "
                                + dialect.catalog().version().line()
                                + " does not have: read the document with the catalogue of its own Kong version"));
        if (!(mapping.values().get(Notes.ENTITY) instanceof Value.Mapping fields)) {
            throw Malformed.content(line, "a hidden entity without its fields: restore what Keyferry wrote");
        }
        Optional<UUID> workspace = Notes.workspace(note, line);
        ready.add(new DocumentEntry(
                type, file, line, fields, true, workspace, Notes.expires(note, line), Optional.empty()));
    }

    private static Value.@Nullable Mapping ownNote(Value.Mapping entity) {
        if (entity.values().get("_ignore") instanceof Value.Sequence ignored) {
            for (Value element : ignored.values()) {
                Value.Mapping note = Notes.noteIn(element);
                if (note != null) {
                    return note;
                }
            }
        }
        return null;
    }

    private static KeyferryException unreadable(Path file, Exception wrapped) {
        Throwable cause =
                wrapped instanceof UncheckedIOException && wrapped.getCause() != null ? wrapped.getCause() : wrapped;
        String problem = cause instanceof Utf8Input.NotUtf8 notUtf8
                ? ":" + notUtf8.line() + ": is not UTF-8: convert the file, or mend the text"
                : ": cannot be read (" + cause.getMessage() + "): it may be damaged or cut off; get it again";
        return new KeyferryException(Kind.USAGE, file + problem, cause);
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
