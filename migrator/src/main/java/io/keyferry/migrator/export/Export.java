package io.keyferry.migrator.export;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentFile;
import io.keyferry.keyspace.document.DocumentWriter;
import io.keyferry.keyspace.document.EntityFormat;
import io.keyferry.keyspace.document.Provenance;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.read.TableScan;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.keyspace.upgrade.UpgradeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes a keyspace as kong.yml for a Kong version. Slices are read and encoded by many threads and written in the
 * keyspace's own order, so that the bytes do not depend on the number of threads; remaining times to live aside. Memory
 * does not grow with the keyspace. The file appears only when it is whole. Use once.
 */
public final class Export {
    private static final int ROWS_PER_SLICE = 10_000;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final long WAITING_BYTES = 16 << 20;

    /** How to export. */
    public record Settings(Style style, int parallelism, Clock clock, TransferListener listener, ExportTap tap) {
        /** An export that nobody rides along with. */
        public Settings(Style style, int parallelism, Clock clock, TransferListener listener) {
            this(style, parallelism, clock, listener, ExportTap.NONE);
        }
    }

    /**
     * What was exported.
     *
     * @param types by name, in document order
     * @param bytes the size of the file
     */
    public record Result(Map<String, TypeCount> types, long bytes) {
        /** How many entities the file holds. */
        public long total() {
            return types.values().stream().mapToLong(TypeCount::written).sum();
        }
    }

    /** A slice of one type, of so many rows in all; {@code hidden} says which of its entities are wanted. */
    private record Part(int number, TableScan scan, long estimatedRows, Slice slice, boolean hidden) {}

    /** What the reading of a part came to. */
    private record Reading(TypeCount count, UpgradeLog.Noted noted) {}

    private final KongKeyspace source;
    private final Upgrade upgrade;
    private final Selection selection;
    private final Settings settings;
    private final int rowsPerSlice;
    private final DocumentDialect dialect;
    /** Of parts that are in the file. */
    private final Map<String, TypeCount> counts = new ConcurrentHashMap<>();

    /** Of parts that wait for their turn. */
    private final Map<Integer, Reading> read = new ConcurrentHashMap<>();

    public Export(KongKeyspace source, Upgrade upgrade, Selection selection, Settings settings) {
        this(source, upgrade, selection, settings, ROWS_PER_SLICE);
    }

    /** An export in slices of another size, which must not matter. */
    Export(KongKeyspace source, Upgrade upgrade, Selection selection, Settings settings, int rowsPerSlice) {
        this.source = requireNonNull(source, "source is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.selection = requireNonNull(selection, "selection is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.rowsPerSlice = rowsPerSlice;
        dialect = DocumentDialect.of(upgrade.to());
    }

    /**
     * Writes the file.
     *
     * @throws KeyferryException (USAGE) when the file exists or cannot be written, (SOURCE) when the source cannot be
     *     read, (REFUSED) when an entity can neither be moved nor left out
     */
    public Result to(Path file) {
        return to(file, ExportJournal.NONE);
    }

    /**
     * Writes the file, or the rest of it where an earlier attempt has noted how far it came; notes the same. A part of
     * which the journal does not tell is read again from its beginning.
     *
     * @throws KeyferryException as {@link #to(Path)} does; also (USAGE) when what was written before is gone
     */
    public Result to(Path file, ExportJournal journal) {
        ExportState earlier = journal.earlier();
        if (earlier.whole()) {
            DocumentFile.publish(file, journal.temporary(file), earlier.bytes());
            upgrade.log().add(earlier.log());
            counts.putAll(earlier.counts());
            return new Result(inOrder(), earlier.bytes());
        }
        Style style = DocumentFile.style(file, settings.style());
        Provenance provenance = provenance();
        EntityFormat format =
                new EntityFormat(dialect, style, provenance, settings.clock().instant());
        List<Part> parts = plan(journal, earlier);
        upgrade.log().add(earlier.log());
        counts.putAll(earlier.counts());
        int done = earlier.parts();
        try (DocumentFile document = journal.open(file, earlier.bytes());
                Workers workers = new Workers(settings.parallelism(), "keyferry-export")) {
            DocumentWriter writer = done == 0
                    ? new DocumentWriter(document.stream(), dialect, style, provenance)
                    : DocumentWriter.resumed(document.stream(), dialect, style, lastSection(parts.subList(0, done)));
            OrderedOutput output = new OrderedOutput(
                    new OrderedOutput.Sink() {
                        @Override
                        public void write(int part, byte[] chunk) throws IOException {
                            Export.this.write(writer, parts.get(part), chunk);
                        }

                        @Override
                        public void completed(int part) throws IOException {
                            account(parts.get(part), document, journal);
                        }
                    },
                    WAITING_BYTES,
                    done);
            workers.forEach(parts.subList(done, parts.size()), part -> export(part, format, output));
            writer.finish();
            long bytes = document.cut();
            journal.whole(bytes);
            document.commit();
            settings.listener().finished(Step.EXPORT);
            return new Result(inOrder(), bytes);
        } catch (IOException | UncheckedIOException e) {
            throw new KeyferryException(
                    KeyferryException.Kind.USAGE, file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Provenance provenance() {
        Optional<KongVersion> from =
                upgrade.from().version().sameLine(upgrade.to().version())
                        ? Optional.empty()
                        : Optional.of(upgrade.from().version());
        return new Provenance(upgrade.to().version(), from, source.workspaces());
    }

    /** Hidden entities come first in the file; a table is read for them only if it may have some. */
    private List<Part> plan(ExportJournal journal, ExportState earlier) {
        Map<TableScan, SlicePlan> plans = slices(earlier.slices());
        Map<String, SlicePlan> byType = new LinkedHashMap<>();
        Map<String, Long> expected = new LinkedHashMap<>();
        plans.forEach((scan, plan) -> {
            byType.put(scan.type().name(), plan);
            expected.put(scan.type().name(), plan.estimatedRows());
        });
        if (earlier.slices().isEmpty()) {
            journal.sliced(byType);
        }
        settings.listener().started(Step.EXPORT, expected);
        earlier.counts().forEach((type, count) -> settings.listener().done(Step.EXPORT, type, count.read(), 0));
        if (upgrade.needsHistory()) {
            source.catalog()
                    .entityType("targets")
                    .flatMap(source::scan)
                    .ifPresent(scan -> scan.readAll(Step.EXPORT, settings.listener(), upgrade.history()::add));
        }
        List<Part> parts = new ArrayList<>();
        plans.forEach((scan, plan) -> {
            if (mayHide(scan.type())) {
                addParts(parts, scan, plan, true);
            }
        });
        for (EntityType type : upgrade.to().entityTypes()) {
            plans.forEach((scan, plan) -> {
                if (upgrade.typeInTarget(scan.type()).filter(type::equals).isPresent() && !hidesAll(type)) {
                    addParts(parts, scan, plan, false);
                }
            });
        }
        plans.forEach((scan, plan) -> {
            if (upgrade.typeInTarget(scan.type()).isEmpty()) {
                addParts(parts, scan, plan, false);
            }
        });
        return parts;
    }

    private static void addParts(List<Part> parts, TableScan scan, SlicePlan plan, boolean hidden) {
        plan.slices().forEach(slice -> parts.add(new Part(parts.size(), scan, plan.estimatedRows(), slice, hidden)));
    }

    /** The slices of all tables: those of the earlier attempt, since other slices would not fit to what it wrote. */
    private Map<TableScan, SlicePlan> slices(Map<String, SlicePlan> earlier) {
        List<TableScan> scans = selection.types(source.catalog()).stream()
                .flatMap(type -> source.scan(type).stream())
                .toList();
        Map<String, SlicePlan> byType = earlier.isEmpty() ? sampled(scans) : earlier;
        Map<TableScan, SlicePlan> plans = new LinkedHashMap<>();
        for (TableScan scan : scans) {
            SlicePlan plan = byType.get(scan.type().name());
            if (plan != null) {
                plans.put(scan, plan);
            }
        }
        if (!earlier.isEmpty() && plans.size() != earlier.size()) {
            throw KeyferryException.refused("tables of the source are gone since the export began: it had "
                    + earlier.keySet() + ". Begin again with a new work directory");
        }
        return plans;
    }

    private Map<String, SlicePlan> sampled(List<TableScan> scans) {
        Map<String, SlicePlan> plans = new ConcurrentHashMap<>();
        try (Workers workers = new Workers(settings.parallelism(), "keyferry-sample")) {
            workers.forEach(scans, scan -> plans.put(scan.type().name(), scan.plan(rowsPerSlice)));
        }
        return plans;
    }

    /** The section that a document ends with after these parts. */
    private Optional<EntityType> lastSection(List<Part> parts) {
        Optional<EntityType> last = Optional.empty();
        for (Part part : parts) {
            if (!part.hidden()
                    && counts.getOrDefault(part.scan().type().name(), TypeCount.NONE)
                                    .shown()
                            > 0) {
                last = upgrade.typeInTarget(part.scan().type());
            }
        }
        return last;
    }

    private boolean hidesAll(EntityType targetType) {
        return dialect.hiddenBecause(targetType).isPresent();
    }

    private boolean mayHide(EntityType sourceType) {
        return upgrade.typeInTarget(sourceType)
                .map(type -> hidesAll(type)
                        || upgrade.mayHide(sourceType)
                        || (type.workspaceable() && source.workspaces().size() > 1))
                .orElse(false);
    }

    private void write(DocumentWriter writer, Part part, byte[] chunk) throws IOException {
        if (part.hidden()) {
            writer.hidden(chunk);
        } else {
            writer.append(upgrade.typeInTarget(part.scan().type()).orElseThrow(), chunk);
        }
    }

    private void export(Part part, EntityFormat format, OrderedOutput output) throws Exception {
        boolean countsExcluded = countsExcluded(part);
        SliceEncoder encoder =
                new SliceEncoder(part.hidden(), countsExcluded, format, chunk -> output.append(part.number(), chunk));
        List<String> rules = new ArrayList<>();
        Upgrade own = upgrade.again();
        Upgrade applied = own.heardBy(rules);
        ExportTap.Rows tap = settings.tap().slice(part.scan().type(), part.estimatedRows());
        part.scan().readRows(part.slice(), Step.EXPORT, settings.listener(), row -> {
            rules.clear();
            Outcome outcome = applied.apply(row.entity());
            if (encoder.accept(row.entity(), outcome, applied)) {
                tap.take(row, outcome, rules);
            }
        });
        encoder.flush();
        TypeCount count = encoder.count();
        UpgradeLog.Noted noted = countsExcluded ? own.log().noted() : UpgradeLog.Noted.NOTHING;
        read.put(part.number(), new Reading(count, noted));
        output.complete(part.number());
        tell(part.scan().type().name(), count, encoder.bytes());
    }

    private void tell(String type, TypeCount count, long bytes) {
        settings.listener().done(Step.EXPORT, type, count.written(), bytes);
        if (count.read() > count.written()) {
            settings.listener().excluded(Step.EXPORT, type, count.read() - count.written());
        }
    }

    /**
     * A part is in the file, after all parts before it: forces it to disk, and only then notes that it is. An empty one
     * goes with the next.
     */
    private void account(Part part, DocumentFile document, ExportJournal journal) throws IOException {
        Reading reading = requireNonNull(read.remove(part.number()), "a part is read before it is complete");
        String type = part.scan().type().name();
        boolean nothing =
                reading.count().equals(TypeCount.NONE) && reading.noted().equals(UpgradeLog.Noted.NOTHING);
        if (!nothing) {
            // Without a journal too: the bytes are to be the same.
            long bytes = document.cut();
            journal.done(new ExportJournal.PartDone(part.number(), type, reading.count(), reading.noted(), bytes));
        }
        counts.merge(type, reading.count(), TypeCount::plus);
        upgrade.log().add(reading.noted());
    }

    /** Of a table that is read twice, only one reading counts what is left out. */
    private boolean countsExcluded(Part part) {
        EntityType target = upgrade.typeInTarget(part.scan().type()).orElse(null);
        return target == null || part.hidden() == hidesAll(target);
    }

    private Map<String, TypeCount> inOrder() {
        Map<String, TypeCount> ordered = new LinkedHashMap<>();
        for (EntityType type : selection.types(source.catalog())) {
            ordered.put(type.name(), counts.getOrDefault(type.name(), TypeCount.NONE));
        }
        return ordered;
    }

    /** Takes encoded entities of one slice. */
    private interface ChunkConsumer {
        void accept(byte[] chunk) throws Exception;
    }

    /** Encodes the entities of one slice in chunks, and counts them. */
    private static final class SliceEncoder {
        private final boolean hidden;
        private final boolean countsExcluded;
        private final EntityFormat format;
        private final ChunkConsumer chunks;
        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        private final Map<String, Long> excluded = new LinkedHashMap<>();
        private long written;
        private long bytes;

        SliceEncoder(boolean hidden, boolean countsExcluded, EntityFormat format, ChunkConsumer chunks) {
            this.hidden = hidden;
            this.countsExcluded = countsExcluded;
            this.format = format;
            this.chunks = chunks;
        }

        /** Takes an entity; false for one that another reading of the table counts. */
        boolean accept(Entity entity, Outcome outcome, Upgrade upgrade) throws Exception {
            if (outcome instanceof Outcome.Excluded exclusion) {
                if (countsExcluded) {
                    excluded.merge(exclusion.reason(), 1L, Long::sum);
                }
                return countsExcluded;
            }
            if (outcome instanceof Outcome.Kept kept
                    && (format.hides(kept.entity()) || upgrade.hides(entity)) == hidden) {
                buffer.write(hidden ? format.encodeHidden(kept.entity()) : format.encode(kept.entity()));
                written++;
                if (buffer.size() >= CHUNK_BYTES) {
                    flush();
                }
                return true;
            }
            return false;
        }

        void flush() throws Exception {
            if (buffer.size() > 0) {
                bytes += buffer.size();
                chunks.accept(buffer.toByteArray());
                buffer.reset();
            }
        }

        long bytes() {
            return bytes;
        }

        TypeCount count() {
            long read = written
                    + excluded.values().stream().mapToLong(Long::longValue).sum();
            return new TypeCount(read, written, hidden ? written : 0, excluded);
        }
    }
}
