package io.keyferry.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the source tree. */
final class SourceFiles {
    private SourceFiles() {}

    /** A path from the root of the source tree. */
    static Path at(String path) {
        return Path.of(System.getProperty("keyferry.root", "..")).resolve(path);
    }

    static String text(String path) throws IOException {
        return Files.readString(at(path));
    }

    static List<Path> in(String directory) throws IOException {
        try (Stream<Path> files = Files.list(at(directory))) {
            return files.sorted().toList();
        }
    }
}
