package io.keyferry.migrator.load;

import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentEntry;
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

    /** What an entry becomes, checked by itself. */
    static ReadEntity of(DocumentEntry entry, EntityBinder binder) {
        Problems problems = new Problems();
        BoundEntity bound = binder.bind(entry, problems::add).orElse(null);
        return new ReadEntity(entry, bound, problems);
    }

    /** About how many bytes it takes in memory. What is bound is a copy at worst. */
    long weight() {
        return 2 * weight(entry);
    }

    /** About how many bytes an entry takes in memory. */
    static long weight(DocumentEntry entry) {
        return weight(entry.fields());
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
