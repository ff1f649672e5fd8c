package io.keyferry.keyspace.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyArrayTest {
    private static final long SEED = 20_261_126L;
    private static final Comparator<KeySpill.Key> ORDER = Comparator.comparingLong(KeySpill.Key::high)
            .thenComparingLong(KeySpill.Key::low)
            .thenComparingInt(KeySpill.Key::kind)
            .thenComparingLong(KeySpill.Key::line);

    private static List<KeySpill.Key> keys(KeyArray array) {
        List<KeySpill.Key> keys = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            keys.add(array.get(i));
        }
        return keys;
    }

    private static void sortsLikeAList(KeyArray array) {
        List<KeySpill.Key> expected = keys(array);
        expected.sort(ORDER);

        array.sort();

        assertThat(keys(array)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 18, 1_000, 50_000})
    void anyKeysAreSorted(int size) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        KeyArray array = new KeyArray(1);
        for (int i = 0; i < size; i++) {
            array.add(random.nextLong(), random.nextLong(), random.nextInt(), random.nextLong());
        }
        sortsLikeAList(array);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 300})
    void keysThatDifferInTheirLastNumbersAloneAreSorted(int different) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        KeyArray array = new KeyArray(4);
        for (int i = 0; i < 20_000; i++) {
            long hash = random.nextInt(different) - 1L;
            array.add(hash, -hash, random.nextInt(2) - 1, random.nextInt(different));
        }
        sortsLikeAList(array);
    }

    @Test
    void oneHashWithRisingAndFallingLinesIsSorted() {
        KeyArray array = new KeyArray(4);
        for (int i = 0; i < 200_000; i++) {
            array.add(1, 2, 3, i < 100_000 ? i : -i);
        }
        sortsLikeAList(array);
    }

    @Test
    void keysGoThroughABufferAndBack() {
        KeyArray array = new KeyArray(1);
        for (int i = 0; i < 10; i++) {
            array.add(Long.MIN_VALUE + i, -i, -i, Long.MAX_VALUE - i);
        }
        LongBuffer buffer = LongBuffer.allocate(8 * KeyArray.WORDS + 1);
        KeyArray back = new KeyArray(1);

        assertThat(array.write(1, buffer)).isEqualTo(8);
        back.read(buffer.flip());

        assertThat(keys(back)).isEqualTo(keys(array).subList(1, 9));
        assertThat(array.write(10, LongBuffer.allocate(4))).isZero();
    }
}
