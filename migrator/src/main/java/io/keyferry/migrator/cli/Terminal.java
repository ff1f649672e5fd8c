package io.keyferry.migrator.cli;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The person at the terminal, if there is one. */
final class Terminal {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether somebody watches and can answer. */
    static boolean isThere() {
        return console() != null;
    }

    /** Whether stderr is a terminal too, and not sent to a file. Where it cannot be told, it is where stdout is. */
    static boolean showsErrors() {
        if (!isThere()) {
            return false;
        }
        try {
            return Files.readSymbolicLink(STDERR).startsWith("/dev");
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the terminal can go back to the start of a line. */
    static boolean canDraw() {
        return !"dumb".equals(System.getenv("TERM"));
    }

    /** Asks a question that is answered with yes or no; no for no answer. */
    static boolean confirm(String question) {
        Console console = console();
        String answer = console == null ? null : answer(() -> console.readLine("%s [y/N] ", question));
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /** Asks for a password, which is not shown; empty when nobody is there. */
    static Optional<String> password(String question) {
        Console console = console();
        char[] password = console == null ? null : answer(() -> console.readPassword("%s", question));
        return password == null ? Optional.empty() : Optional.of(new String(password));
    }

    /** Waits for an answer on a thread of its own: no interrupt ends the reading of a terminal. */
    private static <T> @Nullable T answer(Callable<@Nullable T> reading) {
        FutureTask<@Nullable T> task = new FutureTask<>(reading);
        Thread thread = new Thread(task, "keyferry-question");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "stopped at a question, nothing was written", e);
        } catch (ExecutionException e) {
            return null;
        }
    }

    // From Java 22 on there is one even without a terminal; the launcher takes a Java 17 wherever it finds one.
    @SuppressWarnings("SystemConsoleNull")
    private static @Nullable Console console() {
        return System.console();
    }
}
