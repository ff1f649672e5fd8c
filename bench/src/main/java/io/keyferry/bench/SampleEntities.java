package io.keyferry.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The entities that all benchmarks of this module move, for those in other packages. */
public final class SampleEntities {
    private SampleEntities() {}

    /**
     * Writes a kong.yml.
     *
     * @param entities a multiple of 43
     */
    public static void write(long entities, Path file) throws IOException {
        new BenchDocument(entities).write(file);
    }
}
