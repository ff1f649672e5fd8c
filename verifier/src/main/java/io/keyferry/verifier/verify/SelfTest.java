package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.verifier.digest.BucketTree;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Proves in each run that the judge is awake: copies of random rows are damaged in memory, and the buckets, rows and
 * fields of exactly these must be found. The rows are those with the lowest digests, which is random since digests
 * depend on the run's key. Thread-safe while it samples.
 */
final class SelfTest {
    /** How many rows are damaged, where there are as many. */
    static final int ROWS = 64;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sample(
            TypeReading reading,
            RawColumns columns,
            int bucket,
            Entity entity,
            Mark mark,
            @Nullable ByteBuffer[] raw,
            long touched) {
        long rank() {
            return SelfTest.rank(mark);
        }
    }

    private final PriorityQueue<Sample> samples = new PriorityQueue<>(
            Comparator.comparing(Sample::rank, Long::compareUnsigned).reversed());
    private final RandomGenerator random = new Random();
    private final UnaryOperator<Entity> eye;
    private volatile long highestRank = -1L;

    SelfTest() {
        this(UnaryOperator.identity());
    }

    /** As if digests did not see what this takes away from a damaged copy, which a test wants found out. */
    SelfTest(UnaryOperator<Entity> eye) {
        this.eye = requireNonNull(eye, "eye is null");
    }

    /** Watches a type's reading for rows to try. */
    SliceReading.Watcher watch(TypeReading reading, RawColumns columns) {
        return new SliceReading.Watcher() {
            @Override
            public void expected(int bucket, Entity entity, Mark mark, StoredRow origin) {
                if (Long.compareUnsigned(rank(mark), highestRank) < 0) {
                    long touched = columns.touched(origin, entity);
                    offer(new Sample(reading, columns, bucket, entity, mark, columns.ofSource(origin), touched));
                }
            }
        };
    }

    private static long rank(Mark mark) {
        return ByteBuffer.wrap(mark.canonical()).getLong();
    }

    private synchronized void offer(Sample sample) {
        samples.add(sample);
        if (samples.size() > ROWS) {
            samples.remove();
            Sample highest = samples.peek();
            highestRank = highest == null ? -1L : highest.rank();
        }
    }

    /**
     * Damages the copies and looks for them.
     *
     * @return how many were damaged, all of them found
     * @throws IllegalStateException when one was not found, or another was: a defect of ours
     */
    synchronized int run(Digests digests, Catalog catalog) {
        EntityDigest digest = digests.ofSource();
        FieldComparison fields = new FieldComparison(digest, catalog);
        Map<TypeReading, List<Sample>> byType = new LinkedHashMap<>();
        samples.forEach(sample -> byType.computeIfAbsent(sample.reading(), added -> new ArrayList<>())
                .add(sample));
        int damaged = 0;
        for (Map.Entry<TypeReading, List<Sample>> type : byType.entrySet()) {
            BucketTree before = type.getKey().expected();
            BucketTree after = before;
            TreeSet<Integer> buckets = new TreeSet<>();
            for (Sample sample : type.getValue()) {
                Optional<Damage> damage = Damage.of(sample.entity(), random);
                if (damage.isEmpty()) {
                    continue;
                }
                byte[] other = digest.of(eye.apply(damage.get().entity()));
                requireFound(sample, damage.get(), other, fields, digest);
                requireRawFound(sample, digests.raw());
                after = after.withRow(sample.bucket(), sample.mark().canonical(), other);
                buckets.add(sample.bucket());
                damaged++;
            }
            require(before.differing(after).equals(List.copyOf(buckets)), "the buckets of damaged rows");
        }
        return damaged;
    }

    private static void requireFound(
            Sample sample, Damage damage, byte[] other, FieldComparison fields, EntityDigest digest) {
        Mark mark = sample.mark();
        Mark undamaged = mark.withCanonical(digest.of(sample.entity()));
        require(mark.agrees(undamaged), "that a copy of " + sample.entity() + " is its equal");
        require(!mark.agrees(mark.withCanonical(other)), "a changed " + damage.field() + " of " + sample.entity());
        require(
                fields.between(sample.entity(), damage.entity()).keySet().stream()
                                .allMatch(path -> (path + ".").startsWith(damage.field() + "."))
                        && !fields.between(sample.entity(), damage.entity()).isEmpty(),
                "field " + damage.field() + " of " + sample.entity());
    }

    private void requireRawFound(Sample sample, RawDigest digest) {
        String id = sample.entity().key().id();
        @Nullable ByteBuffer[] values = sample.raw().clone();
        Mark mark = sample.mark();
        Mark undamaged = mark.withRaw(digest.of(id, values, sample.touched()));
        require(mark.agrees(undamaged), "that the bytes of " + sample.entity() + " are their own equal");
        for (int i = 0; i < values.length; i++) {
            ByteBuffer value = values[i];
            if (value != null && value.hasRemaining() && (sample.touched() & (1L << i)) == 0) {
                values[i] = flipped(value);
                Mark other = mark.withRaw(digest.of(id, values, sample.touched()));
                require(!mark.agrees(other), "a flipped bit of " + sample.entity());
                return;
            }
        }
    }

    private ByteBuffer flipped(ByteBuffer value) {
        ByteBuffer copy =
                ByteBuffer.allocate(value.remaining()).put(value.duplicate()).flip();
        int bit = random.nextInt(copy.remaining() * Byte.SIZE);
        copy.put(bit / Byte.SIZE, (byte) (copy.get(bit / Byte.SIZE) ^ (1 << (bit % Byte.SIZE))));
        return copy;
    }

    private static void require(boolean found, String what) {
        if (!found) {
            throw new IllegalStateException(
                    "the verifier's self-test did not find " + what + ": no verdict of this run can be trusted");
        }
    }
}
