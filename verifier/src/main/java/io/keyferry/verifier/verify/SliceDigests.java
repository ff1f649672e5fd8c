package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.TableDigest;
import java.util.Map;
import java.util.TreeMap;

/** The digests of one slice on both sides. Not thread-safe: one worker fills it. */
final class SliceDigests {
    private final TableDigest source = new TableDigest();
    private final TableDigest expected = new TableDigest();
    private final TableDigest target = new TableDigest();
    private final Map<String, Long> excluded = new TreeMap<>();
    private long matched;
    private long judged;

    TableDigest source() {
        return source;
    }

    TableDigest expected() {
        return expected;
    }

    TableDigest target() {
        return target;
    }

    Map<String, Long> excluded() {
        return excluded;
    }

    void exclude(String reason) {
        excluded.merge(reason, 1L, Long::sum);
    }

    /** How many entities are equal on both sides; known once the slice was compared. */
    long matched() {
        return matched;
    }

    void matched(long count) {
        matched = count;
    }

    /** How many entities of the source are not equal, each with one verdict. */
    long judged() {
        return judged;
    }

    void judged(long count) {
        judged = count;
    }

    boolean agree() {
        return expected.equals(target);
    }
}
