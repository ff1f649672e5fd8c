package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.TableDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was found about the entities of one type. Mutable; its methods are synchronized, since many slices report to it.
 */
public final class TypeVerification {
    private final String type;
    private final TableDigest source = new TableDigest();
    private final TableDigest expected = new TableDigest();
    private final TableDigest target = new TableDigest();
    private final Map<String, Long> excluded = new TreeMap<>();
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    private long matched;
    private long judged;

    TypeVerification(String type) {
        this.type = type;
    }

    synchronized void add(SliceDigests slice) {
        source.merge(slice.source());
        expected.merge(slice.expected());
        target.merge(slice.target());
        slice.excluded().forEach((reason, count) -> excluded.merge(reason, count, Long::sum));
        matched += slice.matched();
        judged += slice.judged();
    }

    synchronized void add(Difference difference) {
        verdicts.merge(difference.verdict(), 1L, Long::sum);
    }

    public String type() {
        return type;
    }

    /** Rows read from the source. */
    public synchronized long read() {
        return source.count();
    }

    /** Entities that the target should hold. */
    public synchronized long expectedCount() {
        return expected.count();
    }

    /** Entities that the target holds. */
    public synchronized long targetCount() {
        return target.count();
    }

    public synchronized long matched() {
        return matched;
    }

    public synchronized long count(Verdict verdict) {
        return verdicts.getOrDefault(verdict, 0L);
    }

    /** Entities with no place on the target, by reason. */
    public synchronized Map<String, Long> excluded() {
        return Map.copyOf(excluded);
    }

    /** The digest of the source's entities as they are there. */
    public synchronized String sourceDigest() {
        return source.hex();
    }

    /** The digest of what the target should hold: the source's entities after the upgrade rules. */
    public synchronized String expectedDigest() {
        return expected.hex();
    }

    public synchronized String targetDigest() {
        return target.hex();
    }

    /**
     * Holds the books to account: every row read has exactly one fate.
     *
     * @throws IllegalStateException when they do not add up, which is a defect of ours and never a verdict
     */
    synchronized void requireBalance() {
        long gone = excluded.values().stream().mapToLong(Long::longValue).sum();
        long fates = matched + judged + gone;
        if (read() != fates) {
            throw new IllegalStateException(type + ": " + read() + " rows were read but " + fates
                    + " are accounted for; this is a defect of Keyferry, please report it");
        }
    }
}
