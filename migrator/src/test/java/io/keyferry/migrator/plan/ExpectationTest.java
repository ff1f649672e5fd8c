package io.keyferry.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.verifier.report.Forecast;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What is expected follows from what was measured, and says what was not. */
final class ExpectationTest {
    private static final Catalog NEW = Catalog.forVersion(KongVersion.parse("2.8.5"));
    private static final Inspection.Reading READ = new Inspection.Reading(1_000, 50_000, Duration.ofSeconds(10));

    @Test
    void eachStepTakesAMultipleOfTheReading() {
        Forecast forecast = Expectation.of(READ, 1_000, Optional.of(NEW), OptionalInt.empty());

        assertThat(forecast.steps().keySet()).containsExactly("export", "validate", "bootstrap", "import", "verify");
        assertThat(forecast.steps())
                .containsEntry("export", Duration.ofSeconds(10))
                .containsEntry("import", Duration.ofSeconds(80));
        assertThat(forecast.total())
                .isEqualTo(forecast.steps().values().stream().reduce(Duration.ZERO, Duration::plus));
        assertThat(forecast.rows()).isEqualTo(1_000);
        assertThat(forecast.bytes()).isEqualTo(50_000);
        assertThat(forecast.reading()).isEqualTo(Duration.ofSeconds(10));
        assertThat(forecast.assumptions())
                .contains("import takes 8 times as long as reading the source")
                .anyMatch(assumption -> assumption.matches("each of [0-9]+ tables and indexes takes 0\\.1 s"));
    }

    @Test
    void rowsThatWereNotReadCountAsThoseThatWere() {
        Forecast forecast = Expectation.of(READ, 3_000, Optional.empty(), OptionalInt.empty());

        assertThat(forecast.steps()).containsEntry("export", Duration.ofSeconds(30));
    }

    @Test
    void anEstimateBelowWhatWasReadShortensNothing() {
        assertThat(Expectation.of(READ, 7, Optional.empty(), OptionalInt.empty())
                        .steps())
                .containsEntry("export", Duration.ofSeconds(10));
    }

    @Test
    void aKeyspaceThatStandsIsNotMadeAgain() {
        assertThat(Expectation.of(READ, 1_000, Optional.empty(), OptionalInt.empty())
                        .steps())
                .doesNotContainKey("bootstrap");
    }

    @Test
    void noStepThatTouchesAClusterIsFasterThanTheRateAllows() {
        Forecast forecast = Expectation.of(READ, 1_000, Optional.empty(), OptionalInt.of(10));

        assertThat(forecast.steps())
                .containsEntry("export", Duration.ofSeconds(100))
                .containsEntry("verify", Duration.ofSeconds(100))
                .containsEntry("validate", Duration.ofSeconds(10));
        assertThat(forecast.assumptions()).contains("no step moves more than 10 entities a second (--rate)");
    }

    @Test
    void anEmptyKeyspaceTakesItsTablesAlone() {
        Forecast forecast =
                Expectation.of(new Inspection.Reading(0, 0, Duration.ZERO), 0, Optional.of(NEW), OptionalInt.empty());

        assertThat(forecast.total()).isEqualTo(forecast.steps().get("bootstrap"));
    }
}
