package io.keyferry.migrator.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.migrator.progress.StepProgress.View;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BarTextTest {
    private static View view(long done, long expected, Optional<String> reason) {
        return new View(
                Step.IMPORT,
                Duration.ofMillis(12_340),
                done,
                expected,
                2_345.4,
                done > 0 && expected > done ? Optional.of(Duration.ofSeconds(127)) : Optional.empty(),
                expected > 0 ? 256 : 0,
                0,
                reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "120 | import    [====================                    ] 50,000 of 100,000, 2,345/s, 2:07 left, 256"
                        + " in flight",
                "80  | import    [=======        ] 50,000 of 100,000, 2,345/s, 2:07 left, 256 in flight",
                "60  | import    [=====     ] 50,000 of 100,000, 2,345/s, 2:07 left",
                "50  | import    [====     ] 50,000 of 100,000, 2:07 left",
                "40  | import    [=====     ] 50,000 of 100,000",
                "20  | import    50,000 of",
            })
    void losesWhatMattersLeastOnANarrowTerminal(int width, String line) {
        String text = BarText.of(view(50_000, 100_000, Optional.empty()), width);

        assertThat(text).hasSize(width);
        assertThat(text.strip()).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "120 | import    [===========            ] 50,000 of 100,000, 2,345/s, 2:07 left, 256 in flight,"
                        + " trying again after ReadTimeout",
                "80  | import    [=========         ] 50,000 of 100,000, trying again after ReadTimeout",
                "60  | import    50,000 of 100,000, trying again after ReadTimeout",
                "50  | import    50,000 of 100,000, trying again after Re",
            })
    void keepsTheReasonToWait(int width, String line) {
        View view = view(50_000, 100_000, Optional.of("trying again after ReadTimeout"));

        assertThat(BarText.of(view, width).strip()).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "140 | import    [========         ] 50,000 of 100,000, 2,345/s, 2:07 left, 256 in flight, slower:"
                        + " --rate holds the target to 400 entities a second",
                "80  | import    [===========           ] 50,000 of 100,000, 2,345/s, 2:07 left, slower",
                "50  | import    [======      ] 50,000 of 100,000, slower",
            })
    void shortensALongReasonBeforeItGivesUpTheBar(int width, String line) {
        View view = view(50_000, 100_000, Optional.of("slower: --rate holds the target to 400 entities a second"));

        assertThat(BarText.of(view, width).strip()).isEqualTo(line);
    }

    @Test
    void tellsTheTimeWhereNothingIsCounted() {
        assertThat(BarText.of(view(0, 0, Optional.of("waiting until the nodes agree on the schema")), 80)
                        .strip())
                .isEqualTo("import     12.3 s, waiting until the nodes agree on the schema");
    }

    @Test
    void tellsInTheEndHowLongItTook() {
        assertThat(BarText.ofEnded(view(100_000, 100_000, Optional.empty()), 80).strip())
                .isEqualTo("import     12.3 s, 100,000 entities, 8,104/s");
    }

    @ParameterizedTest
    @CsvSource({"7, 0:07", "127, 2:07", "3599, 59:59", "11527, 3:12:07"})
    void tellsHoursAsHours(long seconds, String clock) {
        assertThat(BarText.clock(Duration.ofSeconds(seconds))).isEqualTo(clock);
    }
}
