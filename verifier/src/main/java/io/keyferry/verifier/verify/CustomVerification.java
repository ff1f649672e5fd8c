package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.verifier.digest.CustomDigest;
import io.keyferry.verifier.digest.TableDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads tables that no Kong knows on both sides and compares them row by row, in both directions, by count and digest
 * of the protocol's bytes. Use once.
 */
public final class CustomVerification {
    private static final int ROWS_PER_SLICE = 10_000;

    /** What was found about one table. Its methods are synchronized, since many slices report to it. */
    public static final class TableResult {
        private final CustomTransfer transfer;
        private final TableDigest source = new TableDigest();
        private final TableDigest expected = new TableDigest();
        private final TableDigest target = new TableDigest();
        private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        private final Map<Verdict, Long> onlyOfTarget = new EnumMap<>(Verdict.class);
        private final Map<String, Long> excluded = new TreeMap<>();
        private final Coverage coverage;
        private long matched;
        private long ofTarget;
        private long outOfScope;
        private int slicesAgain;
        private long rowsAgain;

        TableResult(CustomTransfer transfer, Coverage coverage) {
            this.coverage = requireNonNull(coverage, "coverage is null");
            this.transfer = requireNonNull(transfer, "transfer is null");
        }

        synchronized void add(TableDigest original, TableDigest wanted, TableDigest found, long agreeing) {
            source.merge(original);
            expected.merge(wanted);
            target.merge(found);
            matched += agreeing;
        }

        /** Takes a verdict on a row that was read from the source, or from the target alone. */
        synchronized void add(Verdict verdict, boolean ofSource) {
            verdicts.merge(verdict, 1L, Long::sum);
            if (!ofSource) {
                onlyOfTarget.merge(verdict, 1L, Long::sum);
            }
        }

        /** Takes a row that was odd and is not any more; one that was not read from the source is none of its books. */
        synchronized void matchedAfterAll(boolean ofSource) {
            matched += ofSource ? 1 : 0;
        }

        /** Takes rows of the target that have a fate, each key once. */
        synchronized void ofTarget(long rows) {
            ofTarget += rows;
        }

        /** Takes a row of the target that is of no selected workspace. */
        synchronized void outOfScope(long rows) {
            outOfScope += rows;
        }

        /** Takes a slice that was read again, in whole. */
        synchronized void readAgain(long rows) {
            slicesAgain++;
            rowsAgain += rows;
        }

        /**
         * Holds the books to account: every row read, of either side, has exactly one fate.
         *
         * @throws IllegalStateException when they do not add up, which is a defect of ours and never a verdict
         */
        synchronized void requireBalance() {
            long told = verdicts.values().stream().mapToLong(Long::longValue).sum()
                    - onlyOfTarget.values().stream().mapToLong(Long::longValue).sum();
            long gone = excluded.values().stream().mapToLong(Long::longValue).sum();
            requireEqual("rows of the source", source.count(), matched + told + gone);
            requireEqual("rows of the target", target.count(), ofTarget);
        }

        private void requireEqual(String what, long read, long fates) {
            if (read != fates) {
                throw new IllegalStateException(
                        transfer.label() + ": " + read + " " + what + " were read but " + fates + " are accounted for");
            }
        }

        /** How thoroughly it was read. */
        public synchronized TypeVerification.Thoroughness thoroughness() {
            int slices = coverage.slices().size();
            return new TypeVerification.Thoroughness(
                    slices,
                    coverage.width(),
                    slices,
                    slicesAgain,
                    rowsAgain,
                    transfer.targetColumns(),
                    Map.of(),
                    Set.of());
        }

        /** The digest of what the target should hold, to be tried out. */
        synchronized TableDigest expected() {
            return expected.copy();
        }

        /** How many rows of the target are of no selected workspace, and were not compared. */
        public synchronized long outOfScopeRows() {
            return outOfScope;
        }

        /** How many of the verdicts are on rows that were read from the target alone. */
        public synchronized Map<Verdict, Long> onlyOfTarget() {
            return Map.copyOf(onlyOfTarget);
        }

        synchronized void excluded(String reason, long rows) {
            if (rows > 0) {
                excluded.merge(reason, rows, Long::sum);
            }
        }

        public CustomTransfer transfer() {
            return transfer;
        }

        /** Rows of the source. */
        public synchronized long read() {
            return source.count();
        }

        public synchronized long targetCount() {
            return target.count();
        }

        public synchronized long matched() {
            return matched;
        }

        public synchronized Map<Verdict, Long> verdicts() {
            return Map.copyOf(verdicts);
        }

        /** Rows that have no place on the target, by reason. */
        public synchronized Map<String, Long> excluded() {
            return Map.copyOf(excluded);
        }

        /** The digest of the source's rows as they are there. */
        public synchronized String sourceDigest() {
            return source.hex();
        }

        /** The digest of what the target should hold. */
        public synchronized String expectedDigest() {
            return expected.hex();
        }

        public synchronized String targetDigest() {
            return target.hex();
        }

        synchronized long count(Verdict verdict) {
            return verdicts.getOrDefault(verdict, 0L);
        }
    }

    /**
     * What was found about all tables.
     *
     * @param selfTested how many damaged copies of rows were looked for, and found
     */
    public record Result(List<TableResult> tables, int selfTested) {
        public Result {
            tables = List.copyOf(tables);
        }

        private long count(Verdict verdict) {
            return tables.stream().mapToLong(table -> table.count(verdict)).sum();
        }

        /** Whether the target holds what it should and nothing else. */
        public boolean equal() {
            return complete() && count(Verdict.EXTRA) == 0;
        }

        /** Whether the target holds what it should and perhaps more. */
        public boolean complete() {
            return count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.DRIFTED) == 0;
        }

        /** Whether nothing is wrong but what the source changed meanwhile. */
        public boolean onlyDrifted() {
            return count(Verdict.DIFFERENT) + count(Verdict.MISSING) + count(Verdict.EXTRA) == 0;
        }

        /** How many rows of the target the source does not have. */
        public long extra() {
            return count(Verdict.EXTRA);
        }

        /** Rows of all tables of the source. */
        public long read() {
            return tables.stream().mapToLong(TableResult::read).sum();
        }
    }

    private record Part(TableResult result, CustomScan source, CustomScan target, Slice slice) {}

    private final KongKeyspace source;
    private final KongKeyspace target;
    private final List<CustomTransfer> transfers;
    private final Verification.Settings settings;
    private final CustomSelfTest selfTest;

    public CustomVerification(
            KongKeyspace source, KongKeyspace target, List<CustomTransfer> transfers, Verification.Settings settings) {
        this(source, target, transfers, settings, new CustomSelfTest(new CustomDigest(settings.key())));
    }

    /** With a self-test that a test has made. */
    CustomVerification(
            KongKeyspace source,
            KongKeyspace target,
            List<CustomTransfer> transfers,
            Verification.Settings settings,
            CustomSelfTest selfTest) {
        this.selfTest = requireNonNull(selfTest, "selfTest is null");
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.transfers = List.copyOf(transfers);
        this.settings = requireNonNull(settings, "settings is null");
    }

    /**
     * Compares all tables. A table that the target lacks is compared as an empty one.
     *
     * @param sink takes every difference
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     * @throws IllegalStateException when the books do not balance, or the self-test fails: a defect of ours
     */
    public Result run(DifferenceSink sink) {
        List<TableResult> results = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        Workspaces workspaces = Workspaces.of(source, target);
        for (CustomTransfer transfer : transfers) {
            CustomScan from = transfer.source(source.session());
            CustomScan to = transfer.target(target.session());
            List<Slice> slices = from.plan(ROWS_PER_SLICE).slices();
            TableResult result = new TableResult(transfer, Coverage.ofTokens(slices));
            results.add(result);
            slices.forEach(slice -> parts.add(new Part(result, from, to, slice)));
        }
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-verify-custom")) {
            workers.forEach(
                    parts,
                    part -> new CustomComparison(
                                    part.result().transfer(),
                                    part.source(),
                                    part.target(),
                                    workspaces,
                                    settings,
                                    part.result())
                            .watchedBy(selfTest)
                            .compare(part.slice(), sink));
        }
        int tried = selfTest.run();
        results.forEach(TableResult::requireBalance);
        return new Result(results, tried);
    }
}
