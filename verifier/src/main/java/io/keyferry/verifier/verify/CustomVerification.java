package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.verifier.digest.TableDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

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
        private final Map<String, Long> excluded = new TreeMap<>();
        private long matched;

        TableResult(CustomTransfer transfer) {
            this.transfer = requireNonNull(transfer, "transfer is null");
        }

        synchronized void add(TableDigest original, TableDigest wanted, TableDigest found, long agreeing) {
            source.merge(original);
            expected.merge(wanted);
            target.merge(found);
            matched += agreeing;
        }

        synchronized void add(Verdict verdict) {
            verdicts.merge(verdict, 1L, Long::sum);
        }

        synchronized void matchedAfterAll() {
            matched++;
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

    /** What was found about all tables. */
    public record Result(List<TableResult> tables) {
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

    public CustomVerification(
            KongKeyspace source, KongKeyspace target, List<CustomTransfer> transfers, Verification.Settings settings) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.transfers = List.copyOf(transfers);
        this.settings = requireNonNull(settings, "settings is null");
    }

    /**
     * Compares all tables. A table that the target lacks is compared as an empty one.
     *
     * @param sink takes the differences; of very many only the first of each slice
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     */
    public Result run(DifferenceSink sink) {
        List<TableResult> results = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (CustomTransfer transfer : transfers) {
            TableResult result = new TableResult(transfer);
            results.add(result);
            CustomScan from = transfer.source(source.session());
            CustomScan to = transfer.target(target.session());
            from.plan(ROWS_PER_SLICE).slices().forEach(slice -> parts.add(new Part(result, from, to, slice)));
        }
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-verify-custom")) {
            workers.forEach(parts, part -> {
                CustomTransfer transfer = part.result().transfer();
                UnaryOperator<CustomRow> expected =
                        transfer.expected(source.defaultWorkspace(), target.defaultWorkspace());
                new CustomComparison(transfer, part.source(), part.target(), expected, settings, part.result())
                        .compare(part.slice(), sink);
            });
        }
        return new Result(results);
    }
}
