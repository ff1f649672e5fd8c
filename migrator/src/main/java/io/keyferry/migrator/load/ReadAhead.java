package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a source in a thread of its own, ahead of the one that takes: what parsing costs and what is done with the
 * parsed are two cores' work. What is taken, and in which order, is as if the source was asked directly; so is its
 * failure, which comes after all that was read before it.
 *
 * <p>Handed over in batches, so that an item costs no lock. Bounded by number and by weight: the source rests while
 * {@link #BATCHES} wait or {@link #MOST_BYTES} are ahead, so at most these and one batch more are in memory, and a batch
 * ends with the item that makes it heavy. One thread takes and closes; nothing else may use the source meanwhile.
 */
final class ReadAhead<T> implements AutoCloseable {
    /** Gives one item after the other. */
    @FunctionalInterface
    interface Source<T> {
        /**
         * The next one; null at the end.
         *
         * @throws InterruptedException when this was closed while the source waited
         */
        @Nullable
        T next() throws InterruptedException;
    }

    /** How many items are handed over at a time. */
    static final int BATCH = 100;

    /** How many batches wait at most. */
    static final int BATCHES = 4;

    /** What a batch weighs at most before its last item, and what all together may weigh before the source rests. */
    static final long MOST_BYTES = 1 << 20;

    /**
     * Some items.
     *
     * @param last whether the source has nothing more to give, since it is at its end or has failed
     */
    private record Batch<T>(
            List<T> items,
            long bytes,
            boolean last,
            @Nullable Throwable failure) {}

    private final Source<T> source;
    private final ToLongFunction<T> weight;
    private final Thread thread;
    private final Queue<Batch<T>> waiting = new ArrayDeque<>();
    /** Bytes of all that was read and not done with, the batch in the taker's hands included. */
    private long ahead;

    private boolean closed;
    private Batch<T> current = new Batch<>(List.of(), 0, false, null);
    private Iterator<T> items = current.items().iterator();

    /**
     * Begins to read.
     *
     * @param name of the thread
     * @param weight about how many bytes an item takes in memory
     */
    ReadAhead(String name, Source<T> source, ToLongFunction<T> weight) {
        this.source = requireNonNull(source, "source is null");
        this.weight = requireNonNull(weight, "weight is null");
        thread = new Thread(this::read, requireNonNull(name, "name is null"));
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The next item; null at the end. Throws what the source threw, as the very object.
     *
     * @throws InterruptedException when this thread is to end
     */
    @Nullable
    T next() throws InterruptedException {
        while (!items.hasNext()) {
            if (current.last()) {
                rethrow(current.failure());
                return null;
            }
            current = take();
            items = current.items().iterator();
        }
        return items.next();
    }

    private static void rethrow(@Nullable Throwable failure) throws InterruptedException {
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException("a source throws what it does not declare", failure);
        }
    }

    private synchronized Batch<T> take() throws InterruptedException {
        ahead -= current.bytes();
        notifyAll();
        while (waiting.isEmpty()) {
            wait();
        }
        return waiting.remove();
    }

    private void read() {
        try {
            boolean more = true;
            while (more && awaitRoom()) {
                Batch<T> batch = batch();
                hand(batch);
                more = !batch.last();
            }
        } catch (InterruptedException e) {
            // Closed: nobody takes any more.
        }
    }

    /** Waits until there is something to read for; false once nobody wants it. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        while (!closed && (waiting.size() >= BATCHES || ahead >= MOST_BYTES)) {
            wait();
        }
        return !closed;
    }

    private synchronized void hand(Batch<T> batch) {
        ahead += batch.bytes();
        waiting.add(batch);
        notifyAll();
    }

    /** Whatever the source throws is for the taker, at the place where it was thrown. */
    @SuppressWarnings("IllegalCatch")
    private Batch<T> batch() {
        List<T> read = new ArrayList<>(BATCH);
        long bytes = 0;
        try {
            while (read.size() < BATCH && bytes < MOST_BYTES) {
                T item = source.next();
                if (item == null) {
                    return new Batch<>(read, bytes, true, null);
                }
                read.add(item);
                bytes += weight.applyAsLong(item);
            }
            return new Batch<>(read, bytes, false, null);
        } catch (Throwable e) {
            return new Batch<>(read, bytes, true, e);
        }
    }

    /** Ends the reading wherever it is, and returns when its thread has ended. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
