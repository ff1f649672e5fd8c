package io.keyferry.migrator.export;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Puts chunks that many threads produce for numbered parts into the order of the parts. The part whose turn it is
 * writes through; the others wait in memory, which is bounded: beyond the budget a thread waits until its part's turn
 * comes or memory is free. Threads must begin parts in order, so that the part whose turn it is is never the one that
 * nobody has begun. Thread-safe.
 */
final class OrderedOutput {
    /** Takes chunks in order; called under a lock, by one thread at a time. */
    interface Sink {
        void write(int part, byte[] chunk) throws IOException;

        /** A part and all before it were written. */
        default void completed(int part) throws IOException {}
    }

    private final Sink sink;
    private final long budget;
    private final Map<Integer, Queue<byte[]>> waiting = new HashMap<>();
    private final Map<Integer, Boolean> complete = new HashMap<>();
    private long held;
    private int turn;

    /** Prepares for parts from 0. */
    OrderedOutput(Sink sink, long budget) {
        this(sink, budget, 0);
    }

    /**
     * Prepares for parts.
     *
     * @param budget how many bytes may wait
     * @param first the number of the first part
     */
    OrderedOutput(Sink sink, long budget, int first) {
        turn = first;
        this.sink = sink;
        this.budget = budget;
    }

    /** Adds a chunk to a part. */
    synchronized void append(int part, byte[] chunk) throws IOException, InterruptedException {
        while (part != turn && held + chunk.length > budget) {
            wait();
        }
        if (part == turn) {
            sink.write(part, chunk);
            return;
        }
        held += chunk.length;
        waiting.computeIfAbsent(part, ignored -> new ArrayDeque<>()).add(chunk);
    }

    /** Tells that a part has no more chunks. */
    synchronized void complete(int part) throws IOException {
        complete.put(part, true);
        while (complete.remove(turn) != null) {
            sink.completed(turn);
            turn++;
            Queue<byte[]> chunks = waiting.remove(turn);
            if (chunks != null) {
                for (byte[] chunk : chunks) {
                    held -= chunk.length;
                    sink.write(turn, chunk);
                }
            }
        }
        notifyAll();
    }
}
