package io.keyferry.migrator.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StepProgressTest {
    private final AtomicLong now = new AtomicLong(1);

    private StepProgress step(long expected) {
        return new StepProgress(Step.IMPORT, expected, "", now::get);
    }

    /** Goes on for so many seconds, with so many entities done in each. */
    private void go(StepProgress step, int seconds, long entities) {
        for (int i = 0; i < seconds; i++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(1));
            if (entities > 0) {
                step.done(entities);
            }
            step.view();
        }
    }

    @Test
    void tellsTheTimeLeftByTheRateOfLate() {
        StepProgress step = step(10_000);
        go(step, 10, 100);
        assertThat(step.view().rate()).isEqualTo(100);
        assertThat(step.view().left()).contains(Duration.ofSeconds(90));

        go(step, 40, 10);

        assertThat(step.view().rate()).isEqualTo(10);
        assertThat(step.view().left()).contains(Duration.ofSeconds(860));
    }

    @Test
    void tellsNoTimeLeftBeforeItCanKnow() {
        StepProgress step = step(10_000);
        go(step, 2, 100);

        assertThat(step.view().left()).isEmpty();
    }

    @Test
    void tellsNoTimeLeftWhereNoEndIsKnown() {
        StepProgress step = step(0);
        go(step, 30, 100);

        assertThat(step.view().left()).isEmpty();
    }

    @Test
    void tellsNoTimeLeftWhereTheEstimateWasTooLow() {
        StepProgress step = step(500);
        go(step, 10, 100);

        assertThat(step.view().left()).isEmpty();
    }

    @Test
    void tellsNoTimeLeftWhileNothingIsDone() {
        StepProgress step = step(10_000);
        go(step, 10, 100);
        go(step, 11, 0);

        assertThat(step.view().left()).isEmpty();
    }

    @Test
    void aReasonToWaitHoldsAsLongAsItIsTold() {
        StepProgress step = step(0);
        step.waiting("the nodes agree on the schema");
        assertThat(step.view().reason()).contains("waiting until the nodes agree on the schema");

        go(step, 3, 0);

        assertThat(step.view().reason()).isEmpty();
    }

    @Test
    void aLimitIsNoReasonOfAStepThatItDoesNotSlowDown() {
        StepProgress step = new StepProgress(Step.BOOTSTRAP, 0, "100 entities a second", now::get);

        assertThat(step.view().reason()).isEmpty();
    }

    @Test
    void aLimitHoldsUntilItIsTakenAway() {
        StepProgress step = step(0);
        step.paced("100 entities a second");
        go(step, 30, 0);
        assertThat(step.view().reason()).contains("slower: 100 entities a second");

        step.retried("ReadTimeout");
        assertThat(step.view().reason()).contains("trying again after ReadTimeout");

        go(step, 3, 0);
        step.paced("");
        assertThat(step.view().reason()).isEmpty();
    }
}
