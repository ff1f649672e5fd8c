package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a document says about itself.
 *
 * @param formatVersion {@code _format_version}
 * @param transform {@code _transform}: whether plain secrets are still to be hashed; true where it is not stated
 * @param provenance what Keyferry noted, where it wrote the document
 */
public record DocumentHeader(String formatVersion, boolean transform, Optional<Provenance> provenance) {
    public DocumentHeader {
        requireNonNull(formatVersion, "formatVersion is null");
        requireNonNull(provenance, "provenance is null");
    }

    /**
     * Whether entities are to be taken exactly as they stand: no defaults, no made-up ids or times, no hashing. So for
     * documents that Keyferry wrote: what a keyspace did not hold must not appear by passing through a file.
     */
    public boolean exact() {
        return provenance.isPresent();
    }
}
