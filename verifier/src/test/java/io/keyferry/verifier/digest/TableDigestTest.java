package io.keyferry.verifier.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sum modulo 2^256, held against {@link BigInteger}. */
final class TableDigestTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private static final int BYTES = 32;

    private final long seed = 20_260_804L;
    private final Random random = new Random(seed);

    @BeforeEach
    void printSeed() {
        System.out.println("seed " + seed);
    }

    private List<byte[]> rows(int count) {
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] row = new byte[BYTES];
            random.nextBytes(row);
            if (random.nextInt(4) == 0) {
                Arrays.fill(row, random.nextInt(BYTES), BYTES, (byte) -1);
            }
            rows.add(row);
        }
        return rows;
    }

    private static TableDigest of(List<byte[]> rows) {
        TableDigest digest = new TableDigest();
        rows.forEach(digest::add);
        return digest;
    }

    private static String sum(List<byte[]> rows) {
        BigInteger sum = rows.stream().map(row -> new BigInteger(1, row)).reduce(BigInteger.ZERO, BigInteger::add);
        return "%064x".formatted(sum.mod(MODULUS));
    }

    @Test
    void isTheSumOfItsRows() {
        for (int count : new int[] {0, 1, 2, 3, 1_000}) {
            List<byte[]> rows = rows(count);
            assertThat(of(rows).hex()).isEqualTo(sum(rows));
            assertThat(of(rows).count()).isEqualTo(count);
        }
    }

    @Test
    void carriesThroughAllWords() {
        byte[] all = new byte[BYTES];
        Arrays.fill(all, (byte) -1);
        byte[] one = new byte[BYTES];
        one[BYTES - 1] = 1;
        for (List<byte[]> rows : List.of(
                List.of(all, one), List.of(all, all), List.of(one, all), List.of(all, all, one, all), List.of(all))) {
            assertThat(of(rows).hex()).isEqualTo(sum(rows));
        }
        for (int bit = 0; bit < 256; bit++) {
            byte[] power = new byte[BYTES];
            power[BYTES - 1 - bit / 8] = (byte) (1 << bit % 8);
            assertThat(of(List.of(power, power)).hex()).as("twice bit %d", bit).isEqualTo(sum(List.of(power, power)));
            assertThat(of(List.of(all, power)).hex()).as("all and bit %d", bit).isEqualTo(sum(List.of(all, power)));
        }
    }

    @Test
    void doesNotDependOnTheOrderOfRows() {
        List<byte[]> rows = rows(500);
        TableDigest digest = of(rows);
        Collections.shuffle(rows, random);

        assertThat(of(rows)).isEqualTo(digest).hasSameHashCodeAs(digest);
    }

    @Test
    void mergesToTheSameHoweverItIsSliced() {
        List<byte[]> rows = rows(300);
        for (int i = 0; i < 50; i++) {
            int first = random.nextInt(300);
            int second = first + random.nextInt(300 - first);
            TableDigest a = of(rows.subList(0, first));
            TableDigest b = of(rows.subList(first, second));
            TableDigest c = of(rows.subList(second, 300));

            assertThat(merged(merged(a, b), c)).isEqualTo(of(rows));
            assertThat(merged(a, merged(b, c))).isEqualTo(of(rows));
            assertThat(merged(c, merged(b, a))).isEqualTo(of(rows));
        }
    }

    private static TableDigest merged(TableDigest left, TableDigest right) {
        TableDigest merged = new TableDigest();
        merged.merge(left);
        merged.merge(right);
        return merged;
    }

    @Test
    void seesEveryFlippedBit() {
        List<byte[]> rows = rows(20);
        TableDigest digest = of(rows);
        for (int bit = 0; bit < 256; bit++) {
            byte[] row = rows.get(bit % 20);
            row[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(of(rows)).as("bit %d", bit).isNotEqualTo(digest);
            row[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(of(rows)).isEqualTo(digest);
    }

    @Test
    void seesARowTwiceWhereExclusiveOrWouldNot() {
        List<byte[]> rows = rows(3);
        List<byte[]> more = new ArrayList<>(rows);
        more.add(rows.get(0));
        more.add(rows.get(0));

        assertThat(of(more)).isNotEqualTo(of(rows));
    }

    @Test
    void seesARowOfZeros() {
        assertThat(of(List.of(new byte[BYTES]))).isNotEqualTo(of(List.of()));
    }
}
