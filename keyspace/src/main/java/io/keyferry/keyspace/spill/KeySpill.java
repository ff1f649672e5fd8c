package io.keyferry.keyspace.spill;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * memory does not hold is sorted and put aside in files of the given directory, which {@link #close} removes. Not
 * thread-safe.
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

    private final Path directory;
    private final int keysInMemory;
    private final List<Key> memory = new ArrayList<>();
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

    /** Adds a key by its hash, which many workers can make at once. */
    public void add(int kind, long line, KeyHash.Hash key) throws IOException {
        memory.add(new Key(key.high(), key.low(), kind, line));
        if (memory.size() == keysInMemory) {
            spill();
        }
    }

    /** The first half of the hash that such a key has. */
    public long high(String... texts) {
        return hash.of(texts).high();
    }

    private void spill() throws IOException {
        memory.sort(ORDER);
        Path run = Files.createTempFile(directory, "keys-", ".tmp");
        runs.add(run);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run)))) {
            for (Key key : memory) {
                out.writeLong(key.high);
                out.writeLong(key.low);
                out.writeInt(key.kind);
                out.writeLong(key.line);
            }
        }
        memory.clear();
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
        private final DataInputStream in;

        SpilledKeys(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
        }

        @Override
        public boolean hasNext() {
            try {
                in.mark(1);
                int first = in.read();
                in.reset();
                return first >= 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Key next() {
            try {
                return new Key(in.readLong(), in.readLong(), in.readInt(), in.readLong());
            } catch (EOFException e) {
                throw new NoSuchElementException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
