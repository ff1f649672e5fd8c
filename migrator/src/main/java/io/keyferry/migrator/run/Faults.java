package io.keyferry.migrator.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where a test has the process die around a record of the journal, as {@code kill -9} would have it: nothing is closed,
 * flushed or tidied. The system property {@code keyferry.fault} says where: {@code before:17}, {@code during:17} (half of
 * the record is written) or {@code after:17}, with the number of the record, or with a part of its text. No release of
 * ours sets it. Immutable.
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
    private final String part;

    private Faults(Moment moment, String part) {
        this.moment = moment;
        this.part = part;
    }

    static Faults ofProcess() {
        String[] fault = System.getProperty("keyferry.fault", "never:").split(":", 2);
        String part = fault[1].matches("[0-9]+") ? "{\"n\":" + fault[1] + "," : fault[1];
        return new Faults(Moment.valueOf(fault[0].toUpperCase(Locale.ROOT)), part);
    }

    /** Between what was done and its being noted. */
    void beforeRecord(byte[] line) {
        if (isAt(Moment.BEFORE, line)) {
            die();
        }
    }

    void duringRecord(OutputStream out, byte[] line) throws IOException {
        if (isAt(Moment.DURING, line)) {
            out.write(Arrays.copyOf(line, line.length / 2));
            die();
        }
    }

    void afterRecord(byte[] line) {
        if (isAt(Moment.AFTER, line)) {
            die();
        }
    }

    private boolean isAt(Moment now, byte[] line) {
        return moment == now && new String(line, UTF_8).contains(part);
    }

    private static void die() {
        Runtime.getRuntime().halt(KILLED);
    }
}
