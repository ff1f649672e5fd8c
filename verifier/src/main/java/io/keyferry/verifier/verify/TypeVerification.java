package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.TableDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was found about the entities of one type. Mutable; its methods are synchronized, since many buckets report to
 * it.
 */
public final class TypeVerification {
    /**
     * How thoroughly a type was read.
     *
     * @param slices how many parts each side was read in; together they are the whole table, each row once
     * @param buckets how many buckets the rows were summed in
     * @param bucketsAgain how many of them differed and were read again
     * @param rowsAgain how many rows of both sides were read again
     * @param rawColumns the columns that have a raw digest
     * @param canonicalOnly the target's columns that have none, with the reason
     */
    public record Thoroughness(
            int slices,
            int buckets,
            int bucketsAgain,
            long rowsAgain,
            List<String> rawColumns,
            Map<String, String> canonicalOnly) {}

    private final String type;
    private final boolean runtime;
    private final TypeReading reading;
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    private final RawColumns columns;
    private final int slices;
    private long matched;
    private long matchedByRule;
    private long judged;
    private long ofTarget;
    private int bucketsAgain;
    private long rowsAgain;

    TypeVerification(String type, boolean runtime, TypeReading reading, RawColumns columns, int slices) {
        this.type = type;
        this.runtime = runtime;
        this.reading = reading;
        this.columns = columns;
        this.slices = slices;
    }

    TypeReading reading() {
        return reading;
    }

    RawColumns columns() {
        return columns;
    }

    /** Takes a bucket in which nothing differs. */
    synchronized void agreed(int bucket) {
        TableDigest expected = reading.expected().leaf(bucket);
        matched += expected.count();
        matchedByRule += reading.changedIn(bucket);
        ofTarget += expected.count();
    }

    /** Takes a bucket that was read again. */
    synchronized void compared(BucketComparison.Result result) {
        matched += result.matched();
        matchedByRule += result.matchedByRule();
        judged += result.judged();
        ofTarget += result.ofTarget();
        rowsAgain += result.rowsRead();
        bucketsAgain++;
    }

    synchronized void add(Difference difference) {
        verdicts.merge(difference.verdict(), 1L, Long::sum);
    }

    public String type() {
        return type;
    }

    /** Whether gateways write these entities by themselves, as tokens, so that drift is to be expected. */
    public boolean runtime() {
        return runtime;
    }

    /** Rows read from the source. */
    public synchronized long read() {
        return reading.source().root().count();
    }

    /** Entities that the target should hold. */
    public synchronized long expectedCount() {
        return reading.expected().root().count();
    }

    /** Entities that the target holds. */
    public synchronized long targetCount() {
        return reading.target().root().count();
    }

    public synchronized long matched() {
        return matched;
    }

    /** How many of the matched ones are not as they are in the source, since an upgrade rule changed them. */
    public synchronized long matchedByRule() {
        return matchedByRule;
    }

    public synchronized long count(Verdict verdict) {
        return verdicts.getOrDefault(verdict, 0L);
    }

    /** Entities with no place on the target, by reason. */
    public synchronized Map<String, Long> excluded() {
        return reading.excluded();
    }

    /** The digest of the source's entities as they are there. */
    public synchronized String sourceDigest() {
        return reading.source().root().hex();
    }

    /** The digest of what the target should hold: the source's entities after the upgrade rules. */
    public synchronized String expectedDigest() {
        return reading.expected().root().hex();
    }

    public synchronized String targetDigest() {
        return reading.target().root().hex();
    }

    /** How thoroughly it was read. */
    public synchronized Thoroughness thoroughness() {
        return new Thoroughness(
                slices,
                reading.buckets().count(),
                bucketsAgain,
                rowsAgain,
                columns.names(),
                Map.copyOf(columns.canonicalOnly()));
    }

    /**
     * Holds the books to account: every row read, of either side, has exactly one fate.
     *
     * @throws IllegalStateException when they do not add up, which is a defect of ours and never a verdict
     */
    synchronized void requireBalance() {
        long gone = excluded().values().stream().mapToLong(Long::longValue).sum();
        requireEqual("rows of the source", read(), matched + judged + gone);
        requireEqual("rows of the target", targetCount(), ofTarget);
    }

    private void requireEqual(String what, long read, long fates) {
        if (read != fates) {
            throw new IllegalStateException(
                    type + ": " + read + " " + what + " were read but " + fates + " are accounted for");
        }
    }
}
