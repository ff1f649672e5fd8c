package io.keyferry.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.load.Import;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents made to break a reader: each is taken, or refused with file and line, within bounds of time and memory. */
@Timeout(120)
final class HostileDocumentsTest {
    private static final String HEAD = "_format_version: \"2.1\"\n";
    private static final int MANY = 300_000;

    @TempDir
    private Path directory;

    @Test
    void aliasesThatUnfoldWithoutEnd() throws IOException {
        StringBuilder bomb = new StringBuilder(HEAD + "_ignore:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("- &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1) + "]\n");
        }
        refused(Kind.REFUSED, bomb.toString(), "aliases that unfold to over 100000 nodes");
        String text = HEAD + "plugins:\n- name: pre-function\n  config:\n    access: [&t \"" + "x".repeat(1 << 20)
                + "\"" + ", *t".repeat(50_000) + "]\n";
        refused(Kind.REFUSED, text, "aliases that unfold to over 100000 nodes");
    }

    @ParameterizedTest
    @CsvSource({"[, yml", "'{a: ', yml", "'- ', yml", "'? ', yml", "'[', json", "'{\"a\":', json"})
    void nestingWithoutEnd(String opening, String ending) throws IOException {
        boolean json = ending.equals("json");
        String begin = json ? "{\"_format_version\": \"2.1\", \"_ignore\": " : HEAD + "_ignore: \n  ";
        String message = refusal("kong." + ending, begin + opening.repeat(MANY));
        assertThat(message)
                .containsPattern("kong\\.(yml|json):\\d+: ")
                .containsAnyOf("nested deeper", "not valid", "a key that is not a string");
    }

    @Test
    void aTextOf100Megabytes() throws IOException {
        Path file = directory.resolve("kong.yml");
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write((HEAD + "consumers:\n- username: \"").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100; i++) {
                out.write(chunk);
            }
            out.write("\"\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(refusal(file)).contains("kong.yml:3: ", "over 2 million characters", "shorten it");
    }

    @Test
    void compressedNothingness() throws IOException {
        Path file = directory.resolve("kong.yml.gz");
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((HEAD + "consumers:\n- username: a").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 200; i++) {
                out.write(spaces);
            }
        }
        assertThat(refusal(file)).contains("kong.yml.gz:3: ", "over 2 million characters", "shorten it");
    }

    @Test
    void whatIsCutOff() throws IOException {
        byte[] whole = (HEAD + "consumers:\n" + "- {username: someone-or-other}\n".repeat(5_000))
                .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(whole);
        }
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        try (OutputStream out = new ZstdOutputStream(zstd)) {
            out.write(whole);
        }
        Path cutGzip = directory.resolve("kong.yml.gz");
        Path cutZstd = directory.resolve("kong.yml.zst");
        Files.write(cutGzip, Arrays.copyOf(gzip.toByteArray(), gzip.size() / 2));
        Files.write(cutZstd, Arrays.copyOf(zstd.toByteArray(), zstd.size() / 2));
        assertThat(refusal(cutGzip)).contains("kong.yml.gz: cannot be read", "cut off; get it again");
        assertThat(refusal(cutZstd)).contains("kong.yml.zst: cannot be read", "cut off; get it again");
    }

    @Test
    void moreProblemsThanAnyoneReads() throws IOException {
        String message = refusal("kong.yml", HEAD + "routes:\n- paths: [" + "5, ".repeat(MANY) + "5]\n");
        assertThat(message)
                .contains("field 'paths[0]' is a whole number", "more")
                .hasSizeLessThan(20_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'consumers: [{username: \"a\\0b\"}]', 'U+0000'",
        "'consumers: [{username: !!binary aGk=}]', '2002:binary'",
        "'consumers: [!!java.net.URL [\"http://x\"]]', '2002:java.net.URL'",
        "'consumers: [{username: a, username: b}]', 'of which Kong would silently take the last'",
        "'consumers: []#---#x: 1', 'second YAML document'",
        "'consumers: [{<<: 5, username: a}]', 'merge key'",
        "'consumers: [{username: *nowhere}]', 'nowhere'",
        "'consumers: &a [*a]', 'not anchored before'",
        "'consumers:#- username: a#\t- username: b', 'not valid YAML'",
        "'consumers: [\"\\x', 'an escape in double quotes'",
        "'consumers: [\"\\UFFFFFFFF\"]', 'an escape in double quotes'",
        "'consumers: [{1: a}]', 'a key that is not a string'",
    })
    void oddities(String lines, String problem) throws IOException {
        assertThat(refusal("kong.yml", HEAD + lines.replace('#', '\n')))
                .containsPattern("kong\\.yml:\\d+: ")
                .contains(problem);
    }

    @Test
    void otherEncodingsAreToldAndMarksAreTaken() throws IOException {
        String document = HEAD + "consumers:\n- username: jo\n- {username: mo}\n";
        Path file = directory.resolve("kong.yml");
        Files.write(file, document.getBytes(StandardCharsets.UTF_16LE));
        assertThat(refusal(file)).contains("kong.yml:1: ");
        Files.write(file, (document + "# \u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal(file)).contains("kong.yml:5: is not UTF-8");
        Files.writeString(file, "\uFEFF" + document.replace("\n", "\r\n"));
        assertThat(check(file)).isEqualTo(2);
    }

    @Test
    void mergeKeysAndAnchorsAreTaken() throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, HEAD + "services:\n- &a {name: a, host: h}\n- {<<: *a, name: b}\n");
        assertThat(check(file)).isEqualTo(2);
    }

    private void refused(Kind kind, String document, String problem) throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, document);
        assertThatThrownBy(() -> check(file))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(problem);
    }

    private String refusal(String name, String document) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, document);
        return refusal(file);
    }

    private String refusal(Path file) {
        try {
            check(file);
        } catch (KeyferryException e) {
            assertThat(e.kind()).isIn(Kind.USAGE, Kind.REFUSED);
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("was taken");
    }

    private long check(Path file) {
        return new Import(
                        file,
                        Catalog.forVersion(KongVersion.parse("2.8")),
                        Optional.empty(),
                        new Import.Settings(Set.of(), 1, directory, Clock.systemUTC(), TransferListener.NONE))
                .check()
                .total();
    }
}
