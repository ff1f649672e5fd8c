package io.keyferry.keyspace.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class WorkersTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 1_000).boxed().toList();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 2_000})
    void worksOnEachItemOnce(int threads) {
        Queue<Integer> done = new ConcurrentLinkedQueue<>();
        try (Workers workers = new Workers(threads, "test")) {
            workers.forEach(ITEMS, done::add);
        }
        assertThat(done).containsExactlyInAnyOrderElementsOf(ITEMS);
    }

    @Test
    void hasNothingToDoForNoItems() {
        try (Workers workers = new Workers(2, "test")) {
            workers.forEach(List.of(), item -> {
                throw new AssertionError("no item");
            });
        }
    }

    @Test
    void beginsItemsInTheirOrder() {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers(1, "test")) {
            workers.forEach(ITEMS, begun::add);
        }
        assertThat(begun).isEqualTo(ITEMS);
    }

    @Test
    void theFirstFailureStopsTheRest() {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch bothBegun = new CountDownLatch(2);
        try (Workers workers = new Workers(2, "test")) {
            assertThatThrownBy(() -> workers.forEach(ITEMS, item -> {
                        begun.incrementAndGet();
                        bothBegun.countDown();
                        try {
                            bothBegun.await();
                            if (item == 1) {
                                throw KeyferryException.refused("item 1");
                            }
                            never.await();
                        } catch (InterruptedException e) {
                            interrupted.complete(true);
                            throw e;
                        }
                    }))
                    .isInstanceOf(KeyferryException.class)
                    .hasMessage("item 1");
            assertThat(interrupted.join()).isTrue();
        }
        assertThat(begun).hasValue(2);
    }

    @Test
    void afterAFailureNoMoreItemsAreBegunEvenByWorkThatDoesNotWait() throws InterruptedException {
        List<Integer> endless = Collections.nCopies(Integer.MAX_VALUE, 1);
        try (Workers workers = new Workers(2, "test")) {
            AtomicInteger number = new AtomicInteger();
            assertThatThrownBy(() -> workers.forEach(endless, item -> {
                        if (number.incrementAndGet() == 100) {
                            throw KeyferryException.refused("enough");
                        }
                    }))
                    .hasMessage("enough");
            assertEnds(workers);
        }
    }

    /** All threads are free again: as many tasks as there are threads can meet. */
    private static void assertEnds(Workers workers) throws InterruptedException {
        CountDownLatch free = new CountDownLatch(2);
        workers.forEach(List.of(1, 2), item -> {
            free.countDown();
            free.await();
        });
        assertThat(free.await(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInterruptOfTheCallerStopsWorkThatDoesNotWaitToo() throws Exception {
        List<Integer> endless = Collections.nCopies(Integer.MAX_VALUE, 1);
        CountDownLatch working = new CountDownLatch(1);
        try (Workers workers = new Workers(2, "test")) {
            CompletableFuture<Boolean> stopped = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    workers.forEach(endless, item -> working.countDown());
                    stopped.completeExceptionally(new AssertionError("an endless list ended"));
                } catch (KeyferryException e) {
                    stopped.complete(e.kind() == Kind.INTERRUPTED
                            && Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            working.await();
            caller.interrupt();

            assertThat(stopped.get())
                    .as("told the caller, and left it interrupted")
                    .isTrue();
            assertEnds(workers);
        }
    }

    @Test
    void anInterruptOfTheCallerStopsWorkThatWaits() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        try (Workers workers = new Workers(2, "test")) {
            Thread caller = new Thread(() -> {
                try {
                    workers.forEach(ITEMS, item -> never.await());
                } catch (KeyferryException e) {
                    interrupted.complete(e.kind() == Kind.INTERRUPTED);
                }
            });
            caller.start();
            caller.interrupt();
            assertThat(interrupted.get()).isTrue();
            assertEnds(workers);
        }
    }

    @Test
    void whatIsNotOursIsNamedAndAnErrorStaysOne() {
        try (Workers workers = new Workers(1, "test")) {
            assertThatThrownBy(() -> workers.forEach(List.of(1), item -> {
                        throw new IllegalStateException("odd");
                    }))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
                    .hasMessage("unexpected IllegalStateException: odd");
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> workers.forEach(List.of(1), item -> {
                        throw new OutOfMemoryError();
                    }));
        }
    }
}
