package io.keyferry.keyspace.spill;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Keys of a {@link KeySpill} in one array, four numbers each: no object a key to be allocated, followed and collected,
 * and little code to be compiled, which counts in runs of a few seconds. Grows as needed. Not thread-safe.
 */
final class KeyArray {
    /** Numbers a key: high, low, kind, line. */
    static final int WORDS = 4;

    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int KIND = 2;
    private static final int LINE = 3;
    /** So few keys are sorted by insertion. */
    private static final int FEW = 16;

    private long[] words;
    private int size;

    KeyArray(int capacity) {
        words = new long[WORDS * capacity];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void add(long high, long low, int kind, long line) {
        reserve(1);
        int at = WORDS * size;
        words[at + HIGH] = high;
        words[at + LOW] = low;
        words[at + KIND] = kind;
        words[at + LINE] = line;
        size++;
    }

    void addAll(KeyArray other) {
        reserve(other.size);
        System.arraycopy(other.words, 0, words, WORDS * size, WORDS * other.size);
        size += other.size;
    }

    private void reserve(int more) {
        if (WORDS * (size + more) > words.length) {
            words = Arrays.copyOf(words, Math.max(WORDS * (size + more), 2 * words.length));
        }
    }

    KeySpill.Key get(int index) {
        int at = WORDS * index;
        return new KeySpill.Key(words[at + HIGH], words[at + LOW], (int) words[at + KIND], words[at + LINE]);
    }

    /** Puts the keys from an index on into a buffer, as many as it has room for, and returns how many. */
    int write(int from, LongBuffer buffer) {
        int count = Math.min(size - from, buffer.remaining() / WORDS);
        buffer.put(words, WORDS * from, WORDS * count);
        return count;
    }

    /** Takes all keys of a buffer instead of those that are here. */
    void read(LongBuffer buffer) {
        size = 0;
        reserve(buffer.remaining() / WORDS);
        size = buffer.remaining() / WORDS;
        buffer.get(words, 0, WORDS * size);
    }

    /** Compares a key of one array with a key of another, by hash, kind and line. */
    static int compare(KeyArray left, int leftIndex, KeyArray right, int rightIndex) {
        return compare(left.words, WORDS * leftIndex, right.words, WORDS * rightIndex);
    }

    private static int compare(long[] left, int leftAt, long[] right, int rightAt) {
        for (int word = 0; word < WORDS; word++) {
            if (left[leftAt + word] != right[rightAt + word]) {
                return left[leftAt + word] < right[rightAt + word] ? -1 : 1;
            }
        }
        return 0;
    }

    /**
     * Sorts the keys by hash, kind and line: a quicksort, since nobody can choose hashes so that it becomes slow, and its
     * pivot is a middle one where many have one hash and come in the order of their lines.
     */
    void sort() {
        sort(0, size - 1);
    }

    private void sort(int from, int to) {
        int first = from;
        int last = to;
        while (last - first >= FEW) {
            int split = partition(first, last);
            // The smaller part by recursion: no deeper than the logarithm.
            if (split - first < last - split) {
                sort(first, split);
                first = split + 1;
            } else {
                sort(split + 1, last);
                last = split;
            }
        }
        insert(first, last);
    }

    /** Hoare's: what is up to the index returned is no larger than what follows. */
    private int partition(int first, int last) {
        long[] pivot = copyOf((first + last) >>> 1);
        int left = first - 1;
        int right = last + 1;
        while (true) {
            do {
                left++;
            } while (compare(words, WORDS * left, pivot, 0) < 0);
            do {
                right--;
            } while (compare(words, WORDS * right, pivot, 0) > 0);
            if (left >= right) {
                return right;
            }
            swap(left, right);
        }
    }

    private void insert(int first, int last) {
        for (int next = first + 1; next <= last; next++) {
            int hole = next;
            while (hole > first && compare(words, WORDS * (hole - 1), words, WORDS * next) > 0) {
                hole--;
            }
            if (hole < next) {
                long[] key = copyOf(next);
                System.arraycopy(words, WORDS * hole, words, WORDS * (hole + 1), WORDS * (next - hole));
                System.arraycopy(key, 0, words, WORDS * hole, WORDS);
            }
        }
    }

    private long[] copyOf(int index) {
        return Arrays.copyOfRange(words, WORDS * index, WORDS * (index + 1));
    }

    private void swap(int one, int other) {
        int a = WORDS * one;
        int b = WORDS * other;
        for (int word = 0; word < WORDS; word++) {
            long kept = words[a + word];
            words[a + word] = words[b + word];
            words[b + word] = kept;
        }
    }
}
