package io.keyferry.keyspace.read;

import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that work through a list in its order. The first failure stops the rest and is thrown to
 * the caller; an interrupt of the caller stops them too. Thread-safe; close it to end the threads.
 */
public final class Workers implements AutoCloseable {
    /** Work on one item. */
    @FunctionalInterface
    public interface Task<T> {
        void accept(T item) throws Exception;
    }

    private final int threads;
    private final ExecutorService executor;

    /**
     * Starts the threads.
     *
     * @param name what the threads are called in a thread dump
     */
    public Workers(int threads, String name) {
        this.threads = threads;
        AtomicInteger number = new AtomicInteger();
        executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Works on all items and returns when the last is done. Items are begun in the list's order.
     *
     * @throws KeyferryException the first failure, or INTERRUPTED when the calling thread was interrupted
     * @throws UncheckedIOException the first failure, when it was one of reading or writing a file
     */
    public <T> void forEach(List<T> items, Task<T> task) {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        CompletionService<Void> completion = new ExecutorCompletionService<>(executor);
        List<Future<Void>> futures = new ArrayList<>(threads);
        for (int i = 0; i < Math.min(threads, items.size()); i++) {
            futures.add(completion.submit(() -> {
                for (int item = next.getAndIncrement();
                        item < items.size() && !stopped.get();
                        item = next.getAndIncrement()) {
                    task.accept(items.get(item));
                }
                return null;
            }));
        }
        Throwable failure = null;
        try {
            for (int i = 0; i < futures.size(); i++) {
                Throwable thrown = takeFailure(completion);
                if (thrown != null && failure == null) {
                    failure = thrown;
                    stopped.set(true);
                    cancel(futures);
                }
            }
        } catch (InterruptedException e) {
            stopped.set(true);
            cancel(futures);
            Thread.currentThread().interrupt();
            throw new KeyferryException(KeyferryException.Kind.INTERRUPTED, "interrupted", e);
        }
        if (failure != null) {
            throw asKnown(failure);
        }
    }

    /** Waits for the next worker to end, and returns why it failed; null when it did not. */
    private static @Nullable Throwable takeFailure(CompletionService<Void> completion) throws InterruptedException {
        try {
            completion.take().get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    private static void cancel(List<Future<Void>> futures) {
        futures.forEach(future -> future.cancel(true));
    }

    private static KeyferryException asKnown(Throwable failure) {
        if (failure instanceof KeyferryException known) {
            return known;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof UncheckedIOException disk) {
            throw disk;
        }
        if (failure instanceof IOException disk) {
            throw new UncheckedIOException(disk.getMessage(), disk);
        }
        return new KeyferryException(
                KeyferryException.Kind.INTERNAL,
                "unexpected " + failure.getClass().getSimpleName() + ": " + failure.getMessage(),
                failure);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
