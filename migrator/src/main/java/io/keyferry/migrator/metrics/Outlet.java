package io.keyferry.migrator.metrics;

import java.io.IOException;

/** Where metrics go by themselves. Used by one thread. */
interface Outlet {
    /** Where that is, for people. */
    String place();

    /** Puts all values there, in place of those before. */
    void put() throws IOException, InterruptedException;

    /** The run is over, and its last values were put. */
    default void ended() throws IOException, InterruptedException {}
}
