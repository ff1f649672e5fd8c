package io.keyferry.verifier.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of type-tagged bytes. Not thread-safe. */
final class Bytes {
    private static final VarHandle NUMBERS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final char LAST_ASCII = 0x7f;

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
        NUMBERS.set(array, length, value);
        length += Long.BYTES;
    }

    /** In UTF-8, which for most texts is a byte a character. */
    void text(String value) {
        int size = value.length();
        reserve(Long.BYTES + size);
        int start = length + Long.BYTES;
        for (int i = 0; i < size; i++) {
            char character = value.charAt(i);
            if (character > LAST_ASCII) {
                block(value.getBytes(StandardCharsets.UTF_8));
                return;
            }
            array[start + i] = (byte) character;
        }
        number(size);
        length += size;
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
