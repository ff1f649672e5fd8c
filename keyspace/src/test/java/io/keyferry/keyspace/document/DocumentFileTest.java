package io.keyferry.keyspace.document;

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
