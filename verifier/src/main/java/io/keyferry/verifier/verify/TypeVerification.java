package io.keyferry.verifier.verify;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.verifier.digest.TableDigest;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was found about the entities of one type. Mutable; its methods are synchronized, since many buckets report to
 * it.
 */
public final class TypeVerification {
    /**
     * How thoroughly a type was read.
     *
     * @param slices how many parts each side was read in; together they are the whole table, each row once
     * @param positions how many positions the slices are wide together, by sum; all are 2^64
     * @param buckets how many buckets the rows were summed in
     * @param bucketsAgain how many of them differed and were read again
     * @param rowsAgain how many rows of both sides were read again
     * @param rawColumns the columns that have a raw digest
     * @param canonicalOnly the target's columns that have none, with the reason
     * @param untold the fields that were not compared, since a file does not tell them of every entity
     */
    public record Thoroughness(
            int slices,
            BigInteger positions,
            int buckets,
            int bucketsAgain,
            long rowsAgain,
            List<String> rawColumns,
            Map<String, String> canonicalOnly,
            Set<String> untold) {}

    private final String type;
    private final boolean runtime;
    private final TypeReading reading;
    private final Map<Verdict, Long> ofSource = new EnumMap<>(Verdict.class);
    private final Map<Verdict, Long> onlyOfTarget = new EnumMap<>(Verdict.class);
    private final Map<String, Long> rules = new TreeMap<>();
    private final RawColumns columns;
    private final Set<String> untold;
    private final int slices;
    private final BigInteger positions;
    private long matched;
    private long matchedByRule;
    private long judged;
    private long ofTarget;
    private int bucketsAgain;
    private long rowsAgain;
    private long expiringApart;

    TypeVerification(EntityType type, TypeReading reading, RawColumns columns, Set<String> untold, Coverage coverage) {
        this.type = type.name();
        runtime = type.table().fate().kind() != TableFate.Kind.COPIED;
        this.reading = reading;
        this.columns = columns;
        this.untold = untold;
        slices = coverage.slices().size();
        positions = coverage.width();
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
        reading.rulesIn(bucket).forEach((rule, count) -> rules.merge(rule, count, Long::sum));
        ofTarget += expected.count();
    }

    /** Takes a bucket that was read again. */
    synchronized void compared(BucketComparison.Result result) {
        matched += result.matched();
        matchedByRule += result.matchedByRule();
        result.rules().forEach((rule, count) -> rules.merge(rule, count, Long::sum));
        judged += result.judged();
        ofTarget += result.ofTarget();
        rowsAgain += result.rowsRead();
        bucketsAgain++;
    }

    synchronized void add(Difference difference, boolean wasInSource) {
        (wasInSource ? ofSource : onlyOfTarget).merge(difference.verdict(), 1L, Long::sum);
        expiringApart += difference.fields().containsKey(FieldComparison.TTL) ? 1 : 0;
    }

    /** How many rows of the target were read that expire. */
    synchronized long expiring() {
        return reading.expiring();
    }

    /** How many rows of the target are of no workspace that is asked for, and were not compared. */
    public synchronized long outOfScope() {
        return reading.outOfScope();
    }

    /** How many of them expire at another time than they should. */
    synchronized long expiringApart() {
        return expiringApart;
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

    /** To how many of the matched ones each upgrade rule was applied. */
    public synchronized Map<String, Long> rules() {
        return Map.copyOf(rules);
    }

    public synchronized long count(Verdict verdict) {
        return ofSource.getOrDefault(verdict, 0L) + countOnlyOfTarget(verdict);
    }

    /** How many of those were read from the target alone: they are no rows of the source's books. */
    public synchronized long countOnlyOfTarget(Verdict verdict) {
        return onlyOfTarget.getOrDefault(verdict, 0L);
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
                positions,
                reading.buckets().count(),
                bucketsAgain,
                rowsAgain,
                columns.names(),
                Map.copyOf(columns.canonicalOnly()),
                untold);
    }

    /**
     * Holds the books to account: every row read, of either side, has exactly one fate. {@code read = matched + different
     * + missing + drifted + expired + excluded}, counted by what was told of each; and as many rows of the target as were
     * read have met their other selves, or were judged.
     *
     * @throws IllegalStateException when they do not add up, which is a defect of ours and never a verdict
     */
    synchronized void requireBalance() {
        long gone = excluded().values().stream().mapToLong(Long::longValue).sum();
        long told = ofSource.values().stream().mapToLong(Long::longValue).sum();
        requireEqual("rows of the source", read(), matched + told + gone);
        requireEqual("verdicts on rows of the source", judged, told);
        requireEqual("rows only of the target among those of the source", 0, ofSource.getOrDefault(Verdict.EXTRA, 0L));
        requireEqual("rows of the target", targetCount(), ofTarget);
    }

    private void requireEqual(String what, long read, long fates) {
        if (read != fates) {
            throw new IllegalStateException(
                    type + ": " + read + " " + what + " were read but " + fates + " are accounted for");
        }
    }
}
