package io.keyferry.verifier.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.read.Slice;
import io.keyferry.verifier.digest.Buckets;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That slices are the whole table, each position once, is proved and not believed. */
final class CoverageTest {
    private static final long HALF = Long.MIN_VALUE;

    private static Positions to(long from, long before) {
        return new Positions(from, OptionalLong.of(before));
    }

    private static Positions toTheEnd(long from) {
        return new Positions(from, OptionalLong.empty());
    }

    private static Slice tokens(OptionalLong after, OptionalLong upTo) {
        return new Slice.Tokens(after, upTo);
    }

    private static void isRefused(List<Positions> slices, String why) {
        assertThatThrownBy(() -> Coverage.proved(slices))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aGapBetweenSlicesIsRefused() {
        isRefused(List.of(to(0, HALF), toTheEnd(HALF + 1)), "leave a gap or overlap");
    }

    @Test
    void slicesThatOverlapAreRefused() {
        isRefused(List.of(to(0, HALF), toTheEnd(HALF - 1)), "leave a gap or overlap");
        isRefused(List.of(toTheEnd(0), toTheEnd(0)), "leave a gap or overlap");
    }

    @Test
    void slicesThatDoNotBeginAtTheStartOrDoNotReachTheEndAreRefused() {
        isRefused(List.of(toTheEnd(1)), "leave a gap or overlap");
        isRefused(List.of(to(0, -1)), "and not all");
        isRefused(List.of(), "and not all");
    }

    @Test
    void aSliceWithoutAPositionIsRefused() {
        isRefused(List.of(to(0, 0), toTheEnd(0)), "a slice without a position");
    }

    @Test
    void slicesOfBucketsAreTheWholeTableHoweverTheyAreJoined() {
        for (int depth = 0; depth <= 3; depth++) {
            Buckets buckets = new Buckets(depth);
            for (int together : new int[] {1, 2, 3, 7, 100, 10_000}) {
                assertThat(Coverage.of(buckets, together).width()).isEqualTo(Coverage.ALL);
            }
        }
    }

    @Test
    void slicesOfTheRingAreTheWholeRing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        long[] bounds = random.longs(20).sorted().distinct().toArray();
        List<Slice> slices = new ArrayList<>();
        OptionalLong after = OptionalLong.empty();
        for (long bound : bounds) {
            slices.add(tokens(after, OptionalLong.of(bound)));
            after = OptionalLong.of(bound);
        }
        slices.add(tokens(after, OptionalLong.empty()));

        Coverage coverage = Coverage.ofTokens(slices);

        assertThat(coverage.width()).as("seed " + seed).isEqualTo(BigInteger.TWO.pow(Long.SIZE));
        assertThat(coverage.slices()).hasSize(slices.size());
        List<Slice> withoutOne = new ArrayList<>(slices);
        withoutOne.remove(random.nextInt(slices.size()));
        assertThatThrownBy(() -> Coverage.ofTokens(withoutOne))
                .as("seed " + seed)
                .isInstanceOf(IllegalStateException.class);
    }
}
