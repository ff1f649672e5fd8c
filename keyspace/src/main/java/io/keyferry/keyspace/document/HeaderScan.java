package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a document says about itself, wherever in the file it stands. Stops before the first entity in documents
 * of Keyferry and of Kong 2.1 and later; passes over all entities where {@code _transform} is not stated before them.
 */
final class HeaderScan {
    private @Nullable Value formatVersion;
    private @Nullable Value transform;
    private long formatLine = 1;
    private long transformLine = 1;
    private Optional<Provenance> provenance = Optional.empty();
    private final @Nullable Malformed neededThoroughParser;

    private HeaderScan(@Nullable Malformed neededThoroughParser) {
        this.neededThoroughParser = neededThoroughParser;
    }

    static HeaderScan of(DocumentSource source) throws IOException, Malformed {
        try (PartSource parts = source.fast()) {
            return new HeaderScan(null).scan(parts);
        } catch (Malformed malformed) {
            if (!source.mayBeYaml()) {
                throw malformed;
            }
            try (PartSource parts = source.thorough(malformed)) {
                return new HeaderScan(malformed).scan(parts);
            }
        }
    }

    private HeaderScan scan(PartSource parts) throws IOException, Malformed {
        Part part = parts.next();
        while (part != null) {
            boolean section = !part.key().startsWith("_");
            if (section && formatVersion != null && (transform != null || provenance.isPresent())) {
                break;
            }
            switch (part.kind()) {
                case KEY -> {
                    if (section || part.key().equals("_comment")) {
                        parts.skip();
                    }
                }
                case ELEMENT -> {
                    if (part.key().equals("_ignore")) {
                        // Keyferry's note comes first; the entities that it hides after it may be many.
                        provenance = Notes.provenance(part.value(), part.line());
                    }
                    parts.skip();
                }
                case VALUE -> {
                    if (part.key().equals("_format_version")) {
                        formatVersion = part.value();
                        formatLine = part.line();
                    } else if (part.key().equals("_transform")) {
                        transform = part.value();
                        transformLine = part.line();
                    }
                }
            }
            part = parts.next();
        }
        return this;
    }

    Optional<Provenance> provenance() {
        return provenance;
    }

    /** Why the fast parser gave up; null where it did not. */
    @Nullable
    Malformed neededThoroughParser() {
        return neededThoroughParser;
    }

    /** The header, if it is one that the dialect's Kong takes. */
    DocumentHeader header(Path file, DocumentDialect dialect) {
        String accepted = "one of " + String.join(", ", dialect.catalog().acceptedFormats());
        if (formatVersion == null || formatVersion == Value.NULL) {
            throw KeyferryException.refused(file + ": _format_version is missing: state " + accepted + ", in quotes");
        }
        String place = file + ":" + formatLine + ": _format_version ";
        if (!(formatVersion instanceof Value.Text format)) {
            throw KeyferryException.refused(
                    place + "is not a string: put it in quotes, as in _format_version: \"2.1\"");
        }
        if (!dialect.catalog().acceptedFormats().contains(format.value())) {
            throw KeyferryException.refused(place + "is '" + Labels.shortened(format.value()) + "', but Kong "
                    + dialect.catalog().version().line() + " takes " + accepted + ": export for this version");
        }
        if (transform != null && transform != Value.NULL && !(transform instanceof Value.Truth)) {
            throw KeyferryException.refused(file + ":" + transformLine + ": _transform is neither true nor false");
        }
        boolean transforms = !(transform instanceof Value.Truth truth) || truth.value();
        return new DocumentHeader(format.value(), transforms, provenance);
    }
}
