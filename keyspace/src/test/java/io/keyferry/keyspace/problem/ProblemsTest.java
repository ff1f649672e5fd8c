package io.keyferry.keyspace.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProblemsTest {
    private static Problems of(int number, String prefix) {
        Problems problems = new Problems();
        for (int i = 0; i < number; i++) {
            problems.add(prefix + i);
        }
        return problems;
    }

    @Test
    void whatWasGatheredElsewhereComesAfterAndIsCountedWhole() {
        Problems problems = of(2, "a");
        problems.add(of(3, "b"));
        assertThat(problems.shown()).containsExactly("a0", "a1", "b0", "b1", "b2");
        problems.add(of(1_000, "c"));
        assertThat(problems.count()).isEqualTo(1_005);
        assertThat(problems.shown()).hasSize(Problems.SHOWN).contains("c0").endsWith("c" + (Problems.SHOWN - 6));
    }
}
