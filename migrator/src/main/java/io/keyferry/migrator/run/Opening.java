package io.keyferry.migrator.run;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Something that is being opened by a thread of its own, while the caller opens something else: of a short run,
 * connecting is a good part. Closing gives up what was not taken.
 */
final class Opening<T extends AutoCloseable> implements AutoCloseable {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;
    private boolean taken;

    /**
     * Begins.
     *
     * @param name of the thread
     */
    Opening(String name, Supplier<T> open) {
        thread = new Thread(() -> open(open), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void open(Supplier<T> open) {
        try {
            T opened = open.get();
            if (!result.complete(opened)) {
                close(opened);
            }
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    /** Waits for what was opened, which is the caller's from now on, or throws why it could not be. */
    T take() {
        try {
            T opened = result.get();
            taken = true;
            return opened;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    @Override
    public void close() {
        if (taken) {
            return;
        }
        if (result.cancel(false)) {
            thread.interrupt();
        } else if (!result.isCompletedExceptionally()) {
            close(result.join());
        }
    }

    private static void close(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            throw new KeyferryException(Kind.INTERNAL, "what was opened cannot be closed: " + e, e);
        }
    }
}
