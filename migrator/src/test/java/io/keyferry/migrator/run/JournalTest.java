package io.keyferry.migrator.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    private static final int RECORDS = 5;

    @TempDir
    private Path directory;

    private Path written() throws IOException {
        Path file = Files.createFile(directory.resolve("journal.jsonl"));
        try (Journal journal = Journal.begin(file)) {
            for (int i = 1; i <= RECORDS; i++) {
                journal.append("thing", Journal.details().put("number", i).put("text", "ünï\n\"" + i));
            }
        }
        return file;
    }

    private static List<Integer> numbers(Path file) {
        List<Integer> numbers = new ArrayList<>();
        Journal.read(file, record -> numbers.add(record.path("number").asInt()));
        return numbers;
    }

    @Test
    void whatWasAppendedIsReadAgain() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        Journal.read(written(), records::add);

        assertThat(records).hasSize(RECORDS);
        assertThat(records.get(2).path("event").asText()).isEqualTo("thing");
        assertThat(records.get(2).path("n").asInt()).isEqualTo(3);
        assertThat(records.get(2).path("text").asText()).isEqualTo("ünï\n\"3");
    }

    @Test
    void aTornLastRecordNeverHappenedWhereverItIsTorn() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        int last = new String(whole, UTF_8).lastIndexOf("{\"n\":" + RECORDS);
        int from = new String(whole, UTF_8).substring(0, last).getBytes(UTF_8).length;
        for (int end = from; end < whole.length; end++) {
            Files.write(file, java.util.Arrays.copyOf(whole, end));
            assertThat(numbers(file)).as("torn at byte " + end).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aLastRecordWithOneBitFlippedNeverHappened() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 30] ^= 1;
        Files.write(file, bytes);

        assertThat(numbers(file)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aDamagedRecordBeforeOthersIsAnErrorWithItsLine() throws IOException {
        Path file = written();
        List<String> lines = Files.readAllLines(file, UTF_8);
        for (int damaged = 0; damaged < RECORDS - 1; damaged++) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(damaged, lines.get(damaged).replace("thing", "think"));
            Files.write(file, changed, UTF_8);
            assertDamaged(file, damaged + 1);
            changed.remove(damaged);
            Files.write(file, changed, UTF_8);
            assertDamaged(file, damaged + 1);
        }
    }

    private static void assertDamaged(Path file, int line) {
        assertThatThrownBy(() -> numbers(file))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
                .hasMessageContaining("line " + line + ": the record is damaged");
    }

    @Test
    void aResumedJournalGoesOnBehindTheLastWholeRecord() throws IOException {
        Path file = written();
        Files.writeString(file, Files.readString(file, UTF_8) + "{\"n\":6,\"at\":\"20", UTF_8);
        List<Integer> before = new ArrayList<>();
        try (Journal journal =
                Journal.resume(file, record -> before.add(record.path("number").asInt()))) {
            journal.append("thing", Journal.details().put("number", 6));
        }

        assertThat(before).containsExactly(1, 2, 3, 4, 5);
        assertThat(numbers(file)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void anEmptyJournalHoldsNothing() throws IOException {
        assertThat(numbers(Files.createFile(directory.resolve("empty.jsonl")))).isEmpty();
    }

    @Test
    void aFileThatIsNoJournalIsSaidToBeNone() throws IOException {
        Path file = Files.writeString(directory.resolve("other"), "first\nsecond\n", UTF_8);
        assertDamaged(file, 1);
        assertThatThrownBy(() -> numbers(directory.resolve("none")))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("does not exist");
    }
}
