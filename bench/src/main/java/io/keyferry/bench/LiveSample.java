package io.keyferry.bench;

/**
 * One request of {@link LiveGateway}.
 *
 * @param atMicros when it was meant to be sent, in microseconds since the epoch
 * @param read whether it read; else it wrote
 * @param answered whether it was answered; else it failed
 * @param tookMicros from when it was meant to be sent to its answer or failure
 */
record LiveSample(long atMicros, boolean read, boolean answered, long tookMicros) {
    /** As {@link #parse} reads it. */
    String line() {
        return atMicros + (read ? " read " : " write ") + (answered ? "answered " : "failed ") + tookMicros;
    }

    static LiveSample parse(String line) {
        String[] parts = line.split(" ", -1);
        return new LiveSample(
                Long.parseLong(parts[0]),
                parts[1].equals("read"),
                parts[2].equals("answered"),
                Long.parseLong(parts[3]));
    }
}
