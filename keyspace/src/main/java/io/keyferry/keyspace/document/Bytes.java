package io.keyferry.keyspace.document;

import java.util.Arrays;

/** A growing run of bytes. Not thread-safe; reusable after {@link #clear()}. */
final class Bytes {
    private byte[] array;
    private int size;

    Bytes(int capacity) {
        array = new byte[capacity];
    }

    byte[] array() {
        return array;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, size);
    }

    Bytes put(int value) {
        room(1);
        array[size++] = (byte) value;
        return this;
    }

    Bytes put(byte[] bytes, int from, int to) {
        room(to - from);
        System.arraycopy(bytes, from, array, size, to - from);
        size += to - from;
        return this;
    }

    /** Appends text that is known to be ASCII. */
    Bytes ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            array[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    Bytes spaces(int count) {
        room(count);
        Arrays.fill(array, size, size + count, (byte) ' ');
        size += count;
        return this;
    }

    void room(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(size, more), array.length * 2));
        }
    }
}
