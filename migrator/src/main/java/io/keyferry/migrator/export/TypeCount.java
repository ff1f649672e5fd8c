package io.keyferry.migrator.export;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the rows of one type. The books balance: {@code read = written + excluded}.
 *
 * @param hidden how many of those written stand in {@code _ignore}, where only Keyferry sees them
 * @param excluded rows that were left out, by reason
 */
public record TypeCount(long read, long written, long hidden, Map<String, Long> excluded) {
    public static final TypeCount NONE = new TypeCount(0, 0, 0, Map.of());

    public TypeCount {
        excluded = Map.copyOf(excluded);
        long gone = excluded.values().stream().mapToLong(Long::longValue).sum();
        if (read != written + gone) {
            throw new IllegalStateException(read + " rows were read but " + (written + gone) + " are accounted for");
        }
    }

    /** How many stand in a section, for every reader. */
    long shown() {
        return written - hidden;
    }

    /** The sum of two counts of one type. */
    public TypeCount plus(TypeCount other) {
        Map<String, Long> reasons = new TreeMap<>(excluded);
        other.excluded.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
        return new TypeCount(read + other.read, written + other.written, hidden + other.hidden, reasons);
    }
}
