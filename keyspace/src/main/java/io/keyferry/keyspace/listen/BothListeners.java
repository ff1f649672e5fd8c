package io.keyferry.keyspace.listen;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/** Tells two what it hears. */
final class BothListeners implements TransferListener {
    private final TransferListener first;
    private final TransferListener second;

    BothListeners(TransferListener first, TransferListener second) {
        this.first = requireNonNull(first, "first is null");
        this.second = requireNonNull(second, "second is null");
    }

    @Override
    public void started(Step step, Map<String, Long> expected) {
        first.started(step, expected);
        second.started(step, expected);
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        first.done(step, type, entities, bytes);
        second.done(step, type, entities, bytes);
    }

    @Override
    public void excluded(Step step, String type, long entities) {
        first.excluded(step, type, entities);
        second.excluded(step, type, entities);
    }

    @Override
    public void inFlight(Step step, int change) {
        first.inFlight(step, change);
        second.inFlight(step, change);
    }

    @Override
    public void waiting(Step step, String reason) {
        first.waiting(step, reason);
        second.waiting(step, reason);
    }

    @Override
    public void retried(Step step, String reason) {
        first.retried(step, reason);
        second.retried(step, reason);
    }

    @Override
    public void paced(String why) {
        first.paced(why);
        second.paced(why);
    }

    @Override
    public void finished(Step step) {
        first.finished(step);
        second.finished(step);
    }
}
