package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class data archive (AppCDS) of a distribution, which takes a second off each start of a node.
 *
 * <p>The first node ever started writes it when it ends; later ones map it. It lies beside the jars, named after the JVM
 * and the jars that it was made from. Nothing depends on it: when it is missing, cannot be written or does not match,
 * nodes start without it. Processes may make it at the same time: each writes a file of its own, and the last one to be
 * finished is moved into place.
 */
final class ClassArchive {
    private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);

    private final Path archive;
    private final Path unfinished;

    private ClassArchive(Path archive) {
        this.archive = archive;
        this.unfinished = archive.resolveSibling(
                archive.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    }

    /** Empty when none can be kept: a directory that is not ours to write, or a line that needs an agent. */
    static Optional<ClassArchive> of(CassandraDistribution distribution, List<Path> classPath) {
        if (distribution.agent().isPresent() || !Files.isWritable(distribution.directory())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ClassArchive(distribution
                    .directory()
                    .resolve("classes-" + Integer.toHexString(fingerprint(classPath)) + ".jsa")));
        } catch (IOException e) {
            log.debug("No class data archive for Cassandra {}", distribution.version(), e);
            return Optional.empty();
        }
    }

    boolean exists() {
        return Files.exists(archive);
    }

    String useArgument() {
        return "-XX:SharedArchiveFile=" + archive;
    }

    String makeArgument() {
        return "-XX:ArchiveClassesAtExit=" + unfinished;
    }

    /** Moves what a node wrote into place, and removes what processes that are gone have left unfinished. */
    void finish() {
        try {
            if (Files.exists(unfinished)) {
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            Path directory = requireNonNull(archive.getParent(), "directory");
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(ClassArchive::isAbandoned).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            log.debug("The class data archive {} was not made", archive, e);
        }
    }

    void discard() {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            log.debug("Cannot delete {}", unfinished, e);
        }
    }

    private static boolean isAbandoned(Path file) {
        String[] parts = String.valueOf(file.getFileName()).split("\\.", -1);
        if (parts.length != 4 || !parts[1].equals("jsa") || !parts[2].matches("\\d{1,18}")) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(parts[2])).isEmpty();
    }

    private static int fingerprint(List<Path> classPath) throws IOException {
        int hash = Objects.hash(
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                System.getProperty("java.home"));
        for (Path jar : classPath) {
            hash = Objects.hash(hash, jar.toString(), Files.size(jar), Files.getLastModifiedTime(jar));
        }
        return hash;
    }
}
