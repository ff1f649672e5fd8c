package io.keyferry.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextFileTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("keyferry.prom");
    }

    private RunMetrics begin(String command) {
        return RunMetrics.begin(new RunMetrics.Settings(
                command,
                "nightly",
                List.of("equal", "failed"),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                false,
                Optional.of(file),
                Clock.systemUTC()));
    }

    private void run(String command, Ending ending) {
        try (RunMetrics metrics = begin(command)) {
            metrics.listener().started(Step.EXPORT, Map.of("acls", 2L));
            metrics.listener().done(Step.EXPORT, "acls", 2, 100);
            metrics.ended(ending);
        }
    }

    @Test
    void everybodyMayReadItAndNothingElseIsLeft() throws IOException {
        run("migrate", new Ending("equal", true, Map.of()));

        assertThat(Files.readString(file)).contains("keyferry_run_outcome{command=\"migrate\",outcome=\"equal\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theLastSuccessSurvivesARunThatFails() throws IOException {
        run("migrate", new Ending("equal", true, Map.of()));
        String success = line("keyferry_last_success");

        run("migrate", new Ending("failed", false, Map.of()));

        assertThat(line("keyferry_last_success")).isEqualTo(success);
        assertThat(Files.readString(file))
                .contains("keyferry_run_outcome{command=\"migrate\",outcome=\"failed\",schedule=\"nightly\"} 1.0")
                .contains("keyferry_run_outcome{command=\"migrate\",outcome=\"equal\",schedule=\"nightly\"} 0.0");
    }

    @Test
    void aRunThatIsClosedWithoutAnEndStillLeavesItsCounts() throws IOException {
        try (RunMetrics metrics = begin("verify")) {
            metrics.listener().done(Step.VERIFY, "acls", 3, 0);
            metrics.ended(new Ending("failed", false, Map.of()));
            metrics.ended(new Ending("equal", true, Map.of()));
        }

        assertThat(Files.readString(file))
                .contains("type=\"acls\"} 3.0")
                .contains("outcome=\"failed\",schedule=\"nightly\"} 1.0")
                .doesNotContain("last_success");
    }

    @Test
    void prometheusFindsNoFaultWithIt() throws Exception {
        String promtool = Tools.program("promtool");
        run("migrate", new Ending("equal", true, Map.of("acls", Map.of("missing", 0L))));

        Tools.Ended checked = Tools.run(directory, "sh", "-c", "exec \"$0\" check metrics < keyferry.prom", promtool);

        assertThat(checked).isEqualTo(new Tools.Ended(0, ""));
    }

    private String line(String beginning) throws IOException {
        return Files.readString(file)
                .lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }
}
