package io.keyferry.migrator.plan;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.codec.Scar;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.EntityKey;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.read.TableScan;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.spill.EntityKeys;
import io.keyferry.keyspace.spill.KeySpill;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.UpgradeLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Reads every row that is to be moved and finds those that are not as a sound keyspace has them. Each by itself is
 * judged as it is read. What takes all rows to see, references to nothing and unique values that several rows have, is
 * found by hashes that are sorted on disk; then the tables are read once more for the few rows that these name. Memory
 * does not grow with the keyspace. Use once.
 */
public final class Inspection {
    private static final int ROWS_PER_SLICE = 10_000;
    private static final int KEYS_IN_MEMORY = 200_000;
    /** Beyond this a keyspace is not scarred but cut in two, and no option helps. */
    private static final int MOST_SUSPECTS = 200_000;

    private static final int IS_ID = 0;
    private static final int IS_UNIQUE = 1;
    private static final int IS_REFERENCE = 2;

    /** How to inspect. */
    public record Settings(
            Choices choices, Selection selection, int parallelism, Path scratch, TransferListener listener) {}

    /**
     * What was found.
     *
     * @param mending what export and verification do with it
     * @param problems what stands against a migration
     * @param warnings what is done without being asked, or as the user chose
     * @param reading what was read for it
     */
    public record Result(Mending mending, List<String> problems, List<String> warnings, Reading reading) {}

    /**
     * All rows of the source, read once.
     *
     * @param bytes what the cluster sent for them
     * @param took how long that took
     */
    public record Reading(long rows, long bytes, Duration took) {}

    private record Part(TableScan scan, Slice slice) {}

    private record Rival(EntityKey key, double createdAt, String field, Entity row) {
        boolean isAfter(Rival other) {
            return createdAt != other.createdAt
                    ? createdAt > other.createdAt
                    : key.id().compareTo(other.key.id()) > 0;
        }
    }

    private final KongKeyspace source;
    private final Settings settings;
    private final Optional<UUID> defaultWorkspace;
    private final Mending alone;
    private final Findings findings;
    private final UpgradeLog unheard = new UpgradeLog();
    private final Map<UUID, Long> rowsByWorkspace = new ConcurrentHashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Problems unfit = new Problems();
    private final RowLimits limits;

    /**
     * Prepares to inspect.
     *
     * @param source with the default workspace that counts
     * @param limits what the target takes of a row
     */
    public Inspection(KongKeyspace source, Settings settings, RowLimits limits) {
        this.limits = requireNonNull(limits, "limits is null");
        this.source = requireNonNull(source, "source is null");
        this.settings = requireNonNull(settings, "settings is null");
        alone = mending(Set.of(), Set.of());
        defaultWorkspace = alone.defaultWorkspace();
        findings = new Findings(settings.scratch().resolve("findings.jsonl"));
    }

    private Mending mending(Set<EntityKey> orphans, Set<EntityKey> duplicates) {
        return new Mending(settings.choices(), source.workspaces(), orphans, duplicates);
    }

    /**
     * What is done with rows as the choices say that need no look at all of them: a mending without orphans and
     * duplicates, for a reader that takes the keyspace as it is.
     */
    public static Mending withoutLooking(KongKeyspace source, Choices choices) {
        return new Mending(choices, source.workspaces(), Set.of(), Set.of());
    }

    /**
     * Reads the source.
     *
     * @throws KeyferryException (SOURCE) when it cannot be read, (REFUSED) when far too many rows are not as they
     *     should be, (USAGE) when the scratch directory cannot hold what is found
     */
    public Result run() {
        Map<String, Long> expected = new LinkedHashMap<>();
        for (EntityType type : settings.selection().types(source.catalog())) {
            source.scan(type).ifPresent(scan -> {
                SlicePlan plan = scan.plan(ROWS_PER_SLICE);
                expected.put(type.name(), plan.estimatedRows());
                plan.slices().forEach(slice -> parts.add(new Part(scan, slice)));
            });
        }
        settings.listener().started(Step.PLAN, expected);
        try (KeySpill keys = new KeySpill(settings.scratch(), KEYS_IN_MEMORY);
                Workers workers = new Workers(settings.parallelism(), "keyferry-inspect")) {
            long began = System.nanoTime();
            workers.forEach(parts, part -> inspect(part, keys));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Set<EntityKey> duplicates = duplicates(keys, workers);
            Set<EntityKey> orphans = orphans(keys, workers, duplicates);
            List<String> problems = new ArrayList<>();
            List<String> warnings = new ArrayList<>();
            findings.tell(settings.choices(), problems::add, warnings::add);
            severalDefaults(problems);
            problems.addAll(unfit.shown());
            return new Result(
                    mending(orphans, duplicates), problems, warnings, new Reading(rows.sum(), bytes.sum(), took));
        } catch (IOException | UncheckedIOException e) {
            throw new KeyferryException(
                    Kind.USAGE, settings.scratch() + " cannot hold what memory does not: " + e.getMessage(), e);
        } finally {
            findings.close();
        }
    }

    private void severalDefaults(List<String> problems) {
        List<String> defaults = source.workspaces().stream()
                .filter(Workspace::isDefault)
                .map(workspace ->
                        workspace.id() + " with " + rowsByWorkspace.getOrDefault(workspace.id(), 0L) + " rows")
                .toList();
        if (defaults.size() > 1) {
            problems.add("the source has " + defaults.size()
                    + " workspaces named default, as Kong 2.1.0's migration left"
                    + " some: " + String.join(", ", defaults) + ". Say which one counts with --default-workspace ID;"
                    + " --strays says what becomes of the rows of the others.");
        }
    }

    private void inspect(Part part, KeySpill keys) {
        long[] read = {0};
        KeySpill.Batch batch = keys.batch();
        bytes.add(part.scan().inspect(part.slice(), Step.PLAN, settings.listener(), (row, scars) -> {
            read[0]++;
            note(row, scars);
            Optional<Entity> moved = moved(row);
            if (moved.isPresent()) {
                add(moved.get(), batch);
                limits.problem(moved.get()).ifPresent(this::unfit);
            }
        }));
        flush(batch);
        rows.add(read[0]);
        settings.listener().done(Step.PLAN, part.scan().type().name(), read[0], 0);
    }

    private void unfit(String problem) {
        synchronized (unfit) {
            unfit.add(problem);
        }
    }

    private void note(Entity row, Set<Scar> scars) {
        if (!alone.isSelected(row)) {
            return;
        }
        row.unreadable()
                .ifPresent(why -> findings.add(ScarKind.BROKEN, row, why.substring(0, why.indexOf(" cannot be read"))));
        row.workspace().ifPresent(id -> rowsByWorkspace.merge(id, 1L, Long::sum));
        if (Mending.isBare(row)) {
            findings.add(ScarKind.BARE, row, "");
            return;
        }
        if (alone.isStray(row)) {
            findings.add(
                    ScarKind.STRAY,
                    row,
                    "workspace " + row.workspace().map(UUID::toString).orElse(""));
        }
        boolean prefixed = true;
        for (Field field : row.type().fields()) {
            if (source.workspaces().isEmpty()) {
                break;
            }
            Value value = row.value(field);
            if (Mending.isLostNull(field, value)) {
                findings.add(ScarKind.LOST_NULL, row, "field " + field.name());
            } else if (alone.isOfAnother(field, value)) {
                findings.add(ScarKind.FOREIGN_PREFIX, row, "field " + field.name());
                prefixed = false;
            }
        }
        for (Scar scar : scars) {
            switch (scar) {
                case NO_WORKSPACE -> findings.add(ScarKind.NO_WORKSPACE, row, "");
                case UNPREFIXED -> {
                    if (prefixed) {
                        findings.add(ScarKind.UNPREFIXED, row, "");
                    }
                }
                case STALE_CACHE_KEY -> findings.add(ScarKind.STALE_CACHE_KEY, row, "");
                case MIXED_TTL -> findings.add(ScarKind.MIXED_TTL, row, "");
            }
        }
    }

    /** The row as it would be moved; one that only a decision of the user stands against is taken as it is. */
    private Optional<Entity> moved(Entity row) {
        if (row.unreadable().isPresent() && settings.choices().broken() == Choices.Broken.REFUSE) {
            return Optional.of(row);
        }
        return alone.apply(row, unheard) instanceof Outcome.Kept kept ? Optional.of(kept.entity()) : Optional.empty();
    }

    private void add(Entity row, KeySpill.Batch batch) throws IOException {
        long note = note(row.type().name(), row.key().id());
        batch.add(IS_ID, note, EntityKeys.id(row.type().name(), row.key().id()));
        for (Field field : EntityKeys.references(row)) {
            batch.add(IS_REFERENCE, note, EntityKeys.reference(row, field));
        }
        for (String[] unique : EntityKeys.uniques(row, defaultWorkspace).values()) {
            batch.add(IS_UNIQUE, note, unique);
        }
    }

    private static void flush(KeySpill.Batch batch) {
        try {
            batch.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Spreads the bits of a key; two rows with one note are told apart when the tables are read again. */
    private static long note(String type, String id) {
        long bits = type.hashCode();
        for (int i = 0; i < id.length(); i++) {
            bits = (bits ^ id.charAt(i)) * 0x100000001b3L;
            bits ^= bits >>> 29;
        }
        return bits;
    }

    private Set<EntityKey> duplicates(KeySpill keys, Workers workers) throws IOException {
        Set<Long> suspects = new HashSet<>();
        long[] before = {0};
        keys.forEachKey((key, first) -> {
            if (!first && key.kind() == IS_UNIQUE) {
                suspects.add(before[0]);
                suspects.add(key.line());
                requireFew(suspects, "have a value that only one may have");
            }
            before[0] = key.line();
        });
        Map<String, List<Rival>> rivals = new HashMap<>();
        again(suspects, workers, row -> {
            for (Map.Entry<String, String[]> unique :
                    EntityKeys.uniques(row, defaultWorkspace).entrySet()) {
                Rival rival = new Rival(row.key(), createdAt(row), unique.getKey(), row);
                synchronized (rivals) {
                    rivals.computeIfAbsent(String.join("\u0000", unique.getValue()), added -> new ArrayList<>())
                            .add(rival);
                }
            }
        });
        Set<EntityKey> losers = new HashSet<>();
        for (List<Rival> group : rivals.values()) {
            Rival newest = group.get(0);
            for (Rival rival : group) {
                newest = rival.isAfter(newest) ? rival : newest;
            }
            for (Rival rival : group) {
                if (!rival.key().equals(newest.key()) && losers.add(rival.key())) {
                    findings.add(
                            ScarKind.DUPLICATE,
                            rival.row(),
                            rival.field() + " as " + newest.key().id());
                }
            }
        }
        return losers;
    }

    private static double createdAt(Entity row) {
        Value value = row.value("created_at");
        return value instanceof Value.Whole whole
                ? whole.value()
                : value instanceof Value.Fraction fraction ? fraction.value() : 0;
    }

    /** Who refers to what is not moved, and who refers to those, until nobody does. */
    private Set<EntityKey> orphans(KeySpill keys, Workers workers, Set<EntityKey> duplicates) throws IOException {
        Set<Long> gone = new HashSet<>();
        if (settings.choices().duplicates() == Choices.Duplicates.NEWEST) {
            duplicates.forEach(key -> gone.add(note(key.type(), key.id())));
        }
        Set<Long> suspects = new HashSet<>();
        Set<Long> missing = new HashSet<>();
        boolean grows = true;
        while (grows) {
            int before = suspects.size();
            boolean[] there = {false};
            keys.forEachKey((key, first) -> {
                there[0] = !first && there[0];
                if (key.kind() == IS_ID) {
                    there[0] |= !gone.contains(key.line());
                } else if (key.kind() == IS_REFERENCE && !there[0]) {
                    suspects.add(key.line());
                    missing.add(key.high());
                    requireFew(suspects, "refer to what is not there");
                }
            });
            gone.addAll(suspects);
            grows = suspects.size() > before;
        }
        Set<EntityKey> orphans = ConcurrentHashMap.newKeySet();
        again(suspects, workers, row -> {
            for (Field field : EntityKeys.references(row)) {
                boolean nothing;
                synchronized (keys) {
                    nothing = missing.contains(keys.high(EntityKeys.reference(row, field)));
                }
                if (nothing && orphans.add(row.key())) {
                    findings.add(
                            ScarKind.ORPHAN,
                            row,
                            field.name() + " " + row.text(field.name()).orElse(""));
                }
            }
        });
        return orphans;
    }

    private static void requireFew(Set<Long> suspects, String what) {
        if (suspects.size() > MOST_SUSPECTS) {
            throw KeyferryException.refused("more than " + MOST_SUSPECTS + " rows of the source " + what
                    + ": this is no scar of a row here and there. Is the keyspace a whole one? Look whether a table was"
                    + " lost or restored from another time, and repair it (nodetool repair) before it is moved.");
        }
    }

    /** Reads the tables once more for the rows with these notes. */
    private void again(Set<Long> suspects, Workers workers, Consumer<Entity> consumer) {
        if (suspects.isEmpty()) {
            return;
        }
        workers.forEach(
                parts,
                part -> part.scan().read(part.slice(), Step.PLAN, settings.listener(), row -> {
                    if (suspects.contains(note(row.type().name(), row.key().id()))) {
                        moved(row).ifPresent(consumer);
                    }
                }));
    }
}
