package io.keyferry.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.verifier.report.Forecast;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    private static final String RESTS_ON =
            ". Measured: 1,234 rows (5.6 MB) of the source were read in 0.4 s. Assumed: quiet nodes; no locks";

    private static Forecast forecast(Map<String, Duration> steps) {
        return new Forecast(steps, 1_234, 5_600_000, Duration.ofMillis(400), List.of("quiet nodes", "no locks"));
    }

    @Test
    void ofAShortRunSaysOnlyThatItIsShort() {
        assertThat(PlanText.time(forecast(Map.of("export", Duration.ofMillis(59_900)))))
                .isEqualTo("less than a minute" + RESTS_ON);
    }

    @Test
    void ofALongOneNamesTheSteps() {
        Map<String, Duration> steps = new LinkedHashMap<>();
        steps.put("export", Duration.ofSeconds(20));
        steps.put("import", Duration.ofMinutes(95));
        assertThat(PlanText.time(forecast(steps)))
                .isEqualTo("about 1 h 35 min: export 20 s, import 1 h 35 min" + RESTS_ON);
    }
}
