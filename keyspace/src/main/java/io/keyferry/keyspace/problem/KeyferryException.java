package io.keyferry.keyspace.problem;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * An error that a user can act on. The message says what failed, on what (place, table, key, file and line) and what
 * to do; the {@link Kind} tells scripts the cases apart. Never carries a secret value.
 */
public final class KeyferryException extends RuntimeException {
    /** The cases that callers must tell apart. The command line maps each to one exit code. */
    public enum Kind {
        /** Wrong usage, configuration, or an unreadable file. */
        USAGE,
        /** The source cannot be reached or read. */
        SOURCE,
        /** The target cannot be reached or written. */
        TARGET,
        /** Content or a precondition is refused, and nothing was written. */
        REFUSED,
        /** The work directory or run lock is held by another run, or not of this run. */
        LOCKED,
        /** The user or the system asked to stop; the run can be resumed. */
        INTERRUPTED,
        /** A law of the program itself is broken: a defect of ours. */
        INTERNAL
    }

    private final Kind kind;

    public KeyferryException(Kind kind, String message) {
        this(kind, message, null);
    }

    public KeyferryException(Kind kind, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
        this.kind = requireNonNull(kind, "kind is null");
    }

    public static KeyferryException usage(String message) {
        return new KeyferryException(Kind.USAGE, message);
    }

    public static KeyferryException refused(String message) {
        return new KeyferryException(Kind.REFUSED, message);
    }

    public Kind kind() {
        return kind;
    }
}
