package io.keyferry.keyspace.spill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Keys of any number, as 128-bit hashes with a note each, given back in the hashes' order so that equal keys meet. What
 * memory does not hold is sorted and put aside in files of the given directory, which {@link #close} removes. Workers add
 * through a {@link Batch} each; all else is for one thread, once they have flushed.
 */
public final class KeySpill implements AutoCloseable {
    /**
     * One key.
     *
     * @param kind what kind of key it is, as the caller numbers them
     * @param line where it was found
     */
    public record Key(long high, long low, int kind, long line) {
        boolean sameAs(Key other) {
            return high == other.high && low == other.low;
        }
    }

    /** Takes one key after the other, equal ones in the order of kind and line. */
    public interface KeyConsumer {
        /**
         * Takes a key.
         *
         * @param first whether it differs from the one before
         */
        void accept(Key key, boolean first);
    }

    /** Takes keys that are equal, in the order of kind and line. */
    public interface GroupConsumer {
        void accept(List<Key> equalKeys);
    }

    private static final Comparator<Key> ORDER = KeySpill::compare;
    /** Of one key's group only so many are kept: more say nothing new. */
    private static final int LARGEST_GROUP = 1_000;
    /** How many keys a worker gathers before it hands them over. */
    private static final int BATCH = 512;
    /** How many keys are read or written at a time. */
    private static final int CHUNK = 1_024;

    private static final int BYTES_PER_KEY = 3 * Long.BYTES + Integer.BYTES;

    private final Path directory;
    private final int keysInMemory;
    private List<Key> memory = new ArrayList<>();
    private final List<Path> runs = new ArrayList<>();
    private final KeyHash hash = new KeyHash();

    /**
     * Prepares for keys.
     *
     * @param keysInMemory how many are held before they are put aside
     */
    public KeySpill(Path directory, int keysInMemory) {
        this.directory = directory;
        this.keysInMemory = keysInMemory;
    }

    private static int compare(Key left, Key right) {
        int order = Long.compare(left.high, right.high);
        if (order == 0) {
            order = Long.compare(left.low, right.low);
        }
        if (order == 0) {
            order = Integer.compare(left.kind, right.kind);
        }
        return order == 0 ? Long.compare(left.line, right.line) : order;
    }

    /** Adds a key made of several texts. */
    public void add(int kind, long line, String... texts) throws IOException {
        add(kind, line, hash.of(texts));
    }

    /** Adds a key by its hash. */
    public void add(int kind, long line, KeyHash.Hash key) throws IOException {
        take(List.of(new Key(key.high(), key.low(), kind, line)));
    }

    /** Gathers the keys of one worker. */
    public Batch batch() {
        return new Batch();
    }

    /**
     * Keys of one worker, which hashes them by itself and hands them over many at a time. To be flushed at its end. Not
     * thread-safe.
     */
    public final class Batch {
        private final KeyHash ownHash = new KeyHash();
        private final List<Key> keys = new ArrayList<>();

        private Batch() {}

        /** Adds a key made of several texts. */
        public void add(int kind, long line, String... texts) throws IOException {
            KeyHash.Hash key = ownHash.of(texts);
            keys.add(new Key(key.high(), key.low(), kind, line));
            if (keys.size() == BATCH) {
                flush();
            }
        }

        /** Hands over what was gathered. */
        public void flush() throws IOException {
            take(keys);
            keys.clear();
        }
    }

    /** Takes keys; whoever takes one too many sorts and writes them while others go on. */
    private void take(List<Key> some) throws IOException {
        List<Key> full;
        Path run;
        synchronized (runs) {
            memory.addAll(some);
            if (memory.size() < keysInMemory) {
                return;
            }
            full = memory;
            memory = new ArrayList<>();
            run = Files.createTempFile(directory, "keys-", ".tmp");
            runs.add(run);
        }
        full.sort(ORDER);
        write(full, run);
    }

    /** The first half of the hash that such a key has. */
    public long high(String... texts) {
        return hash.of(texts).high();
    }

    private static void write(List<Key> keys, Path run) throws IOException {
        try (OutputStream out = Files.newOutputStream(run)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK * BYTES_PER_KEY);
            for (Key key : keys) {
                if (!chunk.hasRemaining()) {
                    out.write(chunk.array());
                    chunk.clear();
                }
                chunk.putLong(key.high).putLong(key.low).putInt(key.kind).putLong(key.line);
            }
            out.write(chunk.array(), 0, chunk.position());
        }
    }

    /** Gives every group of equal keys to the consumer, once all keys were added; of a large group only the first. */
    public void forEachGroup(GroupConsumer consumer) throws IOException {
        List<Key> group = new ArrayList<>();
        forEachKey((key, first) -> {
            if (first && !group.isEmpty()) {
                consumer.accept(List.copyOf(group));
                group.clear();
            }
            if (group.size() < LARGEST_GROUP) {
                group.add(key);
            }
        });
        if (!group.isEmpty()) {
            consumer.accept(List.copyOf(group));
        }
    }

    /** Gives every key to the consumer, once all were added. Can be done again. */
    public void forEachKey(KeyConsumer consumer) throws IOException {
        memory.sort(ORDER);
        List<SpilledKeys> files = new ArrayList<>();
        try {
            PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::key, ORDER));
            advance(memory.iterator(), heads);
            for (Path run : runs) {
                SpilledKeys file = new SpilledKeys(run);
                files.add(file);
                advance(file, heads);
            }
            merge(heads, consumer);
        } finally {
            for (SpilledKeys file : files) {
                file.close();
            }
        }
    }

    /** The next key of a sorted run, and the run. */
    private record Head(Key key, Iterator<Key> rest) {}

    private static void advance(Iterator<Key> run, PriorityQueue<Head> heads) {
        if (run.hasNext()) {
            heads.add(new Head(run.next(), run));
        }
    }

    private static void merge(PriorityQueue<Head> heads, KeyConsumer consumer) {
        Key last = null;
        while (!heads.isEmpty()) {
            Head head = heads.remove();
            advance(head.rest(), heads);
            consumer.accept(head.key(), last == null || !last.sameAs(head.key()));
            last = head.key();
        }
    }

    @Override
    public void close() throws IOException {
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
    }

    /** The keys of one file, in order. */
    private static final class SpilledKeys implements Iterator<Key>, AutoCloseable {
        private final InputStream in;
        private final byte[] bytes = new byte[CHUNK * BYTES_PER_KEY];
        private ByteBuffer chunk = ByteBuffer.wrap(bytes, 0, 0);

        SpilledKeys(Path file) throws IOException {
            in = Files.newInputStream(file);
        }

        @Override
        public boolean hasNext() {
            if (!chunk.hasRemaining()) {
                try {
                    chunk = ByteBuffer.wrap(bytes, 0, in.readNBytes(bytes, 0, bytes.length));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return chunk.hasRemaining();
        }

        @Override
        public Key next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return new Key(chunk.getLong(), chunk.getLong(), chunk.getInt(), chunk.getLong());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
