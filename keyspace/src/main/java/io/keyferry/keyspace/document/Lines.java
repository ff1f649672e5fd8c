package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the mappings of a part begin in a document. Keyed by the very object: equal mappings stand in several places, and
 * one that an alias repeats is the same object.
 */
final class Lines {
    private final long otherwise;
    private @Nullable IdentityHashMap<Value.Mapping, Long> begins;

    /** @param otherwise the line of mappings that are not noted, as all that stand on one line */
    Lines(long otherwise) {
        this.otherwise = otherwise;
    }

    void put(Value.Mapping mapping, long line) {
        if (begins == null) {
            begins = new IdentityHashMap<>();
        }
        begins.put(mapping, line);
    }

    long of(Value.Mapping mapping) {
        return begins == null ? otherwise : begins.getOrDefault(mapping, otherwise);
    }
}
