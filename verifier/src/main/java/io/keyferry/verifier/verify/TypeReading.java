package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.BucketTree;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.TableDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was read of one type on both sides, bucket by bucket. Many threads may fill it, and wait for each other only where
 * they are in one bucket (one lock for all had them stand in line); reading it needs them to have ended.
 */
final class TypeReading {
    private static final int LOCK_BITS = 6;
    /** Spreads neighbouring buckets, and those far apart by a power of two, over all locks. */
    private static final int GOLDEN = 0x9e3779b9;

    private final Object[] locks = new Object[1 << LOCK_BITS];
    private final BucketTree source;
    private final BucketTree expected;
    private final BucketTree target;
    private final BucketTree rawExpected;
    private final BucketTree rawTarget;
    private final long[] changed;
    private final boolean[] ttlApart;
    private final Map<Integer, Map<String, Long>> excluded = new ConcurrentHashMap<>();
    private final Map<Integer, Map<String, Long>> rules = new ConcurrentHashMap<>();
    private final long[] expiring;
    private final long[] outOfScope;

    TypeReading(Buckets buckets) {
        source = new BucketTree(buckets);
        expected = new BucketTree(buckets);
        target = new BucketTree(buckets);
        rawExpected = new BucketTree(buckets);
        rawTarget = new BucketTree(buckets);
        changed = new long[buckets.count()];
        ttlApart = new boolean[buckets.count()];
        expiring = new long[buckets.count()];
        outOfScope = new long[buckets.count()];
        Arrays.setAll(locks, any -> new Object());
    }

    private Object lock(int bucket) {
        return locks[(bucket * GOLDEN) >>> (Integer.SIZE - LOCK_BITS)];
    }

    Buckets buckets() {
        return source.buckets();
    }

    /** The source's rows as they are there. */
    BucketTree source() {
        return source;
    }

    /** What the target should hold. */
    BucketTree expected() {
        return expected;
    }

    BucketTree target() {
        return target;
    }

    /** Takes a row of the source that has a place on the target. */
    void expect(int bucket, byte[] origin, Mark mark) {
        synchronized (lock(bucket)) {
            source.add(bucket, origin);
            expected.add(bucket, mark.canonical());
            rawExpected.add(bucket, mark.raw());
            if (mark.changed()) {
                changed[bucket]++;
            }
            if (!mark.rules().isEmpty()) {
                Map<String, Long> counts = rules.computeIfAbsent(bucket, key -> new HashMap<>());
                mark.rules().forEach(rule -> counts.merge(rule, 1L, Long::sum));
            }
        }
    }

    /** Takes a row of the source that has none. */
    void excluded(int bucket, byte[] origin, String reason) {
        synchronized (lock(bucket)) {
            source.add(bucket, origin);
            excluded.computeIfAbsent(bucket, key -> new TreeMap<>()).merge(reason, 1L, Long::sum);
        }
    }

    /**
     * Takes a row of the target.
     *
     * @param apart whether it expires at another time than it should
     */
    void found(int bucket, Mark mark, boolean apart) {
        synchronized (lock(bucket)) {
            target.add(bucket, mark.canonical());
            rawTarget.add(bucket, mark.raw());
            ttlApart[bucket] |= apart;
            expiring[bucket] += mark.expiresAt() == Long.MAX_VALUE ? 0 : 1;
        }
    }

    /** Takes a row of the target that is not asked for. */
    void outOfScope(int bucket) {
        synchronized (lock(bucket)) {
            outOfScope[bucket]++;
        }
    }

    /** How many such rows there are. */
    long outOfScope() {
        return Arrays.stream(outOfScope).sum();
    }

    /** How many rows of the target were read that expire. */
    long expiring() {
        return Arrays.stream(expiring).sum();
    }

    /** The entities with no place on the target, by reason. */
    Map<String, Long> excluded() {
        Map<String, Long> sums = new TreeMap<>();
        excluded.values().forEach(reasons -> reasons.forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
        return sums;
    }

    /** How many entities of a bucket a rule changed. */
    long changedIn(int bucket) {
        return changed[bucket];
    }

    /** How many entities of a bucket each rule was applied to. */
    Map<String, Long> rulesIn(int bucket) {
        return rules.getOrDefault(bucket, Map.of());
    }

    /** Forgets a bucket, to read it again. */
    void forget(int bucket) {
        synchronized (lock(bucket)) {
            for (BucketTree tree : List.of(source, expected, target, rawExpected, rawTarget)) {
                tree.put(bucket, new TableDigest());
            }
            changed[bucket] = 0;
            ttlApart[bucket] = false;
            expiring[bucket] = 0;
            outOfScope[bucket] = 0;
            excluded.remove(bucket);
            rules.remove(bucket);
        }
    }

    /** The buckets in which the sides differ in any respect, ascending. */
    List<Integer> differing() {
        TreeSet<Integer> found = new TreeSet<>(expected.differing(target));
        found.addAll(rawExpected.differing(rawTarget));
        for (int i = 0; i < ttlApart.length; i++) {
            if (ttlApart[i]) {
                found.add(i);
            }
        }
        return List.copyOf(found);
    }

    /** The buckets of which another reading of the same type saw something else on either side, ascending. */
    List<Integer> disagreeing(TypeReading other) {
        TreeSet<Integer> found = new TreeSet<>(source.differing(other.source));
        found.addAll(expected.differing(other.expected));
        found.addAll(target.differing(other.target));
        found.addAll(rawExpected.differing(other.rawExpected));
        found.addAll(rawTarget.differing(other.rawTarget));
        return List.copyOf(found);
    }
}
