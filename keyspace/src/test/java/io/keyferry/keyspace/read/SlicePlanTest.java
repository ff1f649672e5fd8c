package io.keyferry.keyspace.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SlicePlanTest {
    private static final UUID VERSION_1 = UUID.fromString("ffffffff-0000-1000-8000-000000000000");
    private static final UUID VERSION_4 = UUID.fromString("00000000-0000-4000-8000-000000000000");

    @Test
    void aPlanWithoutBoundsIsTheWholeTable() {
        assertThat(SlicePlan.ofTokens(List.of(), 0).slices()).containsExactly(tokens(null, null));
        assertThat(SlicePlan.ofIds(List.of(), 0).slices()).containsExactly(new Slice.Ids(null, null));
    }

    @Test
    void eachSliceBeginsWhereTheOneBeforeItEnds() {
        assertThat(SlicePlan.ofTokens(List.of(-5L, 7L), 3).slices())
                .containsExactly(tokens(null, -5L), tokens(-5L, 7L), tokens(7L, null));
        assertThat(SlicePlan.ofIds(List.of(VERSION_1, VERSION_4), 3).slices())
                .containsExactly(
                        new Slice.Ids(null, VERSION_1),
                        new Slice.Ids(VERSION_1, VERSION_4),
                        new Slice.Ids(VERSION_4, null));
    }

    static Stream<List<Slice>> broken() {
        return Stream.of(
                List.of(),
                List.of(tokens(null, 1L)),
                List.of(tokens(1L, null)),
                List.of(tokens(null, 1L), tokens(2L, null)),
                List.of(tokens(null, 2L), tokens(1L, null)),
                List.of(tokens(null, null), tokens(null, null)),
                List.of(tokens(null, 1L), tokens(1L, 1L), tokens(1L, null)),
                List.of(tokens(null, 5L), tokens(5L, 1L), tokens(1L, null)),
                List.of(tokens(null, 1L), new Slice.Ids(null, null)),
                List.of(new Slice.Ids(null, VERSION_4)),
                List.of(new Slice.Ids(VERSION_4, null)),
                List.of(new Slice.Ids(null, VERSION_1), new Slice.Ids(VERSION_4, null)),
                List.of(
                        new Slice.Ids(null, VERSION_4),
                        new Slice.Ids(VERSION_4, VERSION_1),
                        new Slice.Ids(VERSION_1, null)));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesSlicesThatLeaveAGapOrOverlap(List<Slice> slices) {
        assertThatIllegalStateException().isThrownBy(() -> new SlicePlan(slices, 0));
    }

    private static Slice tokens(@Nullable Long after, @Nullable Long upTo) {
        return new Slice.Tokens(optional(after), optional(upTo));
    }

    private static OptionalLong optional(@Nullable Long bound) {
        return bound == null ? OptionalLong.empty() : OptionalLong.of(bound);
    }
}
