package io.keyferry.migrator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.read.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class OrderedOutputTest {
    private static final long SEED = 20_260_806L;
    private static final int PARTS = 400;

    /** The bytes of a part, cut into chunks; every tenth part is empty. */
    private static List<byte[]> chunks(int part) {
        Random random = new Random(SEED + part);
        List<byte[]> chunks = new ArrayList<>();
        for (int i = part % 10 == 0 ? 0 : random.nextInt(8); i > 0; i--) {
            byte[] chunk = new byte[random.nextInt(2_000)];
            Arrays.fill(chunk, (byte) part);
            chunks.add(chunk);
        }
        return chunks;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1000000", "2, 0", "8, 0", "8, 3000", "8, 1000000000", "64, 100"})
    void partsComeInOrderWhoeverMakesThem(int threads, long budget) throws IOException {
        System.out.println("seed " + SEED);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int part = 0; part < PARTS; part++) {
            for (byte[] chunk : chunks(part)) {
                expected.write(chunk);
            }
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        List<Integer> order = new ArrayList<>();
        OrderedOutput output = new OrderedOutput(
                (part, chunk) -> {
                    order.add(part);
                    written.write(chunk);
                },
                budget);
        try (Workers workers = new Workers(threads, "test")) {
            workers.forEach(IntStream.range(0, PARTS).boxed().toList(), part -> {
                for (byte[] chunk : chunks(part)) {
                    output.append(part, chunk);
                }
                output.complete(part);
            });
        }
        assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(order).isSorted();
    }

    @Test
    void nothingIsWrittenBeforeItsTurn() throws Exception {
        List<Integer> order = new ArrayList<>();
        OrderedOutput output = new OrderedOutput((part, chunk) -> order.add(part), 100);
        output.append(1, new byte[60]);
        output.append(2, new byte[40]);
        output.complete(1);
        assertThat(order).isEmpty();

        output.append(0, new byte[1_000]);
        assertThat(order).containsExactly(0);
        output.complete(0);
        assertThat(order).containsExactly(0, 1, 2);
    }

    @Test
    void beyondTheBudgetAThreadWaitsForItsTurn() throws Exception {
        List<Integer> order = new ArrayList<>();
        OrderedOutput output = new OrderedOutput((part, chunk) -> order.add(part), 100);
        output.append(1, new byte[60]);
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                output.append(1, new byte[41]);
                added.complete(true);
            } catch (IOException | InterruptedException e) {
                added.completeExceptionally(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(added).isNotDone();
        output.complete(0);

        assertThat(added.get()).isTrue();
        assertThat(order).containsExactly(1, 1);
    }

    @Test
    void aSinkThatFailsEndsAllWorkersEvenThoseThatWait() {
        OrderedOutput output = new OrderedOutput(
                (part, chunk) -> {
                    if (part == 3) {
                        throw new IOException("no space left");
                    }
                },
                10);
        try (Workers workers = new Workers(8, "test")) {
            assertThatThrownBy(() ->
                            workers.forEach(IntStream.range(0, PARTS).boxed().toList(), part -> {
                                output.append(part, new byte[100]);
                                output.complete(part);
                            }))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("no space left");
        }
    }
}
