package io.keyferry.keyspace.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.pace.AdaptivePace.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptivePaceTest {
    private static final int MOST = 64;
    private static final int OBSERVATIONS = 10;

    private final List<String> told = new ArrayList<>();
    private long now = 1;

    private AdaptivePace pace(Pacing pacing) {
        return new AdaptivePace("the source", pacing, MOST, told::add, () -> now);
    }

    private AdaptivePace withBaseline(long millis) {
        AdaptivePace pace = pace(Pacing.DEFAULT);
        observe(pace, millis, AdaptivePace.BASELINE);
        return pace;
    }

    private static void observe(AdaptivePace pace, long millis, int times) {
        for (int i = 0; i < times; i++) {
            pace.observe(Kind.READ, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    private static void underWay(AdaptivePace pace, int requests) {
        try {
            for (int i = 0; i < requests; i++) {
                pace.begin();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theBudgetIsTwiceTheBaselineButNotLessThanAnybodyWouldNotice() {
        assertThat(withBaseline(20).budget(Kind.READ)).hasValue(TimeUnit.MILLISECONDS.toNanos(40));
        assertThat(withBaseline(1).budget(Kind.READ)).hasValue(Pacing.FLOOR.toNanos());
        assertThat(pace(Pacing.DEFAULT).budget(Kind.READ)).isEmpty();
        AdaptivePace strict = pace(new Pacing(OptionalInt.empty(), new Pacing.Most(Duration.ofMillis(3))));
        observe(strict, 1, AdaptivePace.BASELINE);
        assertThat(strict.budget(Kind.READ)).hasValue(TimeUnit.MILLISECONDS.toNanos(3));
    }

    @Test
    void goesDownFromWhatIsOnItsWayAndSaysWhy() {
        AdaptivePace pace = withBaseline(20);
        underWay(pace, 10);

        observe(pace, 50, OBSERVATIONS);

        assertThat(pace.limit()).isEqualTo(7);
        assertThat(told)
                .containsExactly(
                        "reads of the source take 50.0 ms, may take 40.0 (20.0 at the start): 7 requests at once");
    }

    @Test
    void onePauseOfAGarbageCollectorChangesNothing() {
        AdaptivePace pace = withBaseline(20);
        underWay(pace, 10);
        for (int i = 0; i < 20; i++) {
            observe(pace, 20, OBSERVATIONS - 1);
            observe(pace, 2_000, 1);
        }
        assertThat(pace.limit()).isEqualTo(MOST);
        assertThat(told).isEmpty();
    }

    @Test
    void aSecondOfLateAnswersIsEnough() {
        AdaptivePace pace = withBaseline(20);
        underWay(pace, 10);

        observe(pace, 400, 2);
        assertThat(pace.limit()).isEqualTo(MOST);
        observe(pace, 400, 1);

        assertThat(pace.limit()).isEqualTo(7);
    }

    @Test
    void comesBackToFullSpeedWhenAllIsWellAgain() {
        AdaptivePace pace = withBaseline(20);
        underWay(pace, 10);
        observe(pace, 50, 20 * OBSERVATIONS);
        assertThat(pace.limit()).isLessThan(1);
        assertThat(pace.why()).contains("of the time");

        observe(pace, 21, 100 * OBSERVATIONS);

        assertThat(pace.limit()).isGreaterThan(10);
        assertThat(pace.why()).isEmpty();
        assertThat(told.get(told.size() - 1)).isEmpty();
    }

    /** A cluster that is slow without us would otherwise stop us for good. */
    @Test
    void neverStopsAltogether() throws InterruptedException {
        AdaptivePace pace = withBaseline(20);
        observe(pace, 50, 1_000 * OBSERVATIONS);
        assertThat(pace.limit()).isEqualTo(0.1);

        pace.begin();
        now += TimeUnit.MILLISECONDS.toNanos(10);
        pace.end();
        now += TimeUnit.MILLISECONDS.toNanos(90);
        pace.begin();
    }

    @Test
    void aLimitThatIsNotReachedDoesNotGrow() {
        AdaptivePace pace = withBaseline(20);
        underWay(pace, 10);
        observe(pace, 50, OBSERVATIONS);
        for (int i = 0; i < 9; i++) {
            pace.end();
        }
        observe(pace, 20, OBSERVATIONS);
        double limit = pace.limit();

        observe(pace, 20, 50 * OBSERVATIONS);

        assertThat(pace.limit()).isEqualTo(limit);
        assertThat(pace.why()).isEmpty();
    }

    /**
     * A cluster that does {@code capacity} requests at a time, each in one millisecond: what comes on top waits in line.
     * Whoever holds the line short loses no throughput.
     */
    @Test
    void aClusterOfOurOwnIsKeptBusyWithinItsBudget() {
        int capacity = 4;
        AdaptivePace pace = withBaseline(1);
        double done = 0;
        long latency = 1;
        int rounds = 400;
        int over = 0;
        for (int round = 0; round < rounds; round++) {
            int sent = (int) Math.min(MOST, Math.max(1, pace.limit()));
            underWay(pace, sent);
            latency = Math.max(1, sent / capacity);
            observe(pace, latency, OBSERVATIONS);
            for (int i = 0; i < sent; i++) {
                pace.end();
            }
            over += latency > 10 ? 1 : 0;
            done += Math.min(sent, capacity);
        }
        assertThat(done).isEqualTo(rounds * capacity);
        assertThat(over).isLessThan(rounds / 4);
    }

    @Test
    void writesCountAsReadsDo() {
        AdaptivePace pace = withBaseline(20);
        for (int i = 0; i < AdaptivePace.BASELINE; i++) {
            pace.observe(Kind.WRITE, TimeUnit.MILLISECONDS.toNanos(6));
        }
        underWay(pace, 10);
        for (int i = 0; i < OBSERVATIONS; i++) {
            pace.observe(Kind.WRITE, TimeUnit.MILLISECONDS.toNanos(13));
        }
        assertThat(pace.limit()).isEqualTo(7);
        assertThat(pace.why()).startsWith("writes of the source take 13.0 ms, may take 12.0");
    }

    @Test
    void aRateIsPaidForBeforeTheNextRequest() throws InterruptedException {
        AdaptivePace pace = new AdaptivePace(
                "the source",
                new Pacing(OptionalInt.of(1_000), new Pacing.NoLimit()),
                MOST,
                told::add,
                System::nanoTime);
        assertThat(pace.largestPage()).isEqualTo(250);
        long began = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            pace.begin();
            pace.end();
            pace.moved(50);
        }
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(told).containsExactly("--rate holds the source to 1000 entities a second");
    }

    @Test
    void readsWhatAUserSaysOfTheBudget() {
        assertThat(Pacing.parse("20ms")).contains(new Pacing.Most(Duration.ofMillis(20)));
        assertThat(Pacing.parse("0.5s")).contains(new Pacing.Most(Duration.ofMillis(500)));
        assertThat(Pacing.parse("3x")).contains(new Pacing.TimesBaseline(3));
        assertThat(Pacing.parse("1.5x")).contains(new Pacing.TimesBaseline(1.5));
        for (String wrong : List.of("", "20", "0ms", "0.5x", "-1ms", "x", "1h", "9999999ms", "1e3ms")) {
            assertThat(Pacing.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
