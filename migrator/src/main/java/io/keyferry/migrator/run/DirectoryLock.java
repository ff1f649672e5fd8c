package io.keyferry.migrator.run;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * That one process alone works in a directory: a lock of the operating system on the file {@code .lock}, which ends with
 * the process, however that ends. The file says who holds it. Not seen across machines by every network file system.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = ".lock";
    /** {@code status} tries the lock for an instant to see whether it is held. */
    private static final int TRIES = 10;

    private static final long PAUSE_MILLIS = 20;

    /** Who holds, or last held, the lock of a directory. */
    record Holder(long pid, String host) {
        static Holder ofThisProcess() {
            String host;
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                host = "unknown";
            }
            return new Holder(ProcessHandle.current().pid(), host);
        }

        boolean isHere() {
            return host.equals(ofThisProcess().host);
        }
    }

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws KeyferryException (LOCKED) when another process has it, saying which
     */
    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            Files.createFile(file, WorkDirectory.PRIVATE_FILE);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (lock(channel) == null) {
                throw new KeyferryException(
                        Kind.LOCKED,
                        "work directory " + directory + " is in use by "
                                + holder(directory)
                                        .map(holder -> "process " + holder.pid() + " on " + holder.host())
                                        .orElse("another process")
                                + ": wait until it ends ('keyferry status " + directory + "' tells how far it is)");
            }
            Holder us = Holder.ofThisProcess();
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((us.pid() + " " + us.host() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return new DirectoryLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null || tries == TRIES) {
                    return lock;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (OverlappingFileLockException e) {
                return null; // Held by this very process.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
            }
        }
    }

    /** Who holds the lock, or held it last; empty when the file says nothing. */
    static Optional<Holder> holder(Path directory) throws IOException {
        try {
            String[] words = Files.readString(directory.resolve(FILE)).strip().split(" ", 2);
            return words.length == 2 && words[0].matches("[0-9]{1,18}")
                    ? Optional.of(new Holder(Long.parseLong(words[0]), words[1]))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether a process holds the lock now. Changes nothing. */
    static boolean isHeld(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.READ)) {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            if (lock != null) {
                lock.release();
            }
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
