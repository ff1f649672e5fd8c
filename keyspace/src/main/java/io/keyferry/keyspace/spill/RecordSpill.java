package io.keyferry.keyspace.spill;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Records of any number by an unsigned 64-bit position, of which any range can be read alone: a table on disk. What
 * memory does not hold is sorted and put aside in files of the given directory that only the owner can read;
 * {@link #close} removes them. First {@link #add}, then {@link #seal} once, then {@link #read}; all are thread-safe.
 */
public final class RecordSpill implements AutoCloseable {
    /** Takes one record; records of one position come in the order in which they were added. */
    @FunctionalInterface
    public interface RecordConsumer {
        void accept(byte[] record) throws Exception;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(long position, byte[] bytes) {}

    private static final Comparator<Entry> ORDER = (a, b) -> Long.compareUnsigned(a.position, b.position);
    /** What an entry takes in memory besides its bytes. */
    private static final int ENTRY_BYTES = 56;

    private static final int INDEXED_BYTES = 64 << 10;
    private static final int BUFFER_BYTES = 32 << 10;

    private final Path directory;
    private final long bytesInMemory;
    private final List<Path> runs = new ArrayList<>();
    private List<Entry> memory = new ArrayList<>();
    private long held;
    private long count;
    /** The one file of all records in order, where memory did not hold them. */
    private @Nullable Path sorted;
    /** Of some records of the file, the position and where they begin. */
    private final List<long[]> index = new ArrayList<>();

    /**
     * Prepares for records.
     *
     * @param directory an existing one
     * @param bytesInMemory how many bytes are held before they are put aside
     */
    public RecordSpill(Path directory, long bytesInMemory) {
        this.directory = directory;
        this.bytesInMemory = bytesInMemory;
    }

    /** Adds a record, which must not be changed any more. */
    public synchronized void add(long position, byte[] bytes) throws IOException {
        memory.add(new Entry(position, bytes));
        held += bytes.length + ENTRY_BYTES;
        count++;
        if (held > bytesInMemory) {
            putAside();
        }
    }

    /** How many records there are. */
    public synchronized long count() {
        return count;
    }

    private void putAside() throws IOException {
        memory.sort(ORDER);
        Path run = file();
        try (DataOutputStream out = output(run)) {
            for (Entry entry : memory) {
                write(entry, out);
            }
        }
        memory = new ArrayList<>();
        held = 0;
    }

    private Path file() throws IOException {
        Path file = Files.createTempFile(directory, "records-", ".tmp");
        runs.add(file);
        return file;
    }

    private static DataOutputStream output(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
    }

    private static void write(Entry entry, DataOutputStream out) throws IOException {
        out.writeLong(entry.position);
        out.writeInt(entry.bytes.length);
        out.write(entry.bytes);
    }

    /** Brings all records in order, once the last was added. */
    public synchronized void seal() throws IOException {
        if (runs.isEmpty()) {
            memory.sort(ORDER);
            return;
        }
        putAside();
        List<Path> unmerged = List.copyOf(runs);
        Path merged = file();
        List<Run> open = new ArrayList<>();
        try (DataOutputStream out = output(merged)) {
            // Earlier runs hold what was added earlier.
            PriorityQueue<Run> heads = new PriorityQueue<>((a, b) -> {
                int byPosition = ORDER.compare(a.head(), b.head());
                return byPosition != 0 ? byPosition : Integer.compare(a.number, b.number);
            });
            for (Path run : unmerged) {
                Run one = new Run(open.size(), new DataInputStream(buffered(Files.newInputStream(run))));
                open.add(one);
                if (one.advance()) {
                    heads.add(one);
                }
            }
            merge(heads, out);
        } finally {
            for (Run run : open) {
                run.in.close();
            }
        }
        for (Path run : unmerged) {
            Files.delete(run);
            runs.remove(run);
        }
        sorted = merged;
    }

    private void merge(PriorityQueue<Run> heads, DataOutputStream out) throws IOException {
        long offset = 0;
        long indexed = -INDEXED_BYTES;
        while (!heads.isEmpty()) {
            Run run = heads.remove();
            Entry entry = run.head();
            if (offset - indexed >= INDEXED_BYTES) {
                index.add(new long[] {entry.position, offset});
                indexed = offset;
            }
            write(entry, out);
            offset += Long.BYTES + Integer.BYTES + entry.bytes.length;
            if (run.advance()) {
                heads.add(run);
            }
        }
    }

    /** Gives the records with {@code from <= position < before} to the consumer, in order; empty for no end. */
    public void read(long from, OptionalLong before, RecordConsumer consumer) throws Exception {
        Path file;
        List<Entry> all;
        synchronized (this) {
            file = sorted;
            all = memory;
        }
        if (file == null) {
            for (int i = first(all, from); i < all.size() && isBefore(all.get(i).position, before); i++) {
                consumer.accept(all.get(i).bytes);
            }
            return;
        }
        try (FileChannel channel = FileChannel.open(file).position(offsetBefore(from));
                Run run = new Run(0, new DataInputStream(buffered(Channels.newInputStream(channel))))) {
            while (run.advance() && isBefore(run.head().position, before)) {
                if (Long.compareUnsigned(run.head().position, from) >= 0) {
                    consumer.accept(run.head().bytes);
                }
            }
        }
    }

    private static InputStream buffered(InputStream in) {
        return new BufferedInputStream(in, BUFFER_BYTES);
    }

    private static boolean isBefore(long position, OptionalLong before) {
        return before.isEmpty() || Long.compareUnsigned(position, before.getAsLong()) < 0;
    }

    private static int first(List<Entry> entries, long from) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(entries.get(middle).position, from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Where the last indexed record before a position begins. */
    private synchronized long offsetBefore(long position) {
        int low = 0;
        int high = index.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(index.get(middle)[0], position) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : index.get(low - 1)[1];
    }

    @Override
    public synchronized void close() throws IOException {
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
        runs.clear();
    }

    /** The entries of one file, in order. */
    private static final class Run implements AutoCloseable {
        private final int number;
        private final DataInputStream in;
        private @Nullable Entry head;

        Run(int number, DataInputStream in) {
            this.number = number;
            this.in = in;
        }

        boolean advance() throws IOException {
            try {
                long position = in.readLong();
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                head = new Entry(position, bytes);
                return true;
            } catch (EOFException e) {
                head = null;
                return false;
            }
        }

        Entry head() {
            Entry entry = head;
            if (entry == null) {
                throw new IllegalStateException("no more records");
            }
            return entry;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
