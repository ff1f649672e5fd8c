package io.keyferry.verifier.digest;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The digests of one side's rows, bucket by bucket, as the leaves of a 16-ary tree whose every node is the sum of its
 * children. Two trees are compared from the root down, so that only what differs is looked at. Each bucket is filled by
 * one thread; reading needs all to have ended.
 */
public final class BucketTree {
    private static final TableDigest NONE = new TableDigest();

    private final Buckets buckets;
    private final @Nullable TableDigest[] leaves;

    public BucketTree(Buckets buckets) {
        this.buckets = requireNonNull(buckets, "buckets is null");
        leaves = new TableDigest[buckets.count()];
    }

    public Buckets buckets() {
        return buckets;
    }

    /** Adds a row's digest to a bucket. */
    public void add(int bucket, byte[] rowDigest) {
        TableDigest leaf = leaves[bucket];
        if (leaf == null) {
            leaf = new TableDigest();
            leaves[bucket] = leaf;
        }
        leaf.add(rowDigest);
    }

    /** The sum of a bucket; not to be changed. */
    public TableDigest leaf(int bucket) {
        TableDigest leaf = leaves[bucket];
        return leaf == null ? NONE : leaf;
    }

    /** Gives a bucket the sum of another reading. */
    public void put(int bucket, TableDigest sum) {
        leaves[bucket] = sum;
    }

    /** The same rows, but that a row's digest in a bucket is another. */
    public BucketTree withRow(int bucket, byte[] rowDigest, byte[] other) {
        BucketTree changed = new BucketTree(buckets);
        System.arraycopy(leaves, 0, changed.leaves, 0, leaves.length);
        TableDigest leaf = leaf(bucket).copy();
        leaf.replace(rowDigest, other);
        changed.leaves[bucket] = leaf;
        return changed;
    }

    /** The sum of all rows. */
    public TableDigest root() {
        return sum(0, leaves.length);
    }

    /** The buckets in which two trees of the same shape differ, ascending. */
    public List<Integer> differing(BucketTree other) {
        if (!buckets.equals(other.buckets)) {
            throw new IllegalArgumentException("trees of " + buckets + " and " + other.buckets);
        }
        List<Integer> found = new ArrayList<>();
        descend(other, 0, leaves.length, found);
        return found;
    }

    private void descend(BucketTree other, int from, int before, List<Integer> found) {
        if (sum(from, before).equals(other.sum(from, before))) {
            return;
        }
        if (before - from == 1) {
            found.add(from);
            return;
        }
        int width = (before - from) / Buckets.FAN;
        for (int child = from; child < before; child += width) {
            descend(other, child, child + width, found);
        }
    }

    private TableDigest sum(int from, int before) {
        TableDigest sum = new TableDigest();
        for (int i = from; i < before; i++) {
            TableDigest leaf = leaves[i];
            if (leaf != null) {
                sum.merge(leaf);
            }
        }
        return sum;
    }
}
