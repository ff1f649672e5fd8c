package io.keyferry.migrator.load;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are on the wire at once: all that may be while all goes well, half as many after one has failed for
 * want of time or nodes (at most once a second, since many fail together), and again more with each that succeeds. What
 * finds no room waits in line. Thread-safe.
 */
final class Window {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int room;
    private int onTheWire;
    private int successes;
    private long halved = System.nanoTime() - SECOND;

    /** @param most how many there may be at once */
    Window(int most) {
        this.most = most;
        room = most;
    }

    /** Sends a request now, or when there is room. */
    void send(Runnable request) {
        synchronized (this) {
            if (onTheWire >= room) {
                waiting.add(request);
                return;
            }
            onTheWire++;
        }
        request.run();
    }

    /** A request was answered, well or not. */
    void answered(boolean well) {
        @Nullable Runnable next;
        synchronized (this) {
            onTheWire--;
            adapt(well);
            next = onTheWire < room ? waiting.poll() : null;
            if (next != null) {
                onTheWire++;
            }
        }
        while (next != null) {
            next.run();
            synchronized (this) {
                next = onTheWire < room ? waiting.poll() : null;
                if (next != null) {
                    onTheWire++;
                }
            }
        }
    }

    private void adapt(boolean well) {
        long now = System.nanoTime();
        if (!well) {
            successes = 0;
            if (now - halved >= SECOND) {
                halved = now;
                room = Math.max(1, room / 2);
            }
        } else if (room < most && ++successes >= room) {
            successes = 0;
            room = Math.min(most, room + Math.max(1, room / 4));
        }
    }

    /** How many there may be on the wire now. */
    synchronized int room() {
        return room;
    }
}
