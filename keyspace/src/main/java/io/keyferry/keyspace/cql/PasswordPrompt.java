package io.keyferry.keyspace.cql;

import java.util.Optional;

/** Asks a person for a password. */
@FunctionalInterface
public interface PasswordPrompt {
    /** What was typed, or empty when there is nobody to ask. */
    Optional<String> ask(String question);

    /** For when there is no terminal. */
    static PasswordPrompt nobody() {
        return question -> Optional.empty();
    }
}
