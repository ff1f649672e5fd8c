package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowTest {
    private static final int MOST = 8;

    private final Window window = new Window(MOST);
    private final List<Integer> sent = new ArrayList<>();

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            int number = sent.size() + i;
            window.send(() -> sent.add(number));
        }
    }

    @Test
    void sendsAllAtOnceWhileAllGoesWell() {
        send(MOST);
        assertThat(sent).hasSize(MOST);
        assertThat(window.room()).isEqualTo(MOST);
    }

    @Test
    void whatFindsNoRoomIsSentInItsOrderWhenOthersAreAnswered() {
        for (int i = 0; i < MOST + 3; i++) {
            int number = i;
            window.send(() -> sent.add(number));
        }
        assertThat(sent).hasSize(MOST);
        window.answered(true);
        window.answered(true);
        window.answered(true);
        assertThat(sent).hasSize(MOST + 3).isSorted();
    }

    @Test
    void manyFailuresAtOnceHalveTheRoomOnce() {
        send(MOST);
        for (int i = 0; i < MOST; i++) {
            window.answered(false);
        }
        assertThat(window.room()).isEqualTo(MOST / 2);
    }

    @Test
    void theRoomGrowsAgainWithSuccesses() {
        send(MOST);
        window.answered(false);
        assertThat(window.room()).isEqualTo(MOST / 2);
        for (int i = 1; i < MOST; i++) {
            window.answered(true);
        }
        for (int i = 0; i < 100; i++) {
            send(1);
            window.answered(true);
        }
        assertThat(window.room()).isEqualTo(MOST);
        assertThat(sent).hasSize(MOST + 100);
    }
}
