package io.keyferry.keyspace.document;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file that appears only when it is whole. It is written under another name in the same directory, readable by its
 * owner alone, since a document holds secrets; {@link #commit()} makes it durable and gives it its name, and refuses to
 * replace a file that is there. Closed without commit, nothing is left behind. An ending {@code .gz} or {@code .zst}
 * compresses. Not thread-safe.
 */
public final class DocumentFile implements Closeable {
    private static final int BUFFER = 1 << 18;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final OutputStream stream;
    private boolean closed;

    private DocumentFile(Path target, Path temporary) throws IOException {
        this.target = target;
        this.temporary = temporary;
        channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
        OutputStream raw = Channels.newOutputStream(channel);
        stream = new BufferedOutputStream(
                Compression.byName(target.getFileName().toString()).into(raw), BUFFER);
    }

    /**
     * Begins a file that will have the given name.
     *
     * @throws KeyferryException (USAGE) when a file of that name exists, or the directory does not
     */
    public static DocumentFile create(Path target) {
        if (Files.exists(target)) {
            throw exists(target);
        }
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw KeyferryException.usage(target + ": the directory does not exist: create it, or name another");
        }
        try {
            return new DocumentFile(target, Files.createTempFile(directory, "." + target.getFileName() + ".", ".part"));
        } catch (IOException e) {
            throw new KeyferryException(
                    Kind.USAGE, target + ": cannot be written (" + e.getMessage() + "): check the directory", e);
        }
    }

    /** The style that a file's name asks for: JSON where it ends in {@code .json}, compressed or not; else as wanted. */
    public static Style style(Path target, Style wanted) {
        String name = Compression.plainName(target.getFileName().toString()).toLowerCase(Locale.ROOT);
        return name.endsWith(".json") ? Style.JSON : wanted;
    }

    /** Where to write to; buffered. Closed by this file. */
    public OutputStream stream() {
        return stream;
    }

    /**
     * Ends the file, forces it to disk and gives it its name.
     *
     * @throws KeyferryException (USAGE) when a file of that name has appeared meanwhile
     */
    public void commit() throws IOException {
        // A compressing stream closes what it writes to: reopen to force.
        stream.close();
        try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        publish();
        close();
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    /** A hard link is atomic and fails where the name is taken; a move would replace the file. */
    private void publish() throws IOException {
        try {
            try {
                Files.createLink(target, temporary);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (FileSystemException | UnsupportedOperationException e) {
                Files.move(temporary, target);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(target);
        }
    }

    /** Removes what was written, unless it was committed. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            stream.close();
        } catch (IOException e) {
            // What could not be written is about to be removed anyway; commit has closed the stream before.
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static KeyferryException exists(Path target) {
        return KeyferryException.usage(target + " already exists and is not overwritten: remove it, or name another");
    }
}
