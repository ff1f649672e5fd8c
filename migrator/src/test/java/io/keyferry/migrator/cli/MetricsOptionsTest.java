package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.migrator.metrics.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics are asked for by options, and never in the way of a run. */
final class MetricsOptionsTest {
    @TempDir
    private Path directory;

    private static String source;

    @BeforeAll
    static void makeSource() {
        source = Keyspaces.sample("measured");
    }

    @AfterAll
    static void dropSource() {
        Keyspaces.drop(source);
    }

    private Ended export(String... more) {
        List<String> words = new ArrayList<>(
                List.of("export", directory.resolve("kong.yml").toString(), "--from", Keyspaces.uri(source)));
        words.addAll(Arrays.asList(more));
        return keyferry(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--schedule           | a/b                | --schedule takes letters, digits, dots, dashes and"
                        + " underscores",
                "--schedule           | Nacht ä            | --schedule takes letters",
                "--metrics-port       | 70000              | --metrics-port takes a port such as 9464",
                "--metrics-port       | :9464              | --metrics-port takes a port such as 9464",
                "--metrics-port       | 9464/metrics       | --metrics-port takes a port such as 9464",
                "--metrics-port       | nowhere.invalid:1  | --metrics-port: there is no host 'nowhere.invalid'",
                "--metrics-push       | pushgateway:9091   | --metrics-push takes the URL of a Pushgateway",
                "--metrics-push       | http://a b         | --metrics-push takes the URL of a Pushgateway",
                "--metrics-push-after | wipe               | --metrics-push-after",
                "--metrics-file       | keyferry.txt       | --metrics-file takes a file that ends in .prom",
                "--metrics-linger     | -1                 | --metrics-linger takes a number of seconds from 0",
            })
    void refusesWhatCannotBe(String option, String value, String message) {
        Ended ended = export(option, value);

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains(message);
        assertThat(directory.resolve("kong.yml")).doesNotExist();
    }

    @Test
    void aFileTellsTheEndOfEachRun() throws IOException {
        Path file = directory.resolve("keyferry.prom");

        assertThat(export("--metrics-file", file.toString(), "--schedule", "nightly")
                        .exitCode())
                .isZero();

        assertThat(Files.readString(file))
                .contains("keyferry_run_outcome{command=\"export\",outcome=\"done\",schedule=\"nightly\"} 1.0")
                .contains("keyferry_last_success_timestamp_seconds{command=\"export\",schedule=\"nightly\"}");

        // The file exists already, which is refused.
        assertThat(export("--metrics-file", file.toString(), "--schedule", "nightly")
                        .exitCode())
                .isEqualTo(2);

        assertThat(Files.readString(file))
                .contains("keyferry_run_outcome{command=\"export\",outcome=\"failed\",schedule=\"nightly\"} 1.0")
                .contains("keyferry_run_outcome{command=\"export\",outcome=\"done\",schedule=\"nightly\"} 0.0")
                .contains("keyferry_last_success_timestamp_seconds{command=\"export\",schedule=\"nightly\"}");
    }

    @Test
    void optionsOfMetricsComeFromTheEnvironmentToo() throws IOException {
        Path file = directory.resolve("keyferry.prom");

        Ended ended = keyferry(
                Map.of("KEYFERRY_METRICS_FILE", file.toString(), "KEYFERRY_SCHEDULE", "by-environment"),
                "export",
                directory.resolve("kong.yml").toString(),
                "--from",
                Keyspaces.uri(source));

        assertThat(ended.exitCode()).isZero();
        assertThat(Files.readString(file)).contains("schedule=\"by-environment\"");
    }

    @Test
    void aPortThatIsTakenOnlyWarns() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = export("--metrics-port", Integer.toString(taken.getLocalPort()));

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.err()).contains("metrics cannot be scraped: ", "Address already in use");
        }
    }

    @Test
    void whatCannotBePushedOrWrittenOnlyWarnsAndOnce() throws IOException {
        Ended ended = export(
                "--metrics-push",
                "http://user:secret@127.0.0.1:" + Tools.freePort() + "/",
                "--metrics-file",
                directory.resolve("absent/keyferry.prom").toString());

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err())
                .containsOnlyOnce("metrics cannot be put to http://127.0.0.1:")
                .containsOnlyOnce("metrics cannot be put to " + directory.resolve("absent/keyferry.prom"))
                .doesNotContain("secret");
    }

    @Test
    void portZeroTakesAFreeOneAndSaysWhich() {
        assertThat(export("--metrics-port", "0").err()).containsPattern("metrics are at http://127\\.0\\.0\\.1:[1-9]");
    }

    @Test
    void aSourceThatCannotBeReachedIsAFailureToo() throws IOException {
        Path file = directory.resolve("keyferry.prom");

        Ended ended = keyferry(
                "export",
                directory.resolve("kong.yml").toString(),
                "--from",
                "cassandra://127.0.0.1:" + Tools.freePort() + "/kong",
                "--metrics-file",
                file.toString());

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(Files.readString(file))
                .contains("keyferry_run_outcome{command=\"export\",outcome=\"failed\",schedule=\"manual\"} 1.0")
                .doesNotContain("keyferry_last_success");
    }
}
