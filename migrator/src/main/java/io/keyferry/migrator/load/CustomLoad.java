package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Carries what no Kong knows from the source's tables into the target's, row by row as bytes. To do it again from the
 * start changes nothing, so a run that was stopped needs no note of how far it came. Use once.
 */
public final class CustomLoad {
    private static final int ROWS_PER_SLICE = 10_000;
    private static final String EXPIRED = "expired before it was written";
    private static final String OTHER_WORKSPACE = "--workspace: of another workspace";
    private static final String NO_ROW = "the row itself is not moved";

    /**
     * How to carry.
     *
     * @param parallelism how many slices at once
     * @param requests how many writes may be on their way at once
     */
    public record Settings(int parallelism, int requests, Clock clock, TransferListener listener) {}

    /**
     * Where to.
     *
     * @param defaultWorkspace the id of the target's default workspace; empty before Kong 2.1
     * @param rowsMayExist whether null must replace what rows may hold already
     * @param writeTimeMicros the write time of all rows, in microseconds since the epoch; not later than now
     */
    public record Destination(
            TargetSession session,
            ReadSession reader,
            Optional<UUID> defaultWorkspace,
            boolean rowsMayExist,
            long writeTimeMicros) {}

    /** What was written and what was left out, by table. */
    public record Result(Map<String, Long> written, Map<String, Map<String, Long>> excluded, long bytes) {
        public long total() {
            return written.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final ReadSession source;
    private final Optional<UUID> sourceWorkspace;
    private final Settings settings;

    /**
     * Prepares to carry.
     *
     * @param sourceWorkspace the id of the source's default workspace; empty before Kong 2.1
     */
    public CustomLoad(ReadSession source, Optional<UUID> sourceWorkspace, Settings settings) {
        this.source = requireNonNull(source, "source is null");
        this.sourceWorkspace = requireNonNull(sourceWorkspace, "sourceWorkspace is null");
        this.settings = requireNonNull(settings, "settings is null");
    }

    /**
     * Carries tables one after the other.
     *
     * @throws KeyferryException (SOURCE) when a page cannot be read, (TARGET) when a row cannot be written after several
     *     attempts
     */
    public Result carry(List<CustomTransfer> transfers, Destination destination) {
        Map<String, Long> written = new LinkedHashMap<>();
        Map<String, Map<String, Long>> excluded = new TreeMap<>();
        long bytes = 0;
        for (CustomTransfer transfer : transfers) {
            CustomScan from = transfer.source(source);
            CustomScan to = transfer.target(destination.reader());
            Counts counts = new Counts();
            try (CustomWriter writer = new CustomWriter(
                            transfer,
                            destination.session(),
                            to,
                            destination.rowsMayExist(),
                            destination.writeTimeMicros(),
                            settings);
                    Workers workers = new Workers(settings.parallelism(), "keyferry-custom")) {
                UnaryOperator<CustomRow> expected = transfer.expected(sourceWorkspace, destination.defaultWorkspace());
                workers.forEach(
                        from.plan(ROWS_PER_SLICE).slices(),
                        slice -> carry(transfer, slice, from, to, expected, writer, counts));
                writer.flush();
                bytes += writer.bytes();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
            }
            written.put(transfer.label(), counts.written.sum());
            excluded.put(transfer.label(), counts.excluded());
        }
        return new Result(written, excluded, bytes);
    }

    private static final class Counts {
        private final LongAdder written = new LongAdder();
        private final LongAdder expired = new LongAdder();
        private final LongAdder withoutRow = new LongAdder();
        private final LongAdder unselected = new LongAdder();

        Map<String, Long> excluded() {
            Map<String, Long> excluded = new TreeMap<>();
            if (expired.sum() > 0) {
                excluded.put(EXPIRED, expired.sum());
            }
            if (withoutRow.sum() > 0) {
                excluded.put(NO_ROW, withoutRow.sum());
            }
            if (unselected.sum() > 0) {
                excluded.put(OTHER_WORKSPACE, unselected.sum());
            }
            return excluded;
        }
    }

    private void carry(
            CustomTransfer transfer,
            Slice slice,
            CustomScan from,
            CustomScan to,
            UnaryOperator<CustomRow> expected,
            CustomWriter writer,
            Counts counts) {
        long[] read = {0};
        List<List<@Nullable ByteBuffer>> partition = new ArrayList<>();
        int partitionColumns = from.table().partitionKey().size();
        long bytes = from.read(slice, Step.IMPORT, settings.listener(), row -> {
            read[0]++;
            if (!transfer.takes(row)) {
                counts.unselected.increment();
                return;
            }
            switch (transfer.manner()) {
                case COUNTS -> {
                    writer.count(row);
                    counts.written.increment();
                }
                case VALUES -> {
                    if (row.isBare()) {
                        return;
                    }
                    if (to.find(row).isEmpty()) {
                        counts.withoutRow.increment();
                    } else {
                        (writer.write(row, false) ? counts.written : counts.expired).increment();
                    }
                }
                case ROWS -> {
                    List<@Nullable ByteBuffer> key = new ArrayList<>();
                    for (int i = 0; i < partitionColumns; i++) {
                        key.add(row.key(i));
                    }
                    boolean first = partition.isEmpty() || !partition.get(0).equals(key);
                    if (first) {
                        partition.clear();
                        partition.add(key);
                    }
                    (writer.write(expected.apply(row), first) ? counts.written : counts.expired).increment();
                }
            }
        });
        settings.listener().done(Step.IMPORT, transfer.label(), read[0], bytes);
    }
}
