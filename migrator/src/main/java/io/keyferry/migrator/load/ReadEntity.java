package io.keyferry.migrator.load;

import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.Problems;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entity of a document as it was read.
 *
 * @param bound null where there are problems
 */
record ReadEntity(DocumentEntry entry, @Nullable BoundEntity bound, Problems problems) {
    /** What an object takes besides its content, about. */
    private static final long OBJECT_BYTES = 48;

    /** The next entity of a document, checked by itself; null at its end. */
    static @Nullable ReadEntity next(DocumentReader reader, EntityBinder binder) {
        DocumentEntry entry = reader.next();
        if (entry == null) {
            return null;
        }
        Problems problems = new Problems();
        BoundEntity bound = binder.bind(entry, problems::add).orElse(null);
        return new ReadEntity(entry, bound, problems);
    }

    /** About how many bytes it takes in memory. What is bound is a copy at worst. */
    long weight() {
        return 2 * weight(entry.fields());
    }

    private static long weight(Value value) {
        long weight = OBJECT_BYTES;
        if (value instanceof Value.Text text) {
            weight += text.value().length();
        } else if (value instanceof Value.Sequence sequence) {
            for (Value element : sequence.values()) {
                weight += weight(element);
            }
        } else if (value instanceof Value.Mapping mapping) {
            for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
                weight += OBJECT_BYTES + weight(member.getValue());
            }
        }
        return weight;
    }
}
