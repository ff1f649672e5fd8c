package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.problem.Problems;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a document in file order, each checked by itself; those with problems are told and passed over. Two
 * threads {@linkplain ReadAhead read ahead}: one parses, one binds what is parsed. To be asked one by one from one thread,
 * and closed, which closes the reader.
 */
final class BoundEntities implements AutoCloseable {
    private final DocumentReader reader;
    private final Problems problems;
    private final ReadAhead<DocumentEntry> parsing;
    private final ReadAhead<ReadEntity> binding;
    private @Nullable ReadEntity current;

    /**
     * Begins to read.
     *
     * @param problems takes the problems of each entity when its turn comes
     */
    BoundEntities(DocumentReader reader, EntityBinder binder, Problems problems) {
        this.reader = requireNonNull(reader, "reader is null");
        this.problems = requireNonNull(problems, "problems is null");
        requireNonNull(binder, "binder is null");
        parsing = new ReadAhead<>("keyferry-parse", reader::next, ReadEntity::weight);
        binding = new ReadAhead<>("keyferry-bind", () -> bind(binder), ReadEntity::weight);
    }

    private @Nullable ReadEntity bind(EntityBinder binder) throws InterruptedException {
        DocumentEntry entry = parsing.next();
        return entry == null ? null : ReadEntity.of(entry, binder);
    }

    /**
     * Moves to the next entity without problems; false at the end.
     *
     * @throws InterruptedException when somebody wants this thread to end
     */
    boolean advance() throws InterruptedException {
        for (ReadEntity next = binding.next(); next != null; next = binding.next()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            problems.add(next.problems());
            if (next.bound() != null) {
                current = next;
                return true;
            }
        }
        return false;
    }

    /** What the document says of the current entity. */
    DocumentEntry entry() {
        return requireNonNull(current, "nothing was read yet").entry();
    }

    /** The current entity. */
    BoundEntity bound() {
        return requireNonNull(requireNonNull(current, "nothing was read yet").bound());
    }

    @Override
    public void close() throws IOException {
        binding.close();
        parsing.close();
        reader.close();
    }
}
