package io.keyferry.keyspace.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordSpillTest {
    private static final int RECORDS = 4_000;
    private static final long SEED = new Random().nextLong();

    @TempDir
    private Path directory;

    private record Added(long position, int number) {}

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES + number % 300).putInt(number).array();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 200_000, 20_000, 1_000, 0})
    void anyRangeIsReadAloneHoweverLittleFitsIntoMemory(long bytesInMemory) throws Exception {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        List<Added> added = new ArrayList<>();
        try (RecordSpill spill = new RecordSpill(directory, bytesInMemory)) {
            int records = bytesInMemory == 0 ? 200 : RECORDS;
            for (int i = 0; i < records; i++) {
                // Some positions are taken twice, and the whole unsigned range is.
                Added one = new Added(
                        random.nextInt(5) == 0 && i > 0
                                ? added.get(random.nextInt(i)).position()
                                : random.nextLong(),
                        i);
                added.add(one);
                spill.add(one.position(), bytes(i));
            }
            spill.seal();
            added.sort(Comparator.comparing(Added::position, Long::compareUnsigned));

            assertThat(spill.count()).isEqualTo(records);
            assertThat(read(spill, 0, OptionalLong.empty()))
                    .isEqualTo(added.stream().map(Added::number).toList());
            for (int i = 0; i < 50; i++) {
                long from = random.nextBoolean()
                        ? random.nextLong()
                        : added.get(random.nextInt(records)).position();
                long before = random.nextBoolean() ? random.nextLong() : from + 1;
                assertThat(read(spill, from, OptionalLong.of(before)))
                        .as("seed %s", SEED)
                        .isEqualTo(added.stream()
                                .filter(one -> Long.compareUnsigned(one.position(), from) >= 0
                                        && Long.compareUnsigned(one.position(), before) < 0)
                                .map(Added::number)
                                .toList());
            }
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).as("files left").isEmpty();
        }
    }

    private static List<Integer> read(RecordSpill spill, long from, OptionalLong before) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        spill.read(from, before, bytes -> {
            int number = ByteBuffer.wrap(bytes).getInt();
            assertThat(bytes).isEqualTo(bytes(number));
            numbers.add(number);
        });
        return numbers;
    }

    @Test
    void filesAreTheOwnersAlone() throws Exception {
        try (RecordSpill spill = new RecordSpill(directory, 100)) {
            for (int i = 0; i < 10; i++) {
                spill.add(i, bytes(i));
            }
            spill.seal();
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files)
                        .hasSize(1)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }
}
