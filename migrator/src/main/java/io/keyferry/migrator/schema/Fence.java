package io.keyferry.migrator.schema;

import io.keyferry.keyspace.problem.KeyferryException;

/** Stops a run whose lock is gone from writing. Thread-safe and fast: asked before each write. */
@FunctionalInterface
interface Fence {
    /** Lets everything through. */
    Fence NONE = () -> {};

    /**
     * Insists that the lock is held, as far as is known here without asking the cluster.
     *
     * @throws KeyferryException (LOCKED) when it may not be
     */
    void requireHeld();

    /** Whether a lock that is not held may be again by itself: nobody is known to have taken it. */
    default boolean mayComeBack() {
        return false;
    }
}
