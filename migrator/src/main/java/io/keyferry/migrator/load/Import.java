package io.keyferry.migrator.load;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentHeader;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.document.EntityCheck;
import io.keyferry.keyspace.document.Provenance;
import io.keyferry.keyspace.document.Transformations;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.upgrade.Outcome;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.schema.TargetSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings a kong.yml into a keyspace. {@link #check} reads all of it and judges it; only then may {@link #write} write.
 * Entities go through the upgrade rules from the file's version to the target's. A file that Keyferry wrote says its
 * version itself; any other counts as written for the target's Kong, as Kong itself takes it, unless the user says
 * otherwise. Use once, from one thread.
 */
public final class Import {
    /** What of an import may be done again after a kill; each note is a write to disk that is waited for. */
    private static final int ENTITIES_PER_NOTE = 1_000;

    private static final long NANOS_PER_NOTE = 1_000_000_000L;

    private static final String EXPIRED = "expired before it was written";
    private static final String EARLIER_STATE =
            "T11: an earlier state of a target that stands in the file again, created later";

    /**
     * How to import.
     *
     * @param customPlugins plugins that the target has besides the bundled ones
     * @param requests how many writes may be on their way at once
     * @param scratch an existing directory for what memory does not hold
     */
    public record Settings(
            Set<String> customPlugins, int requests, Path scratch, Clock clock, TransferListener listener) {}

    /**
     * Where to write.
     *
     * @param schema the target's tables as they are
     * @param defaultWorkspace the id of the target's default workspace; empty before Kong 2.1
     * @param nulls whether rows may exist already
     * @param writeTimeMicros the write time of all rows, in microseconds since the epoch; not later than now
     */
    public record Destination(
            TargetSession session,
            LiveSchema schema,
            Optional<UUID> defaultWorkspace,
            Nulls nulls,
            long writeTimeMicros) {}

    /** What was found in the file, by type in document order. */
    public record Checked(Map<String, Long> entities, Optional<UUID> defaultWorkspace, List<Workspace> workspaces) {
        public long total() {
            return entities.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** What was written and what was left out, by type in document order. */
    public record Result(Map<String, Long> written, Map<String, Map<String, Long>> excluded, long bytes) {
        public long total() {
            return written.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Takes the entities that a keyspace would hold. */
    @FunctionalInterface
    public interface KeptConsumer {
        /**
         * Takes an entity.
         *
         * @param untold fields that the file does not tell, which become the time of the import
         */
        void accept(Entity entity, Set<String> untold) throws IOException;
    }

    private final Path file;
    private final Upgrade upgrade;
    private final Upgrade trial;
    private final Settings settings;
    private final Instant now;
    private final Names names = new Names();
    private RowLimits limits = new RowLimits(Long.MAX_VALUE);
    private Optional<UUID> documentWorkspace = Optional.empty();
    private @Nullable DocumentHeader header;

    /**
     * Prepares to import a file.
     *
     * @param from the version that the file is for, where the user says it
     * @throws KeyferryException (USAGE) when the file cannot be read, or is for a later version than the target
     */
    public Import(Path file, Catalog target, Optional<KongVersion> from, Settings settings) {
        this.file = requireNonNull(file, "file is null");
        this.settings = requireNonNull(settings, "settings is null");
        now = settings.clock().instant();
        Optional<KongVersion> version =
                from.or(() -> DocumentReader.provenance(file).map(Provenance::kong));
        upgrade = version.isPresent()
                ? new Upgrade(Catalog.forVersion(version.get()), target, settings.customPlugins())
                : Upgrade.ofFile(target, format(file, target), settings.customPlugins());
        trial = upgrade.again();
    }

    /** A file without a version is for the target's Kong, which takes older formats too. */
    private static String format(Path file, Catalog target) {
        try (DocumentReader reader = DocumentReader.open(file, target)) {
            return reader.header().formatVersion();
        } catch (KeyferryException | IOException e) {
            // The check reads the file anew, and says what is wrong with its head.
            return target.formatVersion();
        }
    }

    /** Refuses what the target does not take; to be called before {@link #check}. */
    public void limitTo(RowLimits ofTarget) {
        limits = ofTarget;
    }

    /** The rules that the entities go through, and what they did. */
    public Upgrade upgrade() {
        return upgrade;
    }

    /**
     * Reads and judges the whole file.
     *
     * @throws KeyferryException (USAGE) when it cannot be parsed, (REFUSED) when its content cannot be taken, with the
     *     file's lines
     */
    public Checked check() {
        return check(false, Map.of());
    }

    /**
     * As {@link #check()}.
     *
     * @param orphansKept whether entities in {@code _ignore}, which no Kong reads, may refer to nothing
     * @param expected how many entities of each type the file holds, where that is known
     */
    public Checked check(boolean orphansKept, Map<String, Long> expected) {
        Problems problems = new Problems();
        Map<String, Long> counts = new LinkedHashMap<>();
        List<Workspace> workspaces = new ArrayList<>();
        settings.listener().started(Step.VALIDATE, expected);
        Tally tally = new Tally(Step.VALIDATE, settings.listener(), () -> 0);
        try (DocumentCheck check =
                new DocumentCheck(file.toString(), upgrade.from(), settings.scratch(), orphansKept)) {
            try (BoundEntities entities = read(problems)) {
                while (entities.advance()) {
                    BoundEntity bound = entities.bound();
                    check.add(entities.entry(), transformed(entities.entry(), bound, problems));
                    names.want(bound);
                    if (bound.references().isEmpty()) {
                        addResolved(entities.entry(), bound.entity(), check, problems);
                    }
                    String type = bound.entity().type().name();
                    counts.merge(type, 1L, Long::sum);
                    tally.done(type);
                }
            }
            tally.tell();
            if (names.anyWanted()) {
                resolveNames(check, problems);
            }
            check.report(problems);
            problems.throwIfAny(Kind.REFUSED, file + " cannot be imported, and nothing was written:");
            DocumentReader.provenance(file).ifPresent(noted -> {
                documentWorkspace = noted.defaultWorkspace();
                workspaces.addAll(noted.workspaces());
            });
        } catch (IOException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        settings.listener().finished(Step.VALIDATE);
        return new Checked(counts, documentWorkspace, workspaces);
    }

    /** What refers by name was read once; what the names stand for may come after it. */
    private void resolveNames(DocumentCheck check, Problems problems) throws IOException, InterruptedException {
        try (BoundEntities entities = read(new Problems())) {
            while (entities.advance()) {
                names.define(entities.bound().entity());
            }
        }
        try (BoundEntities entities = read(new Problems())) {
            while (entities.advance()) {
                BoundEntity bound = entities.bound();
                if (!bound.references().isEmpty() && names.know(bound)) {
                    addResolved(entities.entry(), names.resolve(bound), check, problems);
                }
            }
        }
    }

    /** Notes what only an entity with all its references tells. */
    private void addResolved(DocumentEntry entry, Entity entity, DocumentCheck check, Problems problems)
            throws IOException {
        tryRules(entry, entity, problems);
        limits.problem(entity).ifPresent(problem -> problems.add(entry.place() + ": " + problem));
        if (isOfHistory(entity)) {
            upgrade.history().add(entity);
        } else {
            check.addCacheKey(entry, entity);
        }
    }

    /** What the rules, or the target's version, refuse of an entity that its own version takes. */
    private void tryRules(DocumentEntry entry, Entity entity, Problems problems) {
        if (upgrade.keepsEntities()) {
            return;
        }
        try {
            if (trial.apply(entity) instanceof Outcome.Kept kept) {
                new EntityCheck(upgrade.to())
                        .check(kept.entity(), problem -> problems.add(entry.place() + ": " + problem));
            }
        } catch (KeyferryException e) {
            problems.add(entry.place() + ": " + e.getMessage());
        }
    }

    /**
     * Whether of several such entities only the last one counts: targets, of which a file from before Kong 2.2 has a
     * history. From 2.2 on Kong's import keeps the one created last, whatever the file is from.
     */
    private boolean isOfHistory(Entity entity) {
        return entity.type().name().equals("targets")
                && (upgrade.needsHistory() || (!header().exact() && upgrade.targetHasNoHistory()));
    }

    private DocumentHeader header() {
        return requireNonNull(header, "a document that was opened");
    }

    /** The entity as it will be stored; as it stands where it cannot be, which is a problem. */
    private BoundEntity transformed(DocumentEntry entry, BoundEntity bound, Problems problems) {
        try {
            Entity entity = new Transformations(header()).apply(bound.entity());
            return entity.equals(bound.entity()) ? bound : new BoundEntity(entity, bound.references());
        } catch (KeyferryException e) {
            problems.add(file + ":" + entry.line() + ": " + e.getMessage());
            return bound;
        }
    }

    /**
     * Holds what {@link #check} found good against a keyspace that has entities already.
     *
     * @param defaultWorkspace the id of that keyspace's default workspace
     * @throws KeyferryException (REFUSED) when a unique value belongs to another entity there
     */
    public void requireNoConflict(ExistingKeys existing, Optional<UUID> defaultWorkspace) {
        Problems conflicts = new Problems();
        Upgrade again = upgrade.again();
        Problems changed = new Problems();
        try (BoundEntities entities = read(changed)) {
            Transformations transformations = new Transformations(header());
            while (entities.advance()) {
                if (again.apply(stored(entities, transformations)) instanceof Outcome.Kept kept) {
                    DocumentEntry entry = entities.entry();
                    existing.conflict(inWorkspace(kept.entity(), defaultWorkspace))
                            .ifPresent(conflict -> conflicts.add(entry.place() + ": " + conflict));
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        requireUnchanged(changed);
        conflicts.throwIfAny(Kind.REFUSED, file + " cannot be imported, and nothing was written:");
    }

    /** Gives every entity that {@link #write} would write to the consumer, and writes nothing. */
    public void forEachKept(KeptConsumer consumer) {
        Problems changed = new Problems();
        try (BoundEntities entities = read(changed)) {
            Transformations transformations = new Transformations(header());
            while (entities.advance()) {
                Entity entity = stored(entities, transformations);
                if (upgrade.apply(entity) instanceof Outcome.Kept kept && !isEarlierState(entity)) {
                    consumer.accept(kept.entity(), untold(entities.entry()));
                }
            }
            requireUnchanged(changed);
        } catch (IOException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Set<String> untold(DocumentEntry entry) {
        if (header().exact()) {
            return Set.of();
        }
        return entry.type().fields().stream()
                .filter(field -> field.schema().auto() && field.schema().timestamp())
                .map(Field::name)
                .filter(name -> entry.fields().values().getOrDefault(name, Value.NULL) == Value.NULL)
                .collect(Collectors.toSet());
    }

    private boolean isEarlierState(Entity entity) {
        return isOfHistory(entity) && !upgrade.history().isCurrent(entity);
    }

    /**
     * Writes what {@link #check} found good.
     *
     * @throws KeyferryException (TARGET) when a row cannot be written after several attempts
     */
    public Result write(Destination destination) {
        return write(destination, ImportJournal.NONE);
    }

    /**
     * Writes what {@link #check} found good, or the rest of it where an earlier attempt has noted how far it came; notes
     * the same.
     *
     * @throws KeyferryException (TARGET) when a row cannot be written after several attempts
     */
    public Result write(Destination destination, ImportJournal journal) {
        ImportState earlier = journal.earlier();
        Watermark watermark = new Watermark(earlier);
        Progress progress = new Progress(journal, earlier.entities());
        Problems changed = new Problems();
        try (BoundEntities entities = read(changed);
                RowWriter writer = new RowWriter(
                        destination.session(),
                        destination.schema(),
                        destination.nulls(),
                        destination.writeTimeMicros(),
                        settings.requests(),
                        settings.listener())) {
            Transformations transformations = new Transformations(header());
            Tally tally = new Tally(Step.IMPORT, settings.listener(), writer::bytes);
            for (long read = 0; entities.advance(); read++) {
                Entity entity = stored(entities, transformations);
                String type = entity.type().name();
                if (read < earlier.entities()) {
                    // The rules count what they change, and these were changed too.
                    var unused = upgrade.apply(entity);
                    tally.done(type);
                    continue;
                }
                Watermark.Receipt receipt = watermark.next(type);
                String reason = send(entity, destination, writer, receipt);
                if (reason == null) {
                    tally.done(type);
                } else {
                    receipt.exclude(reason);
                    tally.excluded(type);
                }
                receipt.arrived();
                progress.at(watermark);
            }
            requireUnchanged(changed);
            tally.tell();
            writer.flush();
            watermark.advance();
            ImportState state = watermark.state();
            journal.reached(state);
            return new Result(state.written(), state.excluded(), state.bytes());
        } catch (IOException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Notes how far an import is, now and then. */
    private static final class Progress {
        private final ImportJournal journal;
        private long noted;
        private long notedAt = System.nanoTime();

        Progress(ImportJournal journal, long noted) {
            this.journal = journal;
            this.noted = noted;
        }

        void at(Watermark watermark) {
            long reached = watermark.advance();
            boolean due = reached - noted >= ENTITIES_PER_NOTE
                    || (reached > noted && System.nanoTime() - notedAt > NANOS_PER_NOTE);
            if (due) {
                journal.reached(watermark.state());
                noted = reached;
                notedAt = System.nanoTime();
            }
        }
    }

    /** Writes an entity, or says why it was left out. */
    private @Nullable String send(Entity entity, Destination destination, RowWriter writer, Watermark.Receipt receipt)
            throws InterruptedException {
        Outcome outcome = upgrade.apply(entity);
        if (outcome instanceof Outcome.Excluded excluded) {
            return excluded.reason();
        }
        if (isEarlierState(entity)) {
            return EARLIER_STATE;
        }
        Entity kept = inWorkspace(((Outcome.Kept) outcome).entity(), destination.defaultWorkspace());
        // An exact document says of every entity whether it expires; of another the table decides, as with Kong.
        int ttl = header().exact() ? 0 : kept.type().table().defaultTtl();
        if (kept.expiresAt().isPresent()) {
            long left =
                    kept.expiresAt().getAsLong() - settings.clock().instant().getEpochSecond();
            if (left <= 0) {
                return EXPIRED;
            }
            ttl = Math.toIntExact(left);
        }
        writer.write(kept, ttl, receipt);
        return null;
    }

    private Entity inWorkspace(Entity entity, Optional<UUID> defaultWorkspace) {
        return new DefaultWorkspaces(documentWorkspace, defaultWorkspace).inTarget(entity);
    }

    /** Begins to read the file; whoever asked closes what it gets. */
    private BoundEntities read(Problems problems) {
        DocumentReader reader = DocumentReader.open(file, upgrade.from());
        header = reader.header();
        EntityBinder binder =
                new EntityBinder(DocumentDialect.of(upgrade.from()), reader.header(), now, settings.customPlugins());
        return new BoundEntities(reader, binder, problems);
    }

    /** The current entity as it will be stored: references resolved and secrets hashed. */
    private Entity stored(BoundEntities entities, Transformations transformations) {
        return transformations.apply(names.resolve(entities.bound()));
    }

    /** The file was checked: what problems there still were would be a file that changed under our hands. */
    private void requireUnchanged(Problems changed) {
        changed.throwIfAny(Kind.USAGE, file + " was changed while it was imported:");
    }

    /** The file's own errors are told by its reader; what is left is what we put aside. */
    private KeyferryException unusable(IOException e) {
        return new KeyferryException(
                Kind.USAGE, settings.scratch() + " cannot hold what memory does not: " + e.getMessage(), e);
    }

    private static KeyferryException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
    }
}
