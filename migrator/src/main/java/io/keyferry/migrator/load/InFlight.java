package io.keyferry.migrator.load;

import java.util.concurrent.Semaphore;

/**
 * Bounds what is on its way to the cluster at once, by number and by bytes: a few large rows weigh as much as many
 * small ones. Thread-safe.
 */
final class InFlight {
    private static final int UNIT_BYTES = 1 << 10;
    private static final int MOST_UNITS = 8 << 10;

    private final int requests;
    private final Semaphore slots;
    private final Semaphore units = new Semaphore(MOST_UNITS);

    InFlight(int requests) {
        this.requests = requests;
        slots = new Semaphore(requests);
    }

    /** Waits until a request of so many bytes may go, and returns what {@link #release} takes back. */
    int acquire(long bytes) throws InterruptedException {
        int weight = (int) Math.min(MOST_UNITS, 1 + bytes / UNIT_BYTES);
        slots.acquire();
        units.acquire(weight);
        return weight;
    }

    void release(int weight) {
        units.release(weight);
        slots.release();
    }

    /** Waits until nothing is on its way. Nobody may acquire meanwhile. */
    void awaitNone() throws InterruptedException {
        slots.acquire(requests);
        slots.release(requests);
    }
}
