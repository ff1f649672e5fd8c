package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.codec.Scar;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.MigrationState;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.read.TagTable;
import io.keyferry.keyspace.read.TagTable.TagRow;
import io.keyferry.keyspace.read.Workers;
import io.keyferry.keyspace.spill.EntityKeys;
import io.keyferry.keyspace.spill.KeyHash;
import io.keyferry.keyspace.spill.KeyHash.Hash;
import io.keyferry.keyspace.spill.KeySpill;
import io.keyferry.keyspace.upgrade.CertificateDigest;
import io.keyferry.keyspace.upgrade.Upgrade;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Checks what must be true of a target by itself. What a row shows alone is judged as it passes by; what takes all rows
 * to see meets as hashes that are sorted on disk, so that memory does not grow. Rows that these accuse are read once more
 * and only then found guilty, since a live gateway writes while we read. Thread-safe until {@link #finish}.
 */
final class TargetInvariants implements AutoCloseable {
    private static final int KEYS_IN_MEMORY = 200_000;
    private static final int FIRST = 20;
    private static final int BATCH = 1_000;
    private static final int MOST_STRAY_TAGS = 100_000;
    private static final int FEW_TAGS = 8;
    /** Of one value's holders only so many are told: more say nothing new. */
    private static final int LARGEST_GROUP = 10_000;

    /** What a key is; the order decides who comes first among equal keys. */
    private enum What {
        ID(0),
        UNIQUE(1),
        REFERENCE(2),
        OWN_TAG(3),
        TAG_ROW(4);

        private static final int BITS = 16;
        /** {@link #values} makes a new array each time. */
        private static final List<What> ALL = List.of(values());

        private final int number;

        What(int number) {
            this.number = number;
        }

        int kind(int type, int field) {
            return (number << BITS) | (type << (BITS / 2)) | field;
        }

        static What of(KeySpill.Key key) {
            return ALL.get(key.kind() >>> BITS);
        }

        static int type(KeySpill.Key key) {
            return (key.kind() >>> (BITS / 2)) & 0xff;
        }

        static int field(KeySpill.Key key) {
            return key.kind() & 0xff;
        }
    }

    /** Keys of rows that are accused together. */
    private record Accused(What what, List<KeySpill.Key> keys) {}

    private final ComparedSide target;
    private final TargetChecks checks;
    private final boolean oneTargetEach;
    private final DifferenceSink sink;
    private final List<EntityType> types;
    private final Map<String, Integer> typeIndex = new HashMap<>();
    /** Whose ids others refer to. */
    private final Set<String> referred;

    private final Optional<TagTable> tagTable;
    private final Set<UUID> workspaces;
    private final Optional<UUID> defaultWorkspace;
    private final KeySpill keys;
    private final Map<Invariant, LongAdder> checked = new EnumMap<>(Invariant.class);
    private final Map<Invariant, Long> violated = new EnumMap<>(Invariant.class);
    private final Map<Invariant, List<Violation>> first = new EnumMap<>(Invariant.class);
    private final Set<Hash> strayTags = new TreeSet<>(
            (a, b) -> a.high() != b.high() ? Long.compare(a.high(), b.high()) : Long.compare(a.low(), b.low()));

    TargetInvariants(ComparedSide target, Upgrade upgrade, TargetChecks checks, DifferenceSink sink) {
        this.target = target;
        tagTable = target.keyspace().flatMap(KongKeyspace::tags);
        this.checks = checks;
        this.sink = sink;
        oneTargetEach = upgrade.targetHasNoHistory();
        types = target.catalog().entityTypes();
        referred = types.stream()
                .flatMap(type -> type.foreignFields().stream())
                .map(field -> requireNonNull(field.schema().reference()))
                .collect(Collectors.toSet());
        for (int i = 0; i < types.size(); i++) {
            typeIndex.put(types.get(i).name(), i);
        }
        workspaces = target.keyspace().map(KongKeyspace::workspaces).orElse(List.of()).stream()
                .map(Workspace::id)
                .collect(Collectors.toSet());
        defaultWorkspace = target.defaultWorkspace();
        keys = new KeySpill(checks.scratch(), KEYS_IN_MEMORY);
        for (Invariant invariant : Invariant.values()) {
            checked.put(invariant, new LongAdder());
        }
    }

    /** Watches the target's rows of one slice. */
    SliceReading.Watcher watch() {
        KeySpill.Batch batch = keys.batch();
        return new SliceReading.Watcher() {
            @Override
            public void target(long position, StoredRow row, Mark mark) {
                outOfScope(position, row);
            }

            /** What must be true of a target must be true of all of it. */
            @Override
            public void outOfScope(long position, StoredRow row) {
                alone(row);
                together(position, row.entity(), batch);
            }

            @Override
            public void end() {
                flush(batch);
            }
        };
    }

    private void alone(StoredRow row) {
        Entity entity = row.entity();
        EntityType type = entity.type();
        if (target.keyspace().isPresent()) {
            for (Scar scar : row.scars()) {
                violated(entity, invariant(scar), detail(scar));
            }
            if (type.cacheKey().size() > 1) {
                count(Invariant.CACHE_KEYS);
            }
            if (type.workspaceable() && target.catalog().hasWorkspaces()) {
                count(Invariant.PREFIXES);
                count(Invariant.WORKSPACES);
                Optional<UUID> workspace = entity.workspace();
                if (workspace.isPresent() && !workspaces.contains(workspace.get())) {
                    violated(entity, Invariant.WORKSPACES, "workspace " + workspace.get() + " is not there");
                }
            }
        }
        if (entity.text("cert_digest").isPresent() && entity.text("cert").isPresent()) {
            count(Invariant.CERTIFICATE_DIGESTS);
            certificate(entity);
        }
    }

    private static Invariant invariant(Scar scar) {
        return switch (scar) {
            case NO_WORKSPACE -> Invariant.WORKSPACES;
            case UNPREFIXED -> Invariant.PREFIXES;
            case STALE_CACHE_KEY -> Invariant.CACHE_KEYS;
            case MIXED_TTL -> Invariant.TIMES_TO_LIVE;
        };
    }

    private static String detail(Scar scar) {
        return switch (scar) {
            case NO_WORKSPACE -> "ws_id is null";
            case UNPREFIXED -> "a unique value lacks its workspace's id";
            case STALE_CACHE_KEY -> "cache_key is not made of the row's own values";
            case MIXED_TTL -> "cells of the row expire at different times";
        };
    }

    private void certificate(Entity entity) {
        try {
            String digest = CertificateDigest.of(entity.text("cert").orElse(""));
            if (!digest.equals(entity.text("cert_digest").orElse(""))) {
                violated(entity, Invariant.CERTIFICATE_DIGESTS, "cert_digest is another certificate's");
            }
        } catch (CertificateException e) {
            violated(entity, Invariant.CERTIFICATE_DIGESTS, "cert cannot be read");
        }
    }

    private void together(long position, Entity entity, KeySpill.Batch batch) {
        EntityType type = entity.type();
        int index = requireNonNull(typeIndex.get(type.name()), "a type of the catalogue");
        if (referred.contains(type.name())) {
            add(
                    batch,
                    What.ID.kind(index, 0),
                    position,
                    EntityKeys.id(type.name(), entity.key().id()));
        }
        for (Field field : EntityKeys.references(entity)) {
            count(Invariant.REFERENCES);
            add(batch, What.REFERENCE.kind(index, field.ordinal()), position, EntityKeys.reference(entity, field));
        }
        for (String[] unique : uniques(entity).values()) {
            count(isTarget(unique) ? Invariant.TARGETS : Invariant.UNIQUE_VALUES);
            add(batch, What.UNIQUE.kind(index, isTarget(unique) ? 1 : 0), position, unique);
        }
        for (String[] tag : tags(entity)) {
            count(Invariant.TAGS);
            add(batch, What.OWN_TAG.kind(index, 0), position, tag);
        }
    }

    private void add(KeySpill.Batch batch, int kind, long position, String... key) {
        try {
            batch.add(kind, position, key);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void flush(KeySpill.Batch batch) {
        try {
            batch.flush();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What no other entity may have; an address of an upstream too, where the table is no history. */
    private Map<String, String[]> uniques(Entity entity) {
        Map<String, String[]> uniques = EntityKeys.uniques(entity, defaultWorkspace);
        if (oneTargetEach && entity.type().name().equals("targets")) {
            uniques.put("upstream, target", new String[] {
                "target",
                entity.text("upstream").orElse(""),
                entity.text("target").orElse("")
            });
        }
        return uniques;
    }

    private static boolean isTarget(String[] unique) {
        return requireNonNull(unique[0]).equals("target");
    }

    private static List<String[]> tags(Entity entity) {
        Set<String> all = tagsOf(entity);
        if (all.isEmpty()) {
            return List.of();
        }
        List<String> print = print(all);
        return all.stream()
                .map(tag -> tagKey(tag, entity.type().name(), entity.key().id(), print))
                .toList();
    }

    private static Set<String> tagsOf(Entity entity) {
        Set<String> all = new TreeSet<>();
        if (entity.value("tags") instanceof Value.Sequence tags) {
            for (Value tag : tags.values()) {
                if (tag instanceof Value.Text text) {
                    all.add(text.value());
                }
            }
        }
        return all;
    }

    private static String[] tagKey(String tag, String type, String id, List<String> print) {
        List<String> key = new ArrayList<>(List.of("tag", type, id, tag));
        key.addAll(print);
        return key.toArray(String[]::new);
    }

    /** What stands for all tags of an entity, of which each has a key: many are hashed once and not once for each. */
    private static List<String> print(Set<String> all) {
        List<String> print = new ArrayList<>(List.of(String.valueOf(all.size())));
        Set<String> sorted = new TreeSet<>(all);
        if (all.size() <= FEW_TAGS) {
            print.addAll(sorted);
        } else {
            Hash hash = new KeyHash().of(sorted.toArray(String[]::new));
            print.add(Long.toHexString(hash.high()));
            print.add(Long.toHexString(hash.low()));
        }
        return print;
    }

    private void count(Invariant invariant) {
        requireNonNull(checked.get(invariant)).increment();
    }

    private void violated(Entity entity, Invariant invariant, String detail) {
        violated(new Violation(
                invariant,
                entity.type().name(),
                entity.key().id(),
                entity.type()
                        .endpointKey()
                        .flatMap(entity.type()::field)
                        .filter(field -> !field.schema().secret())
                        .flatMap(field -> entity.text(field.name())),
                detail));
    }

    private synchronized void violated(Violation violation) {
        violated.merge(violation.invariant(), 1L, Long::sum);
        List<Violation> few = first.computeIfAbsent(violation.invariant(), added -> new ArrayList<>());
        if (few.size() < FIRST) {
            few.add(violation);
        }
        sink.violated(violation);
    }

    /**
     * Judges what takes all rows to see, once all were watched.
     *
     * @param read names of the types of which all rows of the target were watched, if any
     * @param expiring how many rows expire
     * @param apart how many of them at another time than they should; told as differences
     */
    List<InvariantCheck> finish(Workers workers, Set<String> read, long expiring, long apart) {
        try {
            tagTable.ifPresent(table -> workers.forEach(table.slices(), slice -> {
                KeySpill.Batch batch = keys.batch();
                table.read(slice, row -> {
                    if (read.contains(row.type())) {
                        add(row, batch);
                    }
                });
                flush(batch);
            }));
            new Accusing(workers, read).run();
            if (!strayTags.isEmpty()) {
                tagTable.ifPresent(table -> judgeStrayTags(workers, table));
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        if (target.keyspace().isPresent()) {
            surroundings(target.keyspace().get());
        }
        requireNonNull(checked.get(Invariant.TIMES_TO_LIVE)).add(expiring);
        synchronized (this) {
            violated.merge(Invariant.TIMES_TO_LIVE, apart, Long::sum);
        }
        List<InvariantCheck> found = new ArrayList<>();
        for (Invariant invariant : Invariant.values()) {
            found.add(check(invariant));
        }
        return found;
    }

    private synchronized InvariantCheck check(Invariant invariant) {
        long bad = violated.getOrDefault(invariant, 0L);
        return new InvariantCheck(
                invariant,
                requireNonNull(checked.get(invariant)).sum(),
                bad,
                first.getOrDefault(invariant, List.of()),
                bad == 0 ? Optional.empty() : tolerated(invariant),
                unchecked(invariant));
    }

    /** Why a violation is not held against the target: what the source does not have shows as a difference anyway. */
    private Optional<String> tolerated(Invariant invariant) {
        if (invariant == Invariant.REFERENCES && checks.orphansKept()) {
            return Optional.of("they refer to nothing in the source either, and --orphans keep moves them");
        }
        boolean heldUnique = target.catalog()
                .entityType("targets")
                .map(type -> type.cacheKey().size() > 1)
                .orElse(false);
        return invariant == Invariant.TARGETS && !heldUnique
                ? Optional.of("Kong " + target.catalog().version().line()
                        + " serves several rows of one address; later versions hold them unique")
                : Optional.empty();
    }

    private Optional<String> unchecked(Invariant invariant) {
        boolean isKeyspace = target.keyspace().isPresent();
        Catalog catalog = target.catalog();
        return switch (invariant) {
            case CACHE_KEYS -> isKeyspace ? Optional.empty() : Optional.of("a file has none");
            case PREFIXES, WORKSPACES ->
                !isKeyspace
                        ? Optional.of("a file has none")
                        : catalog.hasWorkspaces()
                                ? Optional.empty()
                                : Optional.of("Kong " + catalog.version().line() + " has no workspaces");
            case TAGS -> tagTable.isPresent() ? Optional.empty() : Optional.of("there is no table tags");
            case SCHEMA_META ->
                !isKeyspace
                        ? Optional.of("a file has none")
                        : checks.released()
                                ? Optional.empty()
                                : Optional.of("it is written when the verdict is equal, and read back then");
            case TARGETS ->
                oneTargetEach
                        ? Optional.empty()
                        : Optional.of("Kong " + catalog.version().line() + " keeps the history of targets as rows");
            case REFERENCES, UNIQUE_VALUES, CERTIFICATE_DIGESTS, TIMES_TO_LIVE -> Optional.empty();
        };
    }

    private void add(TagRow row, KeySpill.Batch batch) {
        int index = requireNonNull(typeIndex.get(row.type()), "a type of the catalogue");
        add(batch, What.TAG_ROW.kind(index, 0), 0, tagKey(row.tag(), row.type(), row.id(), print(row.all())));
    }

    private void surroundings(KongKeyspace keyspace) {
        if (target.catalog().hasWorkspaces()) {
            List<Workspace> defaults =
                    keyspace.workspaces().stream().filter(Workspace::isDefault).toList();
            if (defaults.size() != 1) {
                violated(new Violation(
                        Invariant.WORKSPACES,
                        "workspaces",
                        defaults.stream()
                                .map(one -> one.id().toString())
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        Optional.of("default"),
                        defaults.size() + " workspaces are named default"));
            }
        }
        if (checks.released()) {
            List<MigrationState> states = keyspace.migrations();
            requireNonNull(checked.get(Invariant.SCHEMA_META)).add(states.size());
            SchemaMeta.violations(target.catalog(), checks.plugins(), states).forEach(this::violated);
        }
    }

    private KeyferryException unusable(IOException e) {
        return new KeyferryException(
                Kind.USAGE, checks.scratch() + " cannot hold what memory does not: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            keys.close();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Goes through all keys in their order, and has those judged that stand alone, or do not. */
    private final class Accusing {
        private final Workers workers;
        private final Set<String> read;
        private final List<Accused> batch = new ArrayList<>();
        private final List<KeySpill.Key> uniques = new ArrayList<>();
        private final List<KeySpill.Key> ownTags = new ArrayList<>();
        private boolean thereIsId;
        private boolean thereIsTagRow;

        Accusing(Workers workers, Set<String> read) {
            this.workers = workers;
            this.read = read;
        }

        void run() throws IOException {
            keys.forEachKey(this::take);
            endGroup();
            judge();
        }

        private void take(KeySpill.Key key, boolean begins) {
            if (begins) {
                endGroup();
            }
            switch (What.of(key)) {
                case ID -> thereIsId = true;
                case UNIQUE -> {
                    if (uniques.size() < LARGEST_GROUP) {
                        uniques.add(key);
                    }
                }
                case REFERENCE -> {
                    if (!thereIsId && read.contains(referred(key))) {
                        accuse(new Accused(What.REFERENCE, List.of(key)));
                    }
                }
                case OWN_TAG -> ownTags.add(key);
                case TAG_ROW -> {
                    thereIsTagRow = true;
                    if (ownTags.isEmpty() && strayTags.size() < MOST_STRAY_TAGS) {
                        strayTags.add(new Hash(key.high(), key.low()));
                    }
                }
            }
        }

        private void endGroup() {
            if (uniques.size() > 1) {
                accuse(new Accused(What.UNIQUE, List.copyOf(uniques)));
            }
            if (!thereIsTagRow && tagTable.isPresent()) {
                ownTags.forEach(key -> accuse(new Accused(What.OWN_TAG, List.of(key))));
            }
            uniques.clear();
            ownTags.clear();
            thereIsId = false;
            thereIsTagRow = false;
        }

        private void accuse(Accused accused) {
            batch.add(accused);
            if (batch.size() == BATCH) {
                judge();
            }
        }

        private void judge() {
            workers.forEach(List.copyOf(batch), accused -> {
                switch (accused.what()) {
                    case REFERENCE -> judgeReference(accused.keys().get(0));
                    case UNIQUE -> judgeUnique(accused.keys());
                    case OWN_TAG ->
                        tagTable.ifPresent(table -> judgeTag(accused.keys().get(0), table));
                    case ID, TAG_ROW -> throw new IllegalStateException("an id accuses nobody");
                }
            });
            batch.clear();
        }
    }

    private String referred(KeySpill.Key key) {
        return requireNonNull(
                types.get(What.type(key)).fields().get(What.field(key)).schema().reference());
    }

    /** The rows of a key's type at its position, as they are now. */
    private List<Entity> now(KeySpill.Key key) {
        List<Entity> rows = new ArrayList<>();
        target.table(types.get(What.type(key)))
                .ifPresent(table ->
                        table.read(Positions.at(key.line()), TransferListener.NONE, row -> rows.add(row.entity())));
        return rows;
    }

    private static boolean is(KeySpill.Key key, Hash hash) {
        return key.high() == hash.high() && key.low() == hash.low();
    }

    private void judgeReference(KeySpill.Key key) {
        KeyHash hash = new KeyHash();
        for (Entity row : now(key)) {
            Field field = row.type().fields().get(What.field(key));
            if (row.value(field) instanceof Value.Text text
                    && is(key, hash.of(EntityKeys.reference(row, field)))
                    && !isThere(referred(key), text.value())) {
                violated(row, Invariant.REFERENCES, field.name() + " " + text.value() + " is not there");
            }
        }
    }

    private boolean isThere(String type, String id) {
        return target.catalog()
                .entityType(type)
                .flatMap(target::table)
                .flatMap(table -> table.find(id))
                .isPresent();
    }

    private void judgeUnique(List<KeySpill.Key> group) {
        KeyHash hash = new KeyHash();
        Map<Entity, String> holders = new LinkedHashMap<>();
        for (KeySpill.Key key : group) {
            for (Entity row : now(key)) {
                uniques(row).forEach((what, unique) -> {
                    if (is(key, hash.of(unique))) {
                        holders.put(row, what);
                    }
                });
            }
        }
        if (holders.size() > 1) {
            List<String> ids =
                    holders.keySet().stream().map(row -> row.key().id()).toList();
            holders.forEach((row, what) -> violated(
                    row,
                    What.field(group.get(0)) == 1 ? Invariant.TARGETS : Invariant.UNIQUE_VALUES,
                    what + " is that of "
                            + ids.stream()
                                    .filter(id -> !id.equals(row.key().id()))
                                    .limit(FIRST)
                                    .collect(Collectors.joining(", "))
                            + " too"));
        }
    }

    private void judgeTag(KeySpill.Key key, TagTable table) {
        KeyHash hash = new KeyHash();
        for (Entity row : now(key)) {
            Set<String> all = tagsOf(row);
            List<String> print = print(all);
            for (String tag : all) {
                String[] own = tagKey(tag, row.type().name(), row.key().id(), print);
                if (is(key, hash.of(own))) {
                    Optional<TagRow> there =
                            table.find(tag, row.type().name(), row.key().id());
                    if (there.isEmpty()) {
                        violated(row, Invariant.TAGS, "tag " + tag + " is not in table tags");
                    } else if (!there.get().all().equals(all)) {
                        violated(row, Invariant.TAGS, "table tags has other_tags for tag " + tag + " that are not its");
                    }
                }
            }
        }
    }

    /** Rows of table tags that no entity has a tag for; those whose other_tags alone are wrong are told already. */
    private void judgeStrayTags(Workers workers, TagTable table) {
        workers.forEach(table.slices(), slice -> {
            KeyHash hash = new KeyHash();
            table.read(slice, row -> {
                if (strayTags.contains(hash.of(tagKey(row.tag(), row.type(), row.id(), print(row.all()))))) {
                    judgeStrayTag(row);
                }
            });
        });
    }

    private void judgeStrayTag(TagRow row) {
        Optional<Entity> entity = target.catalog()
                .entityType(row.type())
                .flatMap(target::table)
                .flatMap(found -> found.find(row.id()))
                .map(StoredRow::entity);
        if (entity.map(found -> !tagsOf(found).contains(row.tag())).orElse(true)) {
            violated(new Violation(
                    Invariant.TAGS,
                    row.type(),
                    row.id(),
                    entity.flatMap(Entity::name).filter(name -> !isSecret(row.type())),
                    "table tags has tag " + row.tag() + " of it, which "
                            + (entity.isPresent() ? "it does not have" : "is not there")));
        }
    }

    private boolean isSecret(String type) {
        return target.catalog()
                .entityType(type)
                .flatMap(known -> known.endpointKey().flatMap(known::field))
                .map(field -> field.schema().secret())
                .orElse(false);
    }
}
