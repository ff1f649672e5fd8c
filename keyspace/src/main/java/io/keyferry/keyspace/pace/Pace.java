package io.keyferry.keyspace.pace;

/**
 * What whoever sends requests to one cluster keeps to. Each request is between a {@link #begin} and an {@link #end}, in
 * whatever threads. Thread-safe.
 */
public interface Pace {
    /** As fast as it goes. */
    Pace FULL_SPEED = new Pace() {};

    /** Waits until one more request may go. */
    default void begin() throws InterruptedException {}

    /** A request that {@link #begin} let go is answered, or has failed. */
    default void end() {}

    /** So many entities were read or are being written. Counts against a rate, and the next request waits for it. */
    default void moved(long entities) {}

    /** How many rows a page may have at most, lest one request use up many seconds of a rate. */
    default int largestPage() {
        return Integer.MAX_VALUE;
    }

    /** Waits a while for the cluster to be within its budget again; to be called after a heavy request of one's own. */
    default void settle() throws InterruptedException {}
}
