package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.verifier.digest.CustomDigest;
import io.keyferry.verifier.digest.TableDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The {@link SelfTest} of tables that no Kong knows: in copies of random rows one bit of a value is flipped, or of the
 * key where there are no values, and each must change the row's digest and the table's sum. The rows are those whose
 * digests are lowest, which is random since digests depend on the run's key. Thread-safe while it samples.
 */
final class CustomSelfTest {
    @SuppressWarnings("ArrayRecordComponent") // compared by rank alone
    private record Sample(CustomVerification.TableResult result, CustomRow row, byte[] digest) {
        long rank() {
            return CustomSelfTest.rank(digest);
        }
    }

    private final PriorityQueue<Sample> samples = new PriorityQueue<>(
            Comparator.comparing(Sample::rank, Long::compareUnsigned).reversed());
    private final Set<ByteBuffer> sampled = new HashSet<>();
    private final RandomGenerator random = new Random();
    private final CustomDigest digest;
    private final UnaryOperator<List<@Nullable ByteBuffer>> eye;
    private volatile long highestRank = -1L;

    CustomSelfTest(CustomDigest digest) {
        this(digest, UnaryOperator.identity());
    }

    /** As if the digest did not see what this takes away from values, which a test wants found out. */
    CustomSelfTest(CustomDigest digest, UnaryOperator<List<@Nullable ByteBuffer>> eye) {
        this.digest = requireNonNull(digest, "digest is null");
        this.eye = requireNonNull(eye, "eye is null");
    }

    private static long rank(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    /** Takes a row that the target should hold, if it is one to try. */
    void offer(CustomVerification.TableResult result, CustomRow row, byte[] rowDigest) {
        if (Long.compareUnsigned(rank(rowDigest), highestRank) < 0) {
            offer(new Sample(result, row, rowDigest));
        }
    }

    /** A slice with very many rows is begun again, and offers its first ones twice. */
    private synchronized void offer(Sample sample) {
        if (!sampled.add(ByteBuffer.wrap(sample.digest()))) {
            return;
        }
        samples.add(sample);
        if (samples.size() > SelfTest.ROWS) {
            sampled.remove(ByteBuffer.wrap(requireNonNull(samples.poll()).digest()));
            highestRank = requireNonNull(samples.peek()).rank();
        }
    }

    /**
     * Damages the copies and looks for them.
     *
     * @return how many were damaged, all of them found
     * @throws IllegalStateException when one was not found: a defect of ours
     */
    synchronized int run() {
        int damaged = 0;
        for (Sample sample : samples) {
            require(
                    ByteBuffer.wrap(digestOf(
                                    sample.row(),
                                    CustomComparison.key(sample.row()),
                                    sample.row().values()))
                            .equals(ByteBuffer.wrap(sample.digest())),
                    "that a copy is its equal",
                    sample);
            byte[] other = damaged(sample);
            require(!ByteBuffer.wrap(other).equals(ByteBuffer.wrap(sample.digest())), "a flipped bit", sample);
            TableDigest before = sample.result().expected();
            TableDigest after = before.copy();
            after.replace(sample.digest(), other);
            require(!after.equals(before), "the sum of a table with a flipped bit", sample);
            damaged++;
        }
        return damaged;
    }

    private byte[] damaged(Sample sample) {
        List<@Nullable ByteBuffer> key = new ArrayList<>(CustomComparison.key(sample.row()));
        List<@Nullable ByteBuffer> values = new ArrayList<>(sample.row().values());
        if (!flip(values)) {
            flip(key);
        }
        return digestOf(sample.row(), key, eye.apply(Collections.unmodifiableList(values)));
    }

    private byte[] digestOf(CustomRow row, List<@Nullable ByteBuffer> key, List<@Nullable ByteBuffer> values) {
        boolean[] expires = new boolean[values.size()];
        for (int i = 0; i < expires.length; i++) {
            expires[i] = row.expiry(i) != CustomRow.NEVER;
        }
        return digest.ofRow(key, values, expires);
    }

    /** Flips one bit of one of them; returns whether any had one. */
    private boolean flip(List<@Nullable ByteBuffer> values) {
        List<Integer> filled = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ByteBuffer value = values.get(i);
            if (value != null && value.hasRemaining()) {
                filled.add(i);
            }
        }
        if (filled.isEmpty()) {
            return false;
        }
        int index = filled.get(random.nextInt(filled.size()));
        ByteBuffer value = requireNonNull(values.get(index));
        ByteBuffer copy =
                ByteBuffer.allocate(value.remaining()).put(value.duplicate()).flip();
        int bit = random.nextInt(copy.remaining() * Byte.SIZE);
        copy.put(bit / Byte.SIZE, (byte) (copy.get(bit / Byte.SIZE) ^ (1 << (bit % Byte.SIZE))));
        values.set(index, copy);
        return true;
    }

    private static void require(boolean found, String what, Sample sample) {
        if (!found) {
            throw new IllegalStateException("the verifier's self-test did not find " + what + " of table "
                    + sample.result().transfer().label() + ": no verdict of this run can be trusted");
        }
    }
}
