package io.keyferry.keyspace.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeySpillTest {
    private static final long SEED = 20_260_807L;
    private static final int KEYS = 5_000;

    @TempDir
    private Path directory;

    private List<List<KeySpill.Key>> groups(int keysInMemory) throws IOException {
        Random random = new Random(SEED);
        List<List<KeySpill.Key>> groups = new ArrayList<>();
        try (KeySpill spill = new KeySpill(directory, keysInMemory)) {
            for (int line = 1; line <= KEYS; line++) {
                spill.add(random.nextInt(3), line, "type", "key " + random.nextInt(1_500));
            }
            spill.forEachGroup(groups::add);
        }
        return groups;
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 5_000, 4_999, 1_000, 37, 10})
    void groupsAreTheSameHoweverLittleFitsIntoMemory(int keysInMemory) throws IOException {
        System.out.println("seed " + SEED);
        List<List<KeySpill.Key>> groups = groups(keysInMemory);

        assertThat(groups).isEqualTo(groups(Integer.MAX_VALUE));
        assertThat(groups.stream().mapToInt(List::size).sum()).isEqualTo(KEYS);
        assertThat(groups).hasSizeLessThanOrEqualTo(1_500);
        assertThat(groups)
                .allSatisfy(group -> assertThat(group)
                        .isSortedAccordingTo((a, b) ->
                                a.kind() != b.kind() ? a.kind() - b.kind() : Long.compare(a.line(), b.line())));
        assertThat(files()).as("files left").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 4_000, 700, 100})
    void groupsAreTheSameHoweverManyWorkersGatherThem(int keysInMemory) throws Exception {
        int workers = 8;
        List<List<KeySpill.Key>> groups = new ArrayList<>();
        List<List<KeySpill.Key>> ofOne = new ArrayList<>();
        try (KeySpill spill = new KeySpill(directory, keysInMemory);
                KeySpill alone = new KeySpill(directory, Integer.MAX_VALUE)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                int from = worker * KEYS;
                tasks.add(() -> {
                    KeySpill.Batch batch = spill.batch();
                    for (int line = from; line < from + KEYS; line++) {
                        batch.add(line % 3, line, "type", "key " + line % 1_500);
                    }
                    batch.flush();
                    return true;
                });
            }
            ExecutorService threads = Executors.newFixedThreadPool(workers);
            try {
                for (Future<Boolean> done : threads.invokeAll(tasks)) {
                    assertThat(done.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }
            for (int line = 0; line < workers * KEYS; line++) {
                alone.add(line % 3, line, "type", "key " + line % 1_500);
            }
            spill.forEachGroup(groups::add);
            alone.forEachGroup(ofOne::add);
        }

        assertThat(groups).isEqualTo(ofOne).hasSize(1_500);
        assertThat(files()).as("files left").isZero();
    }

    @Test
    void filesAreTheOwnersAloneAndGoAtTheEnd() throws IOException {
        try (KeySpill spill = new KeySpill(directory, 2)) {
            for (int i = 0; i < 5; i++) {
                spill.add(0, i, "k" + i);
            }
            assertThat(files()).isEqualTo(2);
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files)
                        .allSatisfy(file ->
                                assertThat(Files.getPosixFilePermissions(file)).hasSize(2));
            }
        }
        assertThat(files()).isZero();
    }

    @Test
    void textsDoNotRunIntoEachOther() throws IOException {
        List<List<KeySpill.Key>> groups = new ArrayList<>();
        try (KeySpill spill = new KeySpill(directory, 10)) {
            spill.add(0, 1, "ab", "c");
            spill.add(0, 2, "a", "bc");
            spill.add(0, 3, "abc");
            spill.add(0, 4, "abc", "");
            spill.forEachGroup(groups::add);
        }
        assertThat(groups).hasSize(4);
    }
}
