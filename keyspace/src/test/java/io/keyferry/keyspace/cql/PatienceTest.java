package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PatienceTest {
    private final Throwable timeout = new DriverTimeoutException("a test");

    @Test
    void pausesGrowAndStayBelowFiveSeconds() {
        Patience.Attempts attempts = new Patience(Duration.ofHours(1)).begin();
        for (int i = 0; i < 100; i++) {
            long pause = attempts.pauseAfter(timeout).orElseThrow();
            long longest = Math.min(5_000, 100L << Math.min(i, 6));
            assertThat(pause).as("pause " + i).isBetween(longest / 2, longest);
        }
        assertThat(attempts.failures()).isEqualTo(100);
    }

    @Test
    void twoThatFailTogetherDoNotComeAgainTogether() {
        long distinct = java.util.stream.IntStream.range(0, 50)
                .mapToLong(i -> {
                    Patience.Attempts attempts = Patience.DEFAULT.begin();
                    for (int failure = 0; failure < 6; failure++) {
                        attempts.pauseAfter(timeout);
                    }
                    return attempts.pauseAfter(timeout).orElseThrow();
                })
                .distinct()
                .count();
        assertThat(distinct).isGreaterThan(10);
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        Patience.Attempts attempts = new Patience(Duration.ZERO).begin();
        assertThat(attempts.pauseAfter(timeout)).isEqualTo(OptionalLong.empty());
    }

    @Test
    void aNodeThatIsAwayIsWaitedForAndNonsenseIsNot() {
        AllNodesFailedException away = new NoNodeAvailableException();
        assertThat(Patience.DEFAULT.begin().pauseAfter(away)).isPresent();
        assertThat(Patience.DEFAULT.begin().pauseAfter(new IllegalArgumentException()))
                .isEmpty();
    }
}
