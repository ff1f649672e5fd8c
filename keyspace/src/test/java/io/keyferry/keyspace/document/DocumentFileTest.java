package io.keyferry.keyspace.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentFileTest {
    private static final byte[] TEXT = "_format_version: \"2.1\"\nconsumers: []\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"kong.yml", "kong.yml.gz", "kong.yaml.zst", "kong.json.GZ"})
    void theFileAppearsWhenItIsWhole(String name) throws IOException {
        Path target = directory.resolve(name);
        try (DocumentFile file = DocumentFile.create(target)) {
            file.stream().write(TEXT);
            assertThat(target).doesNotExist();
            file.commit();
        }
        assertThat(names()).containsExactly(name);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        try (var in = Compression.opened(Files.newInputStream(target))) {
            assertThat(in.readAllBytes()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kong.yml", "kong.yml.gz", "kong.yaml.zst"})
    void nothingIsLeftWithoutCommit(String name) throws IOException {
        try (DocumentFile file = DocumentFile.create(directory.resolve(name))) {
            file.stream().write(TEXT);
        }
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kong.yml.gz", "kong.yaml.zst"})
    void theSameTextGivesTheSameBytes(String name) throws IOException {
        byte[][] written = new byte[2][];
        for (int i = 0; i < 2; i++) {
            Path target = directory.resolve(i + name);
            try (DocumentFile file = DocumentFile.create(target)) {
                file.stream().write(TEXT);
                file.commit();
            }
            written[i] = Files.readAllBytes(target);
        }
        assertThat(written[0]).isEqualTo(written[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kong.yml", "kong.yml.gz", "kong.yaml.zst"})
    void aFileThatIsGoneOnWithIsTheSameAsOneWrittenAtOnce(String name) throws IOException {
        Path atOnce = directory.resolve("1" + name);
        Path cutShort = directory.resolve("2" + name);
        Path part = directory.resolve("part");
        try (DocumentFile file = DocumentFile.create(atOnce)) {
            file.stream().write(TEXT);
            file.cut();
            file.stream().write(TEXT);
            file.commit();
        }
        long bytes;
        try (DocumentFile file = DocumentFile.resumable(cutShort, part, 0)) {
            file.stream().write(TEXT);
            bytes = file.cut();
            byte[] lost = new byte[1 << 20];
            new Random(1).nextBytes(lost);
            file.stream().write(lost);
        }
        assertThat(cutShort).doesNotExist();
        assertThat(Files.size(part)).isGreaterThan(bytes);
        try (DocumentFile file = DocumentFile.resumable(cutShort, part, bytes)) {
            file.stream().write(TEXT);
            file.commit();
        }

        assertThat(cutShort).hasSameBinaryContentAs(atOnce);
        assertThat(names()).containsExactlyInAnyOrder("1" + name, "2" + name);
        try (var in = Compression.opened(Files.newInputStream(cutShort))) {
            assertThat(in.readAllBytes())
                    .isEqualTo((new String(TEXT, UTF_8) + new String(TEXT, UTF_8)).getBytes(UTF_8));
        }
    }

    @Test
    void aWholeFileGetsItsNameWhereverItWasKilled() throws IOException {
        Path target = directory.resolve("kong.yml");
        Path part = directory.resolve("part");
        Files.write(part, TEXT);
        DocumentFile.publish(target, part, TEXT.length);
        assertThat(names()).containsExactly("kong.yml");
        Files.createLink(part, target);
        DocumentFile.publish(target, part, TEXT.length);
        DocumentFile.publish(target, part, TEXT.length);
        assertThat(names()).containsExactly("kong.yml");
        assertThat(target).hasBinaryContent(TEXT);

        Files.writeString(target, "of somebody else");
        assertThatThrownBy(() -> DocumentFile.publish(target, part, TEXT.length))
                .hasMessageContaining("already exists");
        Files.delete(target);
        assertThatThrownBy(() -> DocumentFile.publish(target, part, TEXT.length))
                .hasMessageContaining("is gone");
    }

    @Test
    void whatIsGoneCannotBeGoneOnWith() throws IOException {
        Path part = Files.writeString(directory.resolve("part"), "short");
        assertThatThrownBy(() -> DocumentFile.resumable(directory.resolve("kong.yml"), part, 6))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("was cut off");
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        Path target = directory.resolve("kong.yml");
        Files.writeString(target, "old");
        assertUsage(target);
        Files.delete(target);
        try (DocumentFile file = DocumentFile.create(target)) {
            file.stream().write(TEXT);
            Files.writeString(target, "appeared meanwhile");
            assertThatThrownBy(file::commit).hasMessageContaining("already exists");
        }
        assertThat(target).hasContent("appeared meanwhile");
        assertThat(names()).containsExactly("kong.yml");
    }

    @Test
    void aMissingDirectoryIsTold() {
        assertUsage(directory.resolve("none/kong.yml"));
    }

    private static void assertUsage(Path target) {
        assertThatThrownBy(() -> DocumentFile.create(target))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE));
    }

    @ParameterizedTest
    @CsvSource({
        "a.yml, BLOCK",
        "a.json, JSON",
        "a.JSON.gz, JSON",
        "json, BLOCK",
        "a.json.zst, JSON",
        "a.json.yml, BLOCK"
    })
    void theNameTellsTheStyle(String name, Style style) {
        assertThat(DocumentFile.style(Path.of(name), Style.BLOCK)).isEqualTo(style);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
