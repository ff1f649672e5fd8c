package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which writes are on the wire at once, and which of them go together in one request.
 *
 * <p>There are as many as may be while all goes well, half as many after one has failed for want of time or nodes (at
 * most once a second, since many fail together), and again more with each that succeeds. What finds no room waits in
 * line.
 *
 * <p>Small writes are gathered into requests as Nagle gathers bytes into segments: a request goes when it is full, or
 * when nothing else is on the wire. So whoever has many writes to make sends full requests, and whoever has few does not
 * wait for more to come.
 *
 * <p>Thread-safe.
 *
 * @param <T> a write
 */
final class Window<T> {
    /** Cassandra warns of more partitions in a batch (unlogged_batch_across_partitions_warn_threshold). */
    static final int MOST_TOGETHER = 10;

    /** Cassandra warns of larger batches than 5 KiB (batch_size_warn_threshold), and refuses ten times as much. */
    static final long MOST_BYTES_TOGETHER = 4 << 10;

    /** Of few writes that may be on the wire less go together, so that there are some requests at once. */
    private static final int REQUESTS_AT_ONCE = 4;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final Consumer<List<T>> wire;
    private final ArrayDeque<List<T>> line = new ArrayDeque<>();
    private List<T> gathered = new ArrayList<>(MOST_TOGETHER);
    private long gatheredBytes;
    private boolean allAlone;
    private int room;
    private int onTheWire;
    private int successes;
    private long halved = System.nanoTime() - SECOND;
    private final ThreadLocal<Boolean> sending = ThreadLocal.withInitial(() -> false);

    /**
     * Nothing is on its way.
     *
     * @param most how many writes there may be on the wire at once
     * @param wire sends writes in one request; called by whoever sends or tells of an answer
     */
    Window(int most, Consumer<List<T>> wire) {
        this.most = most;
        this.wire = requireNonNull(wire, "wire is null");
        room = most;
    }

    /** Sends a write, which takes so many bytes of a batch, now or later, alone or with others. */
    void send(T write, long bytes) {
        synchronized (this) {
            if (allAlone || bytes >= MOST_BYTES_TOGETHER) {
                line.add(List.of(write));
            } else {
                gather(write, bytes);
            }
        }
        sendWhatMay();
    }

    /** Sends a write now or later in a request of its own. */
    void sendAlone(T write) {
        synchronized (this) {
            line.add(List.of(write));
        }
        sendWhatMay();
    }

    private void gather(T write, long bytes) {
        if (gatheredBytes + bytes > MOST_BYTES_TOGETHER) {
            closeGathered();
        }
        gathered.add(write);
        gatheredBytes += bytes;
        if (gathered.size() >= Math.min(MOST_TOGETHER, room / REQUESTS_AT_ONCE)) {
            closeGathered();
        }
    }

    private void closeGathered() {
        line.add(gathered);
        gathered = new ArrayList<>(MOST_TOGETHER);
        gatheredBytes = 0;
    }

    /** From now on each write goes in a request of its own: the cluster does not take them together. */
    synchronized void separate() {
        allAlone = true;
        closeGathered();
        List<T> waiting = line.stream().flatMap(List::stream).toList();
        line.clear();
        waiting.forEach(write -> line.add(List.of(write)));
    }

    /** So many writes that went together were answered, well or not. */
    void answered(int together, boolean well) {
        synchronized (this) {
            onTheWire -= together;
            adapt(together, well);
            if (onTheWire == 0) {
                notifyAll();
            }
        }
        sendWhatMay();
    }

    private void sendWhatMay() {
        if (sending.get()) {
            return; // What was sent has failed at once: whoever sent it sends the next too.
        }
        sending.set(true);
        try {
            for (@Nullable List<T> next = next(); next != null; next = next()) {
                wire.accept(next);
            }
        } finally {
            sending.set(false);
        }
    }

    private synchronized @Nullable List<T> next() {
        if (onTheWire == 0 && line.isEmpty() && !gathered.isEmpty()) {
            closeGathered();
        }
        List<T> first = line.peek();
        if (first == null || (onTheWire > 0 && onTheWire + first.size() > room)) {
            return null;
        }
        onTheWire += first.size();
        return line.remove();
    }

    private void adapt(int together, boolean well) {
        long now = System.nanoTime();
        if (!well) {
            successes = 0;
            if (now - halved >= SECOND) {
                halved = now;
                room = Math.max(1, room / 2);
            }
        } else if (room < most) {
            successes += together;
            if (successes >= room) {
                successes = 0;
                room = Math.min(most, room + Math.max(1, room / 4));
            }
        }
    }

    /** Waits until nothing is on the wire, or so long; what is sent meanwhile may still be. */
    synchronized void awaitAnswers(Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos(); onTheWire > 0 && left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** How many there may be on the wire now. */
    synchronized int room() {
        return room;
    }
}
