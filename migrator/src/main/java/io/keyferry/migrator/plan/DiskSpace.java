package io.keyferry.migrator.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Whether a directory has room for the dump of so many bytes of rows.
 *
 * @param directory where the dump goes
 */
public record DiskSpace(Path directory) {
    /** A kong.yml says the name of each field, and Cassandra sends none. An estimate, on the side of safety. */
    private static final double DUMP_PER_ROWS = 2;

    /** Below this the journal and the report of a run have no room either. */
    private static final long LEAST = 16L << 20;

    private static final double MEGABYTE = 1e6;

    /**
     * Compares what is there with what is needed.
     *
     * @param rowBytes what Cassandra sent for all rows
     */
    public void check(long rowBytes, Consumer<String> problems, Consumer<String> warnings) {
        long free;
        try {
            free = Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            warnings.accept("how much room there is in " + directory + " is not known: " + e);
            return;
        }
        long dump = (long) (rowBytes * DUMP_PER_ROWS);
        String room = directory + " has room for " + megabytes(free) + ", and kong.yml will take about "
                + megabytes(dump) + ": ";
        if (free < LEAST + rowBytes) {
            problems.accept(room + "make room, or name another directory with --work-dir");
        } else if (free < LEAST + dump) {
            warnings.accept(room + "it may not be enough");
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / MEGABYTE);
    }
}
