package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.problem.Problems;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a document in file order, each checked by itself; those with problems are told and passed over. Asked
 * one by one rather than handed to a consumer: a loop is compiled once, where each consumer around it would be compiled
 * with all that it calls, again and again. Not thread-safe; closes the reader.
 */
final class BoundEntities implements AutoCloseable {
    private final DocumentReader reader;
    private final EntityBinder binder;
    private final Problems problems;
    private @Nullable DocumentEntry entry;
    private @Nullable BoundEntity bound;

    BoundEntities(DocumentReader reader, EntityBinder binder, Problems problems) {
        this.reader = requireNonNull(reader, "reader is null");
        this.binder = requireNonNull(binder, "binder is null");
        this.problems = requireNonNull(problems, "problems is null");
    }

    /**
     * Moves to the next entity without problems; false at the end.
     *
     * @throws InterruptedException when somebody wants this thread to end
     */
    boolean advance() throws InterruptedException {
        for (DocumentEntry next = reader.next(); next != null; next = reader.next()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Optional<BoundEntity> good = binder.bind(next, problems::add);
            if (good.isPresent()) {
                entry = next;
                bound = good.get();
                return true;
            }
        }
        return false;
    }

    /** What the document says of the current entity. */
    DocumentEntry entry() {
        return requireNonNull(entry, "nothing was read yet");
    }

    /** The current entity. */
    BoundEntity bound() {
        return requireNonNull(bound, "nothing was read yet");
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
