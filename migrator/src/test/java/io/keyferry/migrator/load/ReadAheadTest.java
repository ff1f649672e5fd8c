package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ReadAheadTest {
    private static final int MANY = 12_345;

    /** Counts from 0, and knows who asks. */
    private static final class Counting implements ReadAhead.Source<Integer> {
        private final int end;
        private final AtomicInteger read = new AtomicInteger();
        private volatile @Nullable Thread reader;

        Counting(int end) {
            this.end = end;
        }

        @Override
        public @Nullable Integer next() {
            reader = Thread.currentThread();
            int number = read.get();
            if (number == end) {
                return null;
            }
            read.incrementAndGet();
            return number;
        }

        /** Returns once the thread that reads does so no more, for now or for ever. */
        int readAtRest() {
            while (true) {
                Thread thread = reader;
                if (thread != null
                        && (thread.getState() == Thread.State.WAITING
                                || thread.getState() == Thread.State.TERMINATED)) {
                    return read.get();
                }
                Thread.onSpinWait();
            }
        }
    }

    private static List<Integer> all(ReadAhead<Integer> ahead) throws InterruptedException {
        List<Integer> all = new ArrayList<>();
        for (Integer next = ahead.next(); next != null; next = ahead.next()) {
            all.add(next);
        }
        return all;
    }

    @Test
    void givesAllInTheirOrderAndThenNothing() throws InterruptedException {
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", new Counting(MANY), item -> 1)) {
            assertThat(all(ahead)).isEqualTo(IntStream.range(0, MANY).boxed().toList());
            assertThat(ahead.next()).isNull();
        }
    }

    @Test
    void aFailureComesAfterWhatWasReadBeforeIt() throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("line 151");
        Counting numbers = new Counting(MANY);
        ReadAhead.Source<Integer> failing = () -> {
            if (numbers.read.get() == 150) {
                throw failure;
            }
            return numbers.next();
        };
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", failing, item -> 1)) {
            for (int i = 0; i < 150; i++) {
                assertThat(ahead.next()).isEqualTo(i);
            }
            assertThatThrownBy(ahead::next).isSameAs(failure);
            assertThatThrownBy(ahead::next).isSameAs(failure);
        }
        assertThat(numbers.read).hasValue(150);
    }

    @Test
    void aFailureThatIsNotDeclaredIsNotTakenForTheEnd() {
        IOException failure = new IOException("undeclared");
        ReadAhead.Source<Integer> failing = () -> {
            throw ReadAheadTest.<RuntimeException>undeclared(failure);
        };
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", failing, item -> 1)) {
            assertThatThrownBy(ahead::next).hasCause(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E undeclared(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void restsWhileManyWait() throws InterruptedException {
        Counting numbers = new Counting(MANY);
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", numbers, item -> 1)) {
            assertThat(numbers.readAtRest()).isEqualTo(ReadAhead.BATCH * ReadAhead.BATCHES);
            assertThat(ahead.next()).isZero();
            assertThat(numbers.readAtRest()).isEqualTo(ReadAhead.BATCH * (ReadAhead.BATCHES + 1));
        }
    }

    @Test
    void restsWhileALargeItemIsInUse() throws InterruptedException {
        Counting numbers = new Counting(MANY);
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", numbers, item -> item == 3 ? 100 << 20 : 1)) {
            assertThat(numbers.readAtRest()).isEqualTo(4);
            for (int i = 0; i < 4; i++) {
                assertThat(ahead.next()).isEqualTo(i);
                assertThat(numbers.readAtRest()).isEqualTo(4);
            }
            assertThat(ahead.next()).isEqualTo(4);
        }
    }

    @Test
    void closedEarlyItLeavesNoThread() throws InterruptedException {
        Counting numbers = new Counting(MANY);
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", numbers, item -> 1)) {
            assertThat(ahead.next()).isZero();
        }
        assertThat(numbers.reader).isNotNull().matches(thread -> !thread.isAlive());
    }

    @Test
    void closingEndsASourceThatWaits() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ReadAhead.Source<Integer> waiting = () -> {
            asked.countDown();
            try {
                never.await();
                return 1;
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        };
        try (ReadAhead<Integer> ahead = new ReadAhead<>("reader", waiting, item -> 1)) {
            asked.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(ahead::next).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void closingByAThreadThatIsToEndKeepsItsInterruption() {
        Thread.currentThread().interrupt();
        new ReadAhead<>("reader", new Counting(MANY), item -> 1).close();
        assertThat(Thread.interrupted()).isTrue();
    }
}
