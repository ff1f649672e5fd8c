package io.keyferry.keyspace.document;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a document part by part, holding no more than one entity or a small run of them. Not thread-safe. */
interface PartSource extends Closeable {
    /** The next part; null at the end of the document. */
    @Nullable
    Part next() throws IOException, Malformed;

    /** Passes over what is left of the value of the top-level key that was read last. */
    void skip() throws IOException, Malformed;
}
