package io.keyferry.keyspace.document;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears only when it is whole. It is written under another name in the same directory, readable by its
 * owner alone, since a document holds secrets; {@link #commit()} makes it durable and gives it its name, and refuses to
 * replace a file that is there. Closed without commit, nothing is left behind, unless the file is one that can be
 * {@linkplain #resumable resumed}. An ending {@code .gz} or {@code .zst} compresses: into one member or frame from each
 * {@link #cut} to the next, which every reader of these formats takes for one text. Not thread-safe.
 */
public final class DocumentFile implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path target;
    private final Path temporary;
    private final boolean resumable;
    private final FileChannel channel;
    private final Frames frames;
    private final OutputStream stream;
    private boolean closed;

    private DocumentFile(Path target, Path temporary, long bytes, boolean resumable) throws IOException {
        this.target = target;
        this.temporary = temporary;
        this.resumable = resumable;
        channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
        channel.truncate(bytes);
        channel.position(bytes);
        frames = new Frames(
                Channels.newOutputStream(channel),
                Compression.byName(target.getFileName().toString()));
        stream = new BufferedOutputStream(frames, BUFFER);
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
            Path temporary = Files.createTempFile(directory, "." + target.getFileName() + ".", ".part");
            return new DocumentFile(target, temporary, 0, false);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /**
     * Begins a file, or goes on with one, that stays when it is closed without commit.
     *
     * @param temporary where it stands until it is whole, in the directory of the target
     * @param bytes how much of it counts, up to a {@link #cut}; what comes behind is removed. With 0 it is begun anew.
     * @throws KeyferryException (USAGE) when the target exists, or what there was is gone
     */
    public static DocumentFile resumable(Path target, Path temporary, long bytes) {
        if (Files.exists(target)) {
            throw exists(target);
        }
        try {
            if (bytes == 0) {
                Files.deleteIfExists(temporary);
                Files.createFile(temporary, OWNER_ONLY);
            } else if (!Files.exists(temporary) || Files.size(temporary) < bytes) {
                throw KeyferryException.usage(temporary + " is gone or was cut off: " + bytes
                        + " bytes of it were written before. Begin again" + " with a new work directory");
            }
            return new DocumentFile(target, temporary, bytes, true);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /**
     * Gives a file that was whole before its name, if it has not got it yet.
     *
     * @param bytes its size
     * @throws KeyferryException (USAGE) when another file has the name, or neither has
     */
    public static void publish(Path target, Path temporary, long bytes) {
        try {
            boolean there = Files.exists(target);
            boolean waiting = Files.exists(temporary);
            boolean same = there && (waiting ? Files.isSameFile(target, temporary) : Files.size(target) == bytes);
            if (there && !same) {
                throw exists(target);
            }
            if (!there && (!waiting || Files.size(temporary) != bytes)) {
                throw KeyferryException.usage(
                        target + " is gone, which was written before. Begin again with a new work directory");
            }
            if (!there) {
                name(target, temporary);
            }
            Files.deleteIfExists(temporary);
            force(target);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static KeyferryException unwritable(Path target, IOException e) {
        return new KeyferryException(
                Kind.USAGE, target + ": cannot be written (" + e.getMessage() + "): check the directory", e);
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
     * Forces what was written so far to disk, so that the file can be gone on with from here.
     *
     * @return how many bytes the file has now
     */
    public long cut() throws IOException {
        stream.flush();
        frames.end();
        channel.force(false);
        return channel.position();
    }

    /**
     * Ends the file, forces it to disk and gives it its name.
     *
     * @throws KeyferryException (USAGE) when a file of that name has appeared meanwhile
     */
    public void commit() throws IOException {
        cut();
        channel.force(true);
        name(target, temporary);
        close();
        Files.deleteIfExists(temporary);
        force(target);
    }

    private static void force(Path target) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    /** A hard link is atomic and fails where the name is taken; a move would replace the file. */
    private static void name(Path target, Path temporary) throws IOException {
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

    /** Removes what was written, unless it was committed or can be resumed. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            frames.end();
        } catch (IOException e) {
            // What counts was forced to disk before.
        } finally {
            if (!resumable) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** Compresses into members or frames that stand on their own, each begun by the first byte after the one before. */
    private static final class Frames extends OutputStream {
        private final OutputStream raw;
        private final Compression compression;
        private @Nullable OutputStream frame;

        Frames(OutputStream raw, Compression compression) {
            this.raw = raw;
            this.compression = compression;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (frame == null) {
                frame = compression.into(new Unclosed(raw));
            }
            frame.write(bytes, from, length);
        }

        /** Ends what was begun. */
        void end() throws IOException {
            if (frame != null) {
                frame.close();
                frame = null;
            }
        }
    }

    /** A stream that stays open when what writes to it is closed. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private static KeyferryException exists(Path target) {
        return KeyferryException.usage(target + " already exists and is not overwritten: remove it, or name another");
    }
}
