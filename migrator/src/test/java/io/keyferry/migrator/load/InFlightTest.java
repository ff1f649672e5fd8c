package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InFlightTest {
    private static final long MEGABYTE = 1 << 20;

    /** A thread that acquires, and what it got. */
    private static CompletableFuture<Integer> acquiring(InFlight inFlight, long bytes) {
        CompletableFuture<Integer> acquired = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                acquired.complete(inFlight.acquire(bytes));
            } catch (InterruptedException e) {
                acquired.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.WAITING && !acquired.isDone()) {
            Thread.onSpinWait();
        }
        return acquired;
    }

    @Test
    void boundsTheNumber() throws Exception {
        InFlight inFlight = new InFlight(2);
        int first = inFlight.acquire(10);
        inFlight.acquire(10);
        CompletableFuture<Integer> third = acquiring(inFlight, 10);
        assertThat(third).isNotDone();

        inFlight.release(first);
        assertThat(third.get()).isEqualTo(first);
    }

    @Test
    void boundsTheBytes() throws Exception {
        InFlight inFlight = new InFlight(100);
        int first = inFlight.acquire(20 * MEGABYTE);
        CompletableFuture<Integer> second = acquiring(inFlight, 20 * MEGABYTE);
        assertThat(second).isNotDone();

        inFlight.release(first);
        assertThat(second.get()).isEqualTo(first);
    }

    @Test
    void oneThatIsLargerThanTheBoundGoesAlone() throws Exception {
        InFlight inFlight = new InFlight(100);
        int huge = inFlight.acquire(10_000 * MEGABYTE);
        CompletableFuture<Integer> small = acquiring(inFlight, 1);
        assertThat(small).isNotDone();

        inFlight.release(huge);
        assertThat(small.get()).isEqualTo(1);
    }

    @Test
    void waitsUntilNothingIsOnItsWay() throws Exception {
        InFlight inFlight = new InFlight(3);
        int weight = inFlight.acquire(10);
        CompletableFuture<Boolean> none = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                inFlight.awaitNone();
                none.complete(true);
            } catch (InterruptedException e) {
                none.completeExceptionally(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(none).isNotDone();
        inFlight.release(weight);

        assertThat(none.get()).isTrue();
        inFlight.awaitNone();
        assertThat(inFlight.acquire(10)).isEqualTo(weight);
    }
}
