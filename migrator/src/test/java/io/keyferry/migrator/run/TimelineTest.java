package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.verifier.report.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final AtomicLong clock = new AtomicLong(-5);
    private final Timeline timeline = new Timeline(clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void tellsHowFastEachStepWent() {
        pass(Duration.ofSeconds(1));
        timeline.begin(Step.EXPORT);
        pass(Duration.ofMillis(500));
        timeline.done(Step.EXPORT, "routes", 10, 0);
        pass(Duration.ofMillis(500));
        timeline.done(Step.EXPORT, "routes", 30, 0);
        timeline.finished(Step.EXPORT);
        timeline.begin(Step.BOOTSTRAP);
        pass(Duration.ofSeconds(1));
        timeline.finished(Step.BOOTSTRAP);

        assertThat(timeline.paces())
                .containsExactly(new Report.Pace("export", 1.5, 0.5, 10), new Report.Pace("export", 2.0, 0.5, 30));
    }

    @Test
    void keepsABoundedNumberOfTimesHoweverLongAStepIs() {
        timeline.begin(Step.IMPORT);
        for (int i = 0; i < 100_000; i++) {
            pass(Duration.ofMillis(70));
            timeline.done(Step.IMPORT, "consumers", 3, 0);
        }
        timeline.finished(Step.IMPORT);

        List<Report.Pace> paces = timeline.paces();
        assertThat(paces).hasSizeBetween(Timeline.MOST / 3, Timeline.MOST);
        assertThat(paces.stream().mapToLong(Report.Pace::entities).sum())
                .as("none is lost")
                .isEqualTo(300_000);
        assertThat(paces.stream().mapToDouble(Report.Pace::seconds).sum()).isBetween(6_999.0, 7_001.0);
        assertThat(paces.get(paces.size() - 1).second()).isEqualTo(7_000.0);
    }

    @Test
    void countsNothingThatWasLeftOut() {
        timeline.begin(Step.EXPORT);
        pass(Duration.ofSeconds(1));
        timeline.excluded(Step.EXPORT, "routes", 7);
        timeline.done(Step.EXPORT, "routes", 2, 0);
        timeline.finished(Step.EXPORT);

        assertThat(timeline.paces().stream().mapToLong(Report.Pace::entities).sum())
                .isEqualTo(2);
    }

    @Test
    void tellsNothingOfWhatWasNotBegun() {
        timeline.done(Step.VERIFY, "routes", 1, 0);
        timeline.finished(Step.VERIFY);

        assertThat(timeline.paces()).isEmpty();
    }
}
