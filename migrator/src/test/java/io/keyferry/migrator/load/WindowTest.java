package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class WindowTest {
    private static final int MOST = 40;
    private static final int MANY = 1_000_000;
    private static final long SMALL = 100;
    private static final int TOGETHER = Window.MOST_TOGETHER;

    private final List<List<Integer>> requests = new ArrayList<>();
    private final Window<Integer> window = new Window<>(MOST, requests::add);
    private int number;

    private void send(int count, long bytes) {
        for (int i = 0; i < count; i++) {
            window.send(number++, bytes);
        }
    }

    private List<Integer> sizes() {
        return requests.stream().map(List::size).toList();
    }

    private List<Integer> sent() {
        return requests.stream().flatMap(List::stream).toList();
    }

    @Test
    void theFirstGoesAtOnceAndOthersWhenTheyFillARequest() {
        send(TOGETHER, SMALL);
        assertThat(sizes()).containsExactly(1);
        send(1, SMALL);
        assertThat(sizes()).containsExactly(1, TOGETHER);
        assertThat(window.room()).isEqualTo(MOST);
    }

    @Test
    void whatFillsNoRequestGoesWhenNothingElseIsOnTheWire() {
        send(1 + TOGETHER + 3, SMALL);
        window.answered(1, true);
        assertThat(sizes()).containsExactly(1, TOGETHER);
        window.answered(TOGETHER, true);
        assertThat(sizes()).containsExactly(1, TOGETHER, 3);
        assertThat(sent()).isSorted().hasSize(number);
    }

    @Test
    void aRequestHoldsNoMoreBytesThanMayGoTogether() {
        send(1, SMALL);
        send(TOGETHER, Window.MOST_BYTES_TOGETHER / 3);
        assertThat(sizes()).containsExactly(1, 3, 3, 3);
    }

    @Test
    void aLargeWriteGoesAlone() {
        send(3, SMALL);
        send(1, Window.MOST_BYTES_TOGETHER);
        assertThat(requests).containsExactly(List.of(0), List.of(3));
    }

    @Test
    void aWriteThatMustGoAloneDoes() {
        send(3, SMALL);
        window.sendAlone(number);
        assertThat(requests).containsExactly(List.of(0), List.of(number));
    }

    @Test
    void whenTheClusterDoesNotTakeThemTogetherEachGoesAlone() {
        send(3, SMALL);
        window.separate();
        send(2, SMALL);
        window.answered(1, true);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1);
        assertThat(sent()).isSorted().hasSize(number);
    }

    @Test
    void whatFindsNoRoomIsSentInItsOrderWhenOthersAreAnswered() {
        send(1 + 2 * MOST, SMALL);
        assertThat(sent()).hasSize(1 + MOST - TOGETHER);
        window.answered(1, true);
        assertThat(sent()).hasSize(1 + MOST);
        for (int i = 0; i < MOST / TOGETHER; i++) {
            window.answered(TOGETHER, true);
        }
        assertThat(sent()).hasSize(1 + 2 * MOST).isSorted();
    }

    @Test
    void manyFailuresAtOnceHalveTheRoomOnce() {
        send(1 + MOST, SMALL);
        for (int i = 1; i < requests.size(); i++) {
            window.answered(TOGETHER, false);
        }
        assertThat(window.room()).isEqualTo(MOST / 2);
    }

    @ParameterizedTest
    @CsvSource({"8, 2", "3, 1"})
    void ofFewThatMayBeOnTheWireLessGoTogether(int most, int together) {
        Window<Integer> narrow = new Window<>(most, requests::add);
        for (int i = 0; i < 1 + 2 * together; i++) {
            narrow.send(i, SMALL);
        }
        assertThat(sizes()).containsExactly(1, together, together);
    }

    @Test
    void theRoomGrowsAgainWithSuccesses() {
        send(1, SMALL);
        window.answered(1, false);
        assertThat(window.room()).isEqualTo(MOST / 2);
        for (int i = 0; i < 200; i++) {
            send(1, SMALL);
            window.answered(1, true);
        }
        assertThat(window.room()).isEqualTo(MOST);
        assertThat(sent()).hasSize(number).isSorted();
    }

    @Test
    void howeverManyFailAtOnceTheyTakeNoDeeperStack() {
        List<Window<Integer>> own = new ArrayList<>();
        AtomicBoolean refusing = new AtomicBoolean();
        Window<Integer> refused = new Window<>(MOST, together -> {
            requests.add(together);
            if (refusing.get()) {
                own.get(0).answered(together.size(), false);
            }
        });
        own.add(refused);
        for (int i = 0; i < MANY; i++) {
            refused.send(i, SMALL);
        }
        int onTheWire = sent().size();
        assertThat(onTheWire).isLessThanOrEqualTo(MOST);
        refusing.set(true);
        refused.answered(onTheWire, false);
        assertThat(sent()).hasSize(MANY);
    }

    @Test
    void waitsForWhatIsOnTheWire() throws InterruptedException {
        send(1, SMALL);
        window.awaitAnswers(Duration.ofMillis(1));
        Thread waiting = new Thread(() -> {
            try {
                window.awaitAnswers(Duration.ofDays(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        window.answered(1, true);
        waiting.join();
    }
}
