package io.keyferry.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class EarlierSuccessTest {
    @Test
    void findsThoseOfOneScheduleByCommandTheLatestOfEach() {
        assertThat(EarlierSuccess.of("""
            # HELP keyferry_last_success_timestamp_seconds When the last successful run ended
            # TYPE keyferry_last_success_timestamp_seconds gauge
            keyferry_last_success_timestamp_seconds{command="migrate",schedule="nightly"} 1.763632800E9
            keyferry_last_success_timestamp_seconds{command="migrate",instance="",job="keyferry",schedule="nightly"} 1000
            keyferry_last_success_timestamp_seconds{command="rehearse",schedule="nightly"} 2000.0
            keyferry_last_success_timestamp_seconds{command="verify",schedule="weekly"} 3000.0
            keyferry_last_run_timestamp_seconds{command="verify",schedule="nightly"} 4000.0
            """, "nightly")).isEqualTo(Map.of("migrate", 1_763_632_800L, "rehearse", 2_000L));
    }

    @Test
    void findsNothingInWhatIsNoText() {
        assertThat(EarlierSuccess.of("", "nightly")).isEmpty();
        assertThat(EarlierSuccess.of("<html>502 Bad Gateway</html>", "nightly")).isEmpty();
        assertThat(EarlierSuccess.of("keyferry_last_success_timestamp_seconds{command=", "nightly"))
                .isEmpty();
    }
}
