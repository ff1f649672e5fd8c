package io.keyferry.migrator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file for the textfile collector of node_exporter. It is written beside and renamed, so that nobody reads half of
 * one, and everybody may read it: node_exporter is another user. Used by one thread.
 */
final class TextFile implements Outlet {
    private final Path file;
    private final String schedule;
    private final RunRegistry registry;
    private final RunMeters meters;
    private boolean read;

    TextFile(Path file, String schedule, RunRegistry registry, RunMeters meters) {
        this.file = requireNonNull(file, "file is null");
        this.schedule = requireNonNull(schedule, "schedule is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.meters = requireNonNull(meters, "meters is null");
    }

    @Override
    public String place() {
        return file.toString();
    }

    @Override
    public void put() throws IOException {
        if (!read) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                EarlierSuccess.of(Files.readString(file, UTF_8), schedule).forEach(meters::earlierSuccess);
            }
            read = true;
        }
        // node_exporter takes files that end in .prom, and this one must not.
        Path half = Files.createTempFile(file.toAbsolutePath().getParent(), "." + file.getFileName(), ".tmp");
        try {
            Files.write(half, registry.read(RunRegistry.TEXT));
            PosixFileAttributeView posix = Files.getFileAttributeView(half, PosixFileAttributeView.class);
            if (posix != null) {
                posix.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("its directory does not rename files atomically", e);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
