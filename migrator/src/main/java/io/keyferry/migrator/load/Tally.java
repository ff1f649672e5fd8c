package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells a listener of entities, many at once: a call for each of a million rows would cost. Not thread-safe. */
final class Tally {
    private static final int MOST = 200;

    private final Step step;
    private final TransferListener listener;
    private final LongSupplier bytes;
    private @Nullable String type;
    private long done;
    private long excluded;
    private long bytesTold;

    /**
     * Begins with nothing.
     *
     * @param bytes how many bytes the step has moved so far
     */
    Tally(Step step, TransferListener listener, LongSupplier bytes) {
        this.step = requireNonNull(step, "step is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.bytes = requireNonNull(bytes, "bytes is null");
    }

    /** An entity is done. */
    void done(String of) {
        count(of);
        done++;
    }

    /** An entity is left out. */
    void excluded(String of) {
        count(of);
        excluded++;
    }

    private void count(String of) {
        if (!of.equals(type) || done + excluded >= MOST) {
            tell();
            type = of;
        }
    }

    /** Tells of what was not told yet. */
    void tell() {
        if (type != null && done + excluded > 0) {
            long now = bytes.getAsLong();
            if (done > 0 || now > bytesTold) {
                listener.done(step, type, done, now - bytesTold);
            }
            if (excluded > 0) {
                listener.excluded(step, type, excluded);
            }
            bytesTold = now;
        }
        done = 0;
        excluded = 0;
    }
}
