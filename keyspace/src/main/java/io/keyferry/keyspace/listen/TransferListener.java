package io.keyferry.keyspace.listen;

import java.util.Map;

/**
 * Hears how a run goes. Calls come from many threads at once, so implementations are thread-safe; they must be fast and
 * must not throw.
 */
public interface TransferListener {
    /** Hears nothing. */
    TransferListener NONE = new TransferListener() {};

    /**
     * A step begins.
     *
     * @param expected how many entities of each type it will deal with, by estimate; empty where nobody knows
     */
    default void started(Step step, Map<String, Long> expected) {}

    /**
     * Entities are done.
     *
     * @param bytes how much was read or written for them, as far as the step knows
     */
    default void done(Step step, String type, long entities, long bytes) {}

    /** Entities are done with by leaving them out; {@link #done} does not tell of them. */
    default void excluded(Step step, String type, long entities) {
        done(step, type, entities, 0);
    }

    /**
     * Requests are sent to a cluster or answered for good. What lies between the two is on its way, repetitions and the
     * pauses before them included.
     *
     * @param change 1 for one that is sent, -1 for one that is answered or given up
     */
    default void inFlight(Step step, int change) {}

    /**
     * A step stands still until something happens. Told again and again while it lasts, at least once a second; its end
     * is not told.
     *
     * @param reason for people, the same words each time, such as "the nodes agree on the schema"
     */
    default void waiting(Step step, String reason) {}

    /** An attempt failed and is made again. */
    default void retried(Step step, String reason) {}

    /**
     * How fast the run goes is limited now, or not any more.
     *
     * @param why what limits it, for people, such as "reads of the source take 24 ms and may take 10: 3 requests at
     *     once"; empty when nothing does any more
     */
    default void paced(String why) {}

    /** A step is over. */
    default void finished(Step step) {}

    /** One that tells this and then another. */
    default TransferListener and(TransferListener other) {
        return new BothListeners(this, other);
    }
}
