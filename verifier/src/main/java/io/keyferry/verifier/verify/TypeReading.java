package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.BucketTree;
import io.keyferry.verifier.digest.Buckets;
import io.keyferry.verifier.digest.TableDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was read of one type on both sides, bucket by bucket. Each bucket is filled by one thread; all else needs them
 * to have ended.
 */
final class TypeReading {
    private final BucketTree source;
    private final BucketTree expected;
    private final BucketTree target;
    private final BucketTree rawExpected;
    private final BucketTree rawTarget;
    private final long[] changed;
    private final boolean[] ttlApart;
    private final Map<Integer, Map<String, Long>> excluded = new HashMap<>();

    TypeReading(Buckets buckets) {
        source = new BucketTree(buckets);
        expected = new BucketTree(buckets);
        target = new BucketTree(buckets);
        rawExpected = new BucketTree(buckets);
        rawTarget = new BucketTree(buckets);
        changed = new long[buckets.count()];
        ttlApart = new boolean[buckets.count()];
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

    BucketTree rawExpected() {
        return rawExpected;
    }

    BucketTree rawTarget() {
        return rawTarget;
    }

    /** Notes an entity that a rule changed. */
    void changed(int bucket) {
        changed[bucket]++;
    }

    /** Notes that an entity of the bucket expires at another time on the target. */
    void ttlApart(int bucket) {
        ttlApart[bucket] = true;
    }

    synchronized void exclude(int bucket, String reason) {
        excluded.computeIfAbsent(bucket, key -> new TreeMap<>()).merge(reason, 1L, Long::sum);
    }

    /** The entities with no place on the target, by reason. */
    synchronized Map<String, Long> excluded() {
        Map<String, Long> sums = new TreeMap<>();
        excluded.values().forEach(reasons -> reasons.forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
        return sums;
    }

    /** How many entities of a bucket a rule changed. */
    long changedIn(int bucket) {
        return changed[bucket];
    }

    /** Forgets a bucket, to read it again. */
    synchronized void forget(int bucket) {
        for (BucketTree tree : List.of(source, expected, target, rawExpected, rawTarget)) {
            tree.put(bucket, new TableDigest());
        }
        changed[bucket] = 0;
        ttlApart[bucket] = false;
        excluded.remove(bucket);
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
}
