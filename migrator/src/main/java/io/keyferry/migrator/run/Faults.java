package io.keyferry.migrator.run;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where a test has the process die around a record of the journal, as {@code kill -9} would have it: nothing is closed,
 * flushed or tidied. The system property {@code keyferry.fault} says where: {@code before:17}, {@code during:17} (half of
 * the record is written) or {@code after:17}, with the number of the record. No release of ours sets it. Immutable.
 */
final class Faults {
    private static final int KILLED = 137;

    private enum Moment {
        NEVER,
        BEFORE,
        DURING,
        AFTER
    }

    private final Moment moment;
    private final long record;

    private Faults(Moment moment, long record) {
        this.moment = moment;
        this.record = record;
    }

    static Faults ofProcess() {
        String[] fault = System.getProperty("keyferry.fault", "never:0").split(":", 2);
        return new Faults(Moment.valueOf(fault[0].toUpperCase(Locale.ROOT)), Long.parseLong(fault[1]));
    }

    /** Between what was done and its being noted. */
    void beforeRecord(long number) {
        dieAt(Moment.BEFORE, number);
    }

    void duringRecord(long number, OutputStream out, byte[] line) throws IOException {
        if (moment == Moment.DURING && number == record) {
            out.write(Arrays.copyOf(line, line.length / 2));
            dieAt(Moment.DURING, number);
        }
    }

    void afterRecord(long number) {
        dieAt(Moment.AFTER, number);
    }

    private void dieAt(Moment now, long number) {
        if (moment == now && number == record) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
