package io.keyferry.rehearsal;

/** Something about a node or a recording is not as it must be; the message says what, where, and what to do. */
public final class RehearsalException extends RuntimeException {
    public RehearsalException(String message) {
        super(message);
    }

    public RehearsalException(String message, Throwable cause) {
        super(message, cause);
    }
}
