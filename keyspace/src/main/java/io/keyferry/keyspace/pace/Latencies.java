package io.keyferry.keyspace.pace;

import java.util.Arrays;

/** The latest of the times that something took, in nanoseconds. Not thread-safe. */
final class Latencies {
    private static final double QUANTILE = 0.9;

    private final long[] latest;
    private int count;
    private int next;

    /** Holds so many. */
    Latencies(int size) {
        latest = new long[size];
    }

    void add(long nanos) {
        latest[next] = nanos;
        next = (next + 1) % latest.length;
        count = Math.min(count + 1, latest.length);
    }

    /** Whether there are as many as it holds. */
    boolean full() {
        return count == latest.length;
    }

    void clear() {
        count = 0;
        next = 0;
    }

    /** What nine of ten stay below, so that one pause of a garbage collector does not count; 0 of none. */
    long high() {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(latest, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(count * QUANTILE) - 1)];
    }

    /** Whether {@link #high} of as many as it holds must be above a limit, whatever the missing ones are. */
    boolean sureAbove(long limit) {
        long above =
                Arrays.stream(latest, 0, count).filter(nanos -> nanos > limit).count();
        return above > latest.length - (int) Math.ceil(latest.length * QUANTILE);
    }

    /** How long they took one after another. */
    long sum() {
        return Arrays.stream(latest, 0, count).sum();
    }

    /** The middle of them, 0 of none. */
    long middle() {
        long[] sorted = Arrays.copyOf(latest, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[count / 2];
    }
}
