package io.keyferry.keyspace.spill;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /** Of one key's group only so many are kept: more say nothing new. */
    private static final int LARGEST_GROUP = 1_000;
    /** How many keys a worker gathers before it hands them over. */
    private static final int BATCH = 512;
    /** How many keys are read or written at a time. */
    private static final int CHUNK = 1_024;

    private static final int BYTES_PER_KEY = KeyArray.WORDS * Long.BYTES;

    private final Path directory;
    private final int keysInMemory;
    private KeyArray memory = new KeyArray(BATCH);
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

    /** Adds a key made of several texts. */
    public void add(int kind, long line, String... texts) throws IOException {
        KeyHash.Hash key = hash.of(texts);
        KeyArray one = new KeyArray(1);
        one.add(key.high(), key.low(), kind, line);
        take(one);
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
        private final KeyArray keys = new KeyArray(BATCH);

        private Batch() {}

        /** Adds a key made of several texts. */
        public void add(int kind, long line, String... texts) throws IOException {
            KeyHash.Hash key = ownHash.of(texts);
            keys.add(key.high(), key.low(), kind, line);
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
    private void take(KeyArray some) throws IOException {
        KeyArray full;
        Path run;
        synchronized (runs) {
            memory.addAll(some);
            if (memory.size() < keysInMemory) {
                return;
            }
            full = memory;
            memory = new KeyArray(BATCH);
            run = Files.createTempFile(directory, "keys-", ".tmp");
            runs.add(run);
        }
        full.sort();
        write(full, run);
    }

    /** The first half of the hash that such a key has. */
    public long high(String... texts) {
        return hash.of(texts).high();
    }

    private static void write(KeyArray keys, Path run) throws IOException {
        try (OutputStream out = Files.newOutputStream(run)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK * BYTES_PER_KEY);
            int written = 0;
            while (written < keys.size()) {
                int count = keys.write(written, chunk.asLongBuffer());
                out.write(chunk.array(), 0, count * BYTES_PER_KEY);
                written += count;
            }
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
        memory.sort();
        List<Run> open = new ArrayList<>();
        try {
            open.add(new Run(memory));
            for (Path run : runs) {
                open.add(new Run(run));
            }
            merge(open, consumer);
        } finally {
            for (Run run : open) {
                run.close();
            }
        }
    }

    private static void merge(List<Run> runs, KeyConsumer consumer) throws IOException {
        Run[] heads = new Run[runs.size()];
        int count = 0;
        for (Run run : runs) {
            if (run.hasKey()) {
                insert(run, heads, count++);
            }
        }
        Key last = null;
        while (count > 0) {
            Run run = heads[--count];
            Key key = run.take();
            if (run.hasKey()) {
                insert(run, heads, count++);
            }
            consumer.accept(key, last == null || !last.sameAs(key));
            last = key;
        }
    }

    /** Puts a run in its place among others, of which the one with the smallest key is the last. */
    private static void insert(Run run, Run[] heads, int count) {
        int place = 0;
        int end = count;
        while (place < end) {
            int middle = (place + end) >>> 1;
            if (heads[middle].isAfter(run)) {
                place = middle + 1;
            } else {
                end = middle;
            }
        }
        System.arraycopy(heads, place, heads, place + 1, count - place);
        heads[place] = run;
    }

    @Override
    public void close() throws IOException {
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
    }

    /** Sorted keys, in memory or in a file, and how far they were taken. */
    private static final class Run implements AutoCloseable {
        private final InputStream in;
        private final byte[] bytes;
        private final KeyArray keys;
        private int position;

        Run(KeyArray keys) {
            this.keys = keys;
            in = InputStream.nullInputStream();
            bytes = new byte[0];
        }

        Run(Path file) throws IOException {
            keys = new KeyArray(CHUNK);
            bytes = new byte[CHUNK * BYTES_PER_KEY];
            in = Files.newInputStream(file);
        }

        boolean hasKey() throws IOException {
            if (position == keys.size() && bytes.length > 0) {
                int count = in.readNBytes(bytes, 0, bytes.length);
                if (count % BYTES_PER_KEY != 0) {
                    throw new EOFException("a file of keys ends within a key");
                }
                keys.read(ByteBuffer.wrap(bytes, 0, count).asLongBuffer());
                position = 0;
            }
            return position < keys.size();
        }

        boolean isAfter(Run other) {
            return KeyArray.compare(keys, position, other.keys, other.position) > 0;
        }

        Key take() {
            return keys.get(position++);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
