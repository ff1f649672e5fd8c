package io.keyferry.keyspace.document;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.nio.file.Path;

/** What makes a document unreadable, and on which line. To a fast parser that met it, a reason to try the thorough one. */
final class Malformed extends Exception {
    private final Kind kind;
    private final long line;

    private Malformed(Kind kind, long line, String problem) {
        super(problem, null, false, false);
        this.kind = kind;
        this.line = line;
    }

    /** Not a YAML or JSON document that we can parse. */
    static Malformed syntax(long line, String problem) {
        return new Malformed(Kind.USAGE, line, problem);
    }

    /** Parsed, but not what a kong.yml may hold. */
    static Malformed content(long line, String problem) {
        return new Malformed(Kind.REFUSED, line, problem);
    }

    long line() {
        return line;
    }

    String problem() {
        return String.valueOf(getMessage());
    }

    KeyferryException of(Path file) {
        return new KeyferryException(kind, file + ":" + line + ": " + problem());
    }
}
