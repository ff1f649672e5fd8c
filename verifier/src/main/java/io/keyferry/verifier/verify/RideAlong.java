package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.spill.RecordSpill;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Takes the source's digests from the rows that an export reads anyway, so that verification need not read the source
 * again. It saves a reading, and sees no row that the export did not see. First every row is {@link Rider#take taken}, by
 * any number of threads, then {@link #seal}; then a {@link Verification} can go on from here. Closing removes what was put
 * aside.
 */
public final class RideAlong implements AutoCloseable {
    private static final long BYTES_IN_MEMORY = 8 << 20;
    /** A note's position, columns and expiry; the id follows. */
    private static final int NUMBERS_BYTES = 3 * Long.BYTES;

    /** What was taken of one type. */
    record Ride(TypeReading reading, RawColumns columns, RecordSpill spill) {
        /** What must be known of the source's rows of a range when their other selves are met. */
        void notes(Positions positions, SourceDigests.Notes notes) {
            try {
                spill.read(positions.from(), positions.before(), bytes -> {
                    ByteBuffer numbers = ByteBuffer.wrap(bytes, 0, NUMBERS_BYTES);
                    String id = new String(bytes, NUMBERS_BYTES, bytes.length - NUMBERS_BYTES, StandardCharsets.UTF_8);
                    notes.add(numbers.getLong(), id, numbers.getLong(), numbers.getLong());
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
            } catch (Exception e) {
                throw new KeyferryException(Kind.INTERNAL, "what was noted during the export: " + e, e);
            }
        }
    }

    /** Takes the rows of one slice. Not thread-safe: one object a slice. */
    public static final class Rider {
        private final SourceDigests digests;
        private final SliceReading.Watcher watcher;
        private final RecordSpill spill;

        private Rider(SourceDigests digests, SliceReading.Watcher watcher, RecordSpill spill) {
            this.digests = digests;
            this.watcher = watcher;
            this.spill = spill;
        }

        /**
         * Takes a row that the export has counted.
         *
         * @param outcome what the upgrade rules made of it
         * @param rules the names of those that were applied
         */
        public void take(StoredRow row, Outcome outcome, List<String> rules) {
            digests.take(row, outcome, rules, watcher, this::note);
        }

        private void note(long position, String id, long touched, long expiresAt) {
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            byte[] bytes = ByteBuffer.allocate(NUMBERS_BYTES + key.length)
                    .putLong(position)
                    .putLong(touched)
                    .putLong(expiresAt)
                    .put(key)
                    .array();
            try {
                spill.add(position, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("what is noted during the export", e);
            }
        }
    }

    private final KongKeyspace source;
    private final Upgrade upgrade;
    private final Digests digests;
    private final Path scratch;
    private final SelfTest selfTest = new SelfTest();
    private final Map<String, Ride> rides = new ConcurrentHashMap<>();

    /**
     * Prepares to ride along.
     *
     * @param key of the row digests
     * @param scratch an existing directory for what memory does not hold
     */
    public RideAlong(KongKeyspace source, Upgrade upgrade, RunKey key, Path scratch) {
        this.source = requireNonNull(source, "source is null");
        this.upgrade = requireNonNull(upgrade, "upgrade is null");
        this.scratch = requireNonNull(scratch, "scratch is null");
        // The target may not be there yet, and its entities are not digested here.
        digests = new Digests(
                key, WorkspaceNaming.ofSource(source.defaultWorkspace()), WorkspaceNaming.ofTarget(Optional.empty()));
    }

    /**
     * Takes the rows of one slice of a type of the source.
     *
     * @param estimatedRows how many rows there are of the type; the first to ask decides into how many buckets they go
     */
    public Rider rider(EntityType type, long estimatedRows) {
        Ride ride = rides.computeIfAbsent(type.name(), added -> begin(type, estimatedRows));
        return new Rider(
                new SourceDigests(ride.reading(), ride.columns(), digests, UnaryOperator.identity()),
                selfTest.watch(ride.reading(), ride.columns()),
                ride.spill());
    }

    private Ride begin(EntityType type, long estimatedRows) {
        EntityTable table = new ScannedTable(
                source.scan(type).orElseThrow(() -> new IllegalArgumentException("no table of " + type)), false);
        RawColumns columns = RawColumns.ofFuture(table, upgrade.typeInTarget(type));
        TypeReading reading = new TypeReading(Verification.buckets(RowOrder.of(type), estimatedRows));
        return new Ride(reading, columns, new RecordSpill(scratch, BYTES_IN_MEMORY));
    }

    /** Every row was taken. */
    public void seal() {
        try {
            for (Ride ride : rides.values()) {
                ride.spill().seal();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was noted during the export", e);
        }
    }

    /** What was taken of a type of the source, if it was exported. */
    Optional<Ride> of(EntityType type) {
        return Optional.ofNullable(rides.get(type.name()));
    }

    SelfTest selfTest() {
        return selfTest;
    }

    @Override
    public void close() {
        try {
            for (Ride ride : rides.values()) {
                ride.spill().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was noted during the export", e);
        }
    }
}
