package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing that was opened beside stays open unless somebody took it. */
@Timeout(30)
class OpeningTest {
    private final CountDownLatch closed = new CountDownLatch(1);

    private final class Connection implements AutoCloseable {
        @Override
        public void close() {
            closed.countDown();
        }
    }

    private boolean isClosed() throws InterruptedException {
        return closed.await(10, TimeUnit.SECONDS);
    }

    @Test
    void whatWasTakenIsItsTakersToClose() {
        Connection taken;
        try (Opening<Connection> opening = new Opening<>("test", Connection::new)) {
            taken = opening.take();
        }
        long open = closed.getCount();
        taken.close();

        assertThat(open).isEqualTo(1);
    }

    @Test
    void whatNobodyTookIsClosed() throws InterruptedException {
        CountDownLatch opened = new CountDownLatch(1);
        Opening<Connection> opening = new Opening<>("test", () -> {
            Connection connection = new Connection();
            opened.countDown();
            return connection;
        });
        opened.await();
        opening.close();

        assertThat(isClosed()).isTrue();
    }

    @Test
    void whatComesTooLateIsClosedToo() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Opening<Connection> opening = new Opening<>("test", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return new Connection();
        });
        opening.close();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(isClosed()).isTrue();
    }

    @Test
    void theFailureIsThatOfTheOpening() {
        KeyferryException failure = KeyferryException.usage("no such place");
        try (Opening<Connection> opening = new Opening<>("test", () -> {
            throw failure;
        })) {
            assertThatThrownBy(opening::take).isSameAs(failure);
        }
    }

    @Test
    void anInterruptEndsTheWait() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (Opening<Connection> opening = new Opening<>("test", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Connection();
        })) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(opening::take)
                    .isInstanceOfSatisfying(
                            KeyferryException.class,
                            thrown -> assertThat(thrown.kind()).isEqualTo(Kind.INTERRUPTED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(isClosed()).isTrue();
    }
}
