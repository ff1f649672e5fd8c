package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Puts a document together: head, hidden entities, then one section a type in the catalogue's order. The same calls
 * give the same bytes: nothing in the head depends on the time. A type without entities has no section. Not
 * thread-safe; {@link #finish()} ends the document and does not close the stream.
 */
public final class DocumentWriter {
    private final OutputStream out;
    private final DocumentDialect dialect;
    private final Style style;
    private int section = -1;
    private boolean sectionEmpty;

    /** Begins a document on the stream, which should be buffered. */
    public DocumentWriter(OutputStream out, DocumentDialect dialect, Style style, Provenance provenance)
            throws IOException {
        this(out, dialect, style);
        begin(provenance);
    }

    private DocumentWriter(OutputStream out, DocumentDialect dialect, Style style) {
        this.out = requireNonNull(out, "out is null");
        this.dialect = requireNonNull(dialect, "dialect is null");
        this.style = requireNonNull(style, "style is null");
    }

    /**
     * Goes on with a document whose head, and perhaps more, is written.
     *
     * @param last the type of the last section that something was appended to; empty when there is none yet
     */
    public static DocumentWriter resumed(
            OutputStream out, DocumentDialect dialect, Style style, Optional<EntityType> last) {
        DocumentWriter writer = new DocumentWriter(out, dialect, style);
        last.ifPresent(type -> writer.section = dialect.catalog().entityTypes().indexOf(type));
        return writer;
    }

    private void begin(Provenance provenance) throws IOException {
        Bytes head = new Bytes(512);
        String comment = "written by Keyferry for Kong " + provenance.kong().line();
        boolean json = style == Style.JSON;
        head.ascii(json ? "{\"_format_version\": \"" : "_format_version: \"");
        head.ascii(dialect.catalog().formatVersion()).ascii(json ? "\",\n" : "\"\n");
        if (dialect.statesTransform()) {
            head.ascii(json ? "\"_transform\": false,\n" : "_transform: false\n");
        }
        head.ascii(json ? "\"_comment\": \"" : "_comment: \"").ascii(comment).ascii(json ? "\",\n" : "\"\n");
        Bytes note = new Bytes(512);
        try {
            EntityFormat.write(Notes.print(provenance), style, note);
        } catch (Unwritable unwritable) {
            throw new IllegalArgumentException(
                    "provenance: " + unwritable.path() + ": " + unwritable.reason(), unwritable);
        }
        head.ascii(json ? "\"_ignore\": [\n" : "_ignore:\n").put(note.array(), json ? 1 : 0, note.size());
        out.write(head.array(), 0, head.size());
    }

    /** Appends entities that {@link EntityFormat#hides}, encoded and joined. Only before the first section. */
    public void hidden(byte[] encoded) throws IOException {
        if (section >= 0) {
            throw new IllegalStateException("hidden entities come before all sections");
        }
        out.write(encoded);
    }

    /** Appends entities of one type, encoded and joined, to the type's section. Types come in catalogue order. */
    public void append(EntityType type, byte[] encoded) throws IOException {
        int place = dialect.catalog().entityTypes().indexOf(type);
        if (place < 0 || place < section) {
            throw new IllegalStateException(type + " is not in its place in catalogue order");
        }
        if (encoded.length == 0) {
            return;
        }
        if (place > section) {
            section = place;
            out.write(((style == Style.JSON ? "],\n\"" + type.name() + "\": [" : type.name() + ":") + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
            sectionEmpty = true;
        }
        int from = sectionEmpty && style == Style.JSON ? 1 : 0;
        sectionEmpty = false;
        out.write(encoded, from, encoded.length - from);
    }

    /** Ends the document and flushes the stream. */
    public void finish() throws IOException {
        if (style == Style.JSON) {
            out.write("]}\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }
}
