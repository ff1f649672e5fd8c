package io.keyferry.keyspace.cql;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer is asked for again that fails for want of time or nodes: long enough for a node to be started
 * again. Immutable.
 *
 * @param giveUpAfter how long after its first failure a request is given up
 */
public record Patience(Duration giveUpAfter) {
    /** A Cassandra with much to replay takes minutes to start. */
    public static final Patience DEFAULT = new Patience(Duration.ofMinutes(5));

    /** Attempts of one request that replicas answered with a failure. */
    private static final int MOST_ANSWERED = 6;

    /** Write times lie as many microseconds apart as there may be attempts. */
    private static final int MOST = 9_000;

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int DOUBLINGS = 6;

    public Patience {
        if (giveUpAfter.isNegative()) {
            throw new IllegalArgumentException("negative: " + giveUpAfter);
        }
    }

    /** The failures of one request. Not thread-safe. */
    public final class Attempts {
        private int failures;
        private int answered;
        private long since;

        /**
         * What to do about a failure: how many milliseconds to wait before the next attempt, each time about twice as long
         * up to {@value #LONGEST_PAUSE_MILLIS}, and never as long as others that failed at the same moment; empty to give
         * up.
         */
        public OptionalLong pauseAfter(@Nullable Throwable failure) {
            return pauseAfter(RetryableFailure.is(failure), RetryableFailure.isAnswered(failure));
        }

        /** As {@link #pauseAfter(Throwable)}, when what is waited for is no answer, but leave to ask, which may come. */
        public OptionalLong pauseWithoutLeave() {
            return pauseAfter(true, false);
        }

        private OptionalLong pauseAfter(boolean mayPass, boolean isAnswered) {
            long now = System.nanoTime();
            if (failures == 0) {
                since = now;
            }
            failures++;
            answered += isAnswered ? 1 : 0;
            if (!mayPass || answered >= MOST_ANSWERED || failures >= MOST || now - since >= giveUpAfter.toNanos()) {
                return OptionalLong.empty();
            }
            long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, DOUBLINGS));
            return OptionalLong.of(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
        }

        /** How many attempts have failed. */
        public int failures() {
            return failures;
        }
    }

    /** For a new request. */
    public Attempts begin() {
        return new Attempts();
    }
}
