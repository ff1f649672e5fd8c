package io.keyferry.keyspace.problem;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers problems so that a user meets all of them at once. Beyond {@link #SHOWN} they are counted, not kept, so
 * memory stays bounded. Not thread-safe.
 */
public final class Problems {
    /** How many problems are kept and shown; the rest is a count. */
    public static final int SHOWN = 50;

    private final List<String> shown = new ArrayList<>();
    private long count;

    public void add(String problem) {
        requireNonNull(problem, "problem is null");
        count++;
        if (shown.size() < SHOWN) {
            shown.add(problem);
        }
    }

    /** Adds what was gathered elsewhere, after what is here. */
    public void add(Problems others) {
        for (String problem : others.shown) {
            add(problem);
        }
        count += others.count - others.shown.size();
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public long count() {
        return count;
    }

    /** The first problems, in the order in which they were found. */
    public List<String> shown() {
        return List.copyOf(shown);
    }

    /** Throws one exception that names all problems under a headline, if there are any. */
    public void throwIfAny(Kind kind, String headline) {
        if (isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(headline);
        for (String problem : shown) {
            message.append("\n  - ").append(problem.replace("\n", "\n    "));
        }
        if (count > shown.size()) {
            message.append("\n  ... and ").append(count - shown.size()).append(" more");
        }
        throw new KeyferryException(kind, message.toString());
    }
}
