package io.keyferry.migrator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunMetersTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final RunRegistry registry = new RunRegistry("nightly");
    private final RunMeters meters =
            new RunMeters(registry, "migrate", List.of("equal", "failed"), Clock.fixed(NOW, ZoneOffset.UTC));

    private List<String> lines() {
        return new String(registry.read(RunRegistry.TEXT), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** The counter of exported ACLs. */
    private static String acls(String outcome, String value) {
        return "keyferry_entities_total{outcome=\"" + outcome
                + "\",schedule=\"nightly\",step=\"export\",type=\"acls\"} " + value;
    }

    @Test
    void namesWhatIsDoneByStepTypeAndOutcome() {
        meters.started(Step.EXPORT, Map.of("acls", 10L));
        meters.done(Step.EXPORT, "acls", 7, 700);
        meters.done(Step.EXPORT, "acls", 1, 50);
        meters.excluded(Step.EXPORT, "acls", 2);

        assertThat(lines())
                .contains(
                        acls("done", "8.0"),
                        acls("excluded", "2.0"),
                        "keyferry_expected_entities{schedule=\"nightly\",step=\"export\",type=\"acls\"} 10.0",
                        "keyferry_bytes_total{schedule=\"nightly\",step=\"export\",type=\"acls\"} 750.0");
    }

    @Test
    void countersAreThereBeforeTheirFirstEvent() {
        meters.started(Step.EXPORT, Map.of("acls", 10L));

        assertThat(lines())
                .contains(
                        acls("done", "0.0"),
                        "keyferry_retries_total{reason=\"ReadTimeout\",schedule=\"nightly\"} 0.0",
                        "keyferry_in_flight{schedule=\"nightly\",step=\"export\"} 0.0",
                        "keyferry_paced{schedule=\"nightly\"} 0.0");
    }

    @Test
    void tellsWhatIsOnItsWayAndWhatIsTriedAgain() {
        meters.inFlight(Step.IMPORT, 1);
        meters.inFlight(Step.IMPORT, 1);
        meters.inFlight(Step.IMPORT, -1);
        meters.retried(Step.IMPORT, "WriteTimeout");
        meters.retried(Step.VERIFY, "WriteTimeout");
        meters.retried(Step.VERIFY, "Heartbeat");
        meters.paced("reads of the source take 24 ms");

        assertThat(lines())
                .contains(
                        "keyferry_in_flight{schedule=\"nightly\",step=\"import\"} 1.0",
                        "keyferry_retries_total{reason=\"WriteTimeout\",schedule=\"nightly\"} 2.0",
                        "keyferry_retries_total{reason=\"Heartbeat\",schedule=\"nightly\"} 1.0",
                        "keyferry_paced{schedule=\"nightly\"} 1.0");

        meters.paced("");

        assertThat(lines()).contains("keyferry_paced{schedule=\"nightly\"} 0.0");
    }

    @Test
    void allOutcomesAreZeroWhileARunGoesOnAndNoSuccessIsClaimed() {
        assertThat(lines())
                .contains(
                        "keyferry_run_outcome{command=\"migrate\",outcome=\"equal\",schedule=\"nightly\"} 0.0",
                        "keyferry_run_outcome{command=\"migrate\",outcome=\"failed\",schedule=\"nightly\"} 0.0",
                        "keyferry_last_run_timestamp_seconds{command=\"migrate\",schedule=\"nightly\"} "
                                + (double) NOW.getEpochSecond())
                .noneMatch(line -> line.startsWith("keyferry_last_success"));
    }

    @Test
    void anEndTellsItsOutcomeItsDifferencesAndItsSuccess() {
        meters.started(Step.VERIFY, Map.of());
        meters.ended(new Ending("equal", true, Map.of("acls", Map.of("missing", 0L))));

        assertThat(lines())
                .contains(
                        "keyferry_run_outcome{command=\"migrate\",outcome=\"equal\",schedule=\"nightly\"} 1.0",
                        "keyferry_differences{schedule=\"nightly\",type=\"acls\",verdict=\"missing\"} 0.0",
                        "keyferry_step_duration_seconds{schedule=\"nightly\",step=\"verify\"} 0.0",
                        "keyferry_last_success_timestamp_seconds{command=\"migrate\",schedule=\"nightly\"} "
                                + (double) NOW.getEpochSecond());
    }

    @Test
    void aFailureKeepsTheSuccessBefore() {
        meters.earlierSuccess("migrate", 1_000);
        meters.ended(new Ending("failed", false, Map.of()));

        assertThat(lines())
                .contains(
                        "keyferry_run_outcome{command=\"migrate\",outcome=\"failed\",schedule=\"nightly\"} 1.0",
                        "keyferry_last_success_timestamp_seconds{command=\"migrate\",schedule=\"nightly\"} 1000.0");
    }
}
