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

    private static final int BITS = 7;
    private static final int LOW_BITS = 0x7f;

    private byte[] array = new byte[512];
    private int length;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, length);
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

    /**
     * A length, in seven bits a byte, the lowest first; all but its last byte have the eighth bit. Short values stay short,
     * which are most: what is hashed shrinks by a third against eight bytes a length.
     */
    void size(int value) {
        int rest = value;
        while (rest > LOW_BITS) {
            put((byte) (rest | ~LOW_BITS));
            rest >>>= BITS;
        }
        put((byte) rest);
    }

    /** In UTF-8, behind its length in bytes. */
    void text(String value) {
        block(value.getBytes(StandardCharsets.UTF_8));
    }

    void block(byte[] block) {
        size(block.length);
        put(block);
    }

    void put(byte[] some) {
        reserve(some.length);
        System.arraycopy(some, 0, array, length, some.length);
        length += some.length;
    }

    void block(ByteBuffer block) {
        size(block.remaining());
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
