package io.keyferry.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real one. */
final class PushgatewayTest {
    @TempDir
    private static Path directory;

    private static Tools.Server gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = Tools.Server.start(directory, "prometheus-pushgateway");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static RunMetrics begin(String schedule, boolean delete) {
        return RunMetrics.begin(new RunMetrics.Settings(
                "rehearse",
                schedule,
                List.of("equal", "failed"),
                Optional.empty(),
                Duration.ZERO,
                Optional.of(URI.create(gateway.url())),
                delete,
                Optional.empty(),
                Clock.systemUTC()));
    }

    private static List<String> pushed(String schedule) throws IOException, InterruptedException {
        return gateway.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.contains("schedule=\"" + schedule + "\""))
                .toList();
    }

    @Test
    void keepsTheLastValuesOfARunThatIsOver() throws Exception {
        try (RunMetrics metrics = begin("kept", false)) {
            metrics.listener().done(Step.IMPORT, "acls", 5, 50);
            metrics.ended(new Ending("equal", true, Map.of()));
        }

        assertThat(pushed("kept"))
                .contains(
                        "keyferry_entities_total{instance=\"\",job=\"keyferry\",outcome=\"done\",schedule=\"kept\","
                                + "step=\"import\",type=\"acls\"} 5",
                        "keyferry_run_outcome{command=\"rehearse\",instance=\"\",job=\"keyferry\",outcome=\"equal\","
                                + "schedule=\"kept\"} 1");
    }

    @Test
    void aRunThatFailsLeavesNothingOfTheOneBeforeButItsSuccess() throws Exception {
        try (RunMetrics metrics = begin("twice", false)) {
            metrics.listener().done(Step.VERIFY, "acls", 5, 0);
            metrics.ended(new Ending("equal", true, Map.of("acls", Map.of("missing", 0L))));
        }
        List<String> success = of("twice", "keyferry_last_success");
        assertThat(success).hasSize(1);
        assertThat(of("twice", "keyferry_differences")).hasSize(1);

        try (RunMetrics metrics = begin("twice", false)) {
            metrics.ended(new Ending("failed", false, Map.of()));
        }

        assertThat(of("twice", "keyferry_last_success")).isEqualTo(success);
        assertThat(of("twice", "keyferry_differences")).isEmpty();
        assertThat(of("twice", "keyferry_entities_total")).isEmpty();
        assertThat(of("twice", "keyferry_run_outcome"))
                .anyMatch(line -> line.contains("\"failed\"") && line.endsWith(" 1"))
                .anyMatch(line -> line.contains("\"equal\"") && line.endsWith(" 0"));
    }

    @Test
    void schedulesDoNotMeet() throws Exception {
        for (String schedule : List.of("one", "other")) {
            try (RunMetrics metrics = begin(schedule, false)) {
                metrics.ended(new Ending("equal", true, Map.of()));
            }
        }

        assertThat(of("one", "keyferry_last_success")).hasSize(1);
        assertThat(of("other", "keyferry_last_success")).hasSize(1);
    }

    @Test
    void deletesTheGroupWhereThatIsWanted() throws Exception {
        try (RunMetrics metrics = begin("gone", true)) {
            metrics.ended(new Ending("equal", true, Map.of()));
            assertThat(pushed("gone")).isNotEmpty();
        }

        assertThat(pushed("gone")).isEmpty();
    }

    private static List<String> of(String schedule, String beginning) throws IOException, InterruptedException {
        return pushed(schedule).stream()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }
}
