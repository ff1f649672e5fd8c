package io.keyferry.verifier.digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of type-tagged bytes. Not thread-safe. */
final class Bytes {
    private byte[] array = new byte[512];
    private int length;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    boolean sameAs(Bytes other) {
        return Arrays.equals(array, 0, length, other.array, 0, other.length);
    }

    void clear() {
        length = 0;
    }

    void put(byte value) {
        reserve(1);
        array[length++] = value;
    }

    void number(long value) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            array[length++] = (byte) (value >>> shift);
        }
    }

    void text(String value) {
        block(value.getBytes(StandardCharsets.UTF_8));
    }

    void block(byte[] block) {
        number(block.length);
        reserve(block.length);
        System.arraycopy(block, 0, array, length, block.length);
        length += block.length;
    }

    void block(ByteBuffer block) {
        number(block.remaining());
        reserve(block.remaining());
        int size = block.remaining();
        block.get(block.position(), array, length, size);
        length += size;
    }

    private void reserve(int more) {
        if (length + more > array.length) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
        }
    }
}
