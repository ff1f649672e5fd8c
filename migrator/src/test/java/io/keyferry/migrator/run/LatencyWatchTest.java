package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyferry.keyspace.pace.AdaptivePace;
import io.keyferry.keyspace.pace.AdaptivePace.Kind;
import io.keyferry.keyspace.pace.Pacing;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LatencyWatchTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    private AdaptivePace pace(Pacing.Budget budget) {
        return new AdaptivePace("the source", new Pacing(OptionalInt.empty(), budget), 64, told::add, System::nanoTime);
    }

    private void awaitHeldBack() {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(told).last().asString().startsWith("reads of the source take "));
    }

    @Test
    void aClusterThatDoesNotAnswerIsHeldBackFromBeforeItAnswers() {
        AtomicBoolean stuck = new AtomicBoolean();
        CountDownLatch answered = new CountDownLatch(1);
        LatencyWatch watch = LatencyWatch.start(pace(Pacing.DEFAULT.budget()), Kind.READ, () -> {
            if (stuck.get()) {
                orInterrupted(answered::await);
            }
        });
        try {
            stuck.set(true);
            awaitHeldBack();

            stuck.set(false);
            answered.countDown();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> told.get(told.size() - 1).isEmpty());
        } finally {
            watch.close();
        }
    }

    @Test
    void whatIsWithinALongBudgetIsNotLookedAtBeforeItIsOver() {
        AtomicBoolean slow = new AtomicBoolean();
        LatencyWatch watch = LatencyWatch.start(pace(new Pacing.Most(Duration.ofMillis(2_500))), Kind.READ, () -> {
            if (slow.get()) {
                orInterrupted(() -> TimeUnit.MILLISECONDS.sleep(3_000));
            }
        });
        try {
            slow.set(true);
            awaitHeldBack();
        } finally {
            watch.close();
        }
    }

    private interface Waiting {
        void go() throws InterruptedException;
    }

    private static void orInterrupted(Waiting waiting) {
        try {
            waiting.go();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
