package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.migrator.schema.OwnershipMark;
import io.keyferry.migrator.schema.TargetSession;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes a keyspace that a run has made and not released. It must bear our {@linkplain OwnershipMark mark}; what a
 * gateway may run on does not, nor does what somebody else has made. Tables that neither such a Kong has nor the run has
 * made, and rows that were written when the run did not write, are somebody else's, too, and end it before anything is
 * removed. Use once.
 */
public final class BootstrapUndo {
    private static final int SHOWN = 5;

    private final KeyspaceAddress to;
    private final Catalog catalog;
    private final RunSettings settings;
    private final String owner;

    /**
     * Prepares to remove.
     *
     * @param catalog of the version that the keyspace was made for
     * @param owner who does it, for the migration lock
     */
    public BootstrapUndo(KeyspaceAddress to, Catalog catalog, RunSettings settings, String owner) {
        this.to = settings.patiently(to);
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.owner = requireNonNull(owner, "owner is null");
    }

    /**
     * Removes what the run has made: the keyspace, or its tables where the keyspace was there before.
     *
     * @param consent shown what would be removed, says whether to go on
     * @return what was removed, in words; empty when there was no consent
     * @throws KeyferryException (REFUSED) when it is not ours to remove, (LOCKED) when a run is at work on it
     */
    public Optional<String> run(Predicate<String> consent) {
        try (TargetSession target = TargetSession.open(to, to.consistencyOr(settings.writeConsistency()))) {
            ReadSession reader = target.reader(to.consistencyOr(settings.readConsistency()));
            LiveSchema schema = reader.schema();
            OwnershipMark mark = requireOurs(target, reader, schema);
            MigrationLock lock = MigrationLock.take(target, owner);
            boolean removed = false;
            try {
                requireNobodyElses(target, reader, mark);
                String what = mark.keyspaceMade()
                        ? "keyspace " + to.keyspace() + " with its "
                                + schema.tables().size() + " tables"
                        : "the " + schema.tables().size() + " tables of keyspace " + to.keyspace()
                                + ", which itself was there before";
                if (!consent.test(what)) {
                    return Optional.empty();
                }
                lock.requireHeld();
                removed = true;
                remove(target, schema, mark);
                return Optional.of(what);
            } finally {
                if (removed) {
                    lock.forget();
                } else {
                    lock.close();
                }
            }
        }
    }

    private OwnershipMark requireOurs(TargetSession target, ReadSession reader, LiveSchema schema) {
        if (!schema.exists()) {
            throw KeyferryException.refused("there is nothing to undo: the cluster has no keyspace " + to.keyspace());
        }
        Optional<LiveSchema.Table> meta = schema.table("schema_meta");
        if (meta.isPresent() && reader.hasRows(meta.get())) {
            throw KeyferryException.refused("keyspace " + to.keyspace()
                    + " is released: its schema_meta has rows, and a Kong may run on it. It is not removed; if you know"
                    + " that nobody needs it, drop it yourself");
        }
        Optional<OwnershipMark> mark =
                schema.table("locks").isPresent() ? OwnershipMark.read(target) : Optional.empty();
        return mark.orElseThrow(() -> KeyferryException.refused("keyspace " + to.keyspace()
                + " does not say that Keyferry made it (no such row in its table locks), and is not removed; if you know"
                + " that nobody needs it, drop it yourself"));
    }

    private void requireNobodyElses(TargetSession target, ReadSession reader, OwnershipMark mark) {
        Problems problems = new Problems();
        Set<String> custom = mark.tables(target);
        Set<String> ours = catalog.tables().stream().map(TableLayout::name).collect(Collectors.toSet());
        ours.addAll(custom);
        LiveSchema schema = reader.schema();
        List<String> foreign = schema.tables().stream()
                .map(LiveSchema.Table::name)
                .filter(table -> !ours.contains(table))
                .toList();
        if (!foreign.isEmpty()) {
            problems.add("it has tables that Kong " + catalog.version().line() + " does not have: "
                    + String.join(", ", foreign));
        }
        KongKeyspace keyspace = KongKeyspace.open(reader, Optional.of(catalog.version()));
        for (EntityType type : settings.selection().types(catalog)) {
            keyspace.scan(type).ifPresent(scan -> {
                int[] found = {0};
                scan.lastWrites(Step.PLAN, TransferListener.NONE, (id, micros) -> {
                    if (!mark.isOfRun(micros) && ++found[0] <= SHOWN) {
                        problems.add(type + " " + id + " was not written by the run that made the keyspace");
                    }
                });
            });
        }
        schema.tables().stream()
                .filter(table -> custom.contains(table.name()))
                .forEach(table -> requireNobodyElses(target, table, mark, problems));
        problems.throwIfAny(Kind.REFUSED, "keyspace " + to.keyspace() + " holds what is somebody else's:");
    }

    private static void requireNobodyElses(
            TargetSession target, LiveSchema.Table table, OwnershipMark mark, Problems problems) {
        long foreign = mark.rowsOfOthers(target, table);
        if (foreign > 0) {
            problems.add("table " + table.name() + " has " + foreign
                    + (foreign == 1 ? " row that was" : " rows that were")
                    + " not written by the run that made the keyspace");
        }
    }

    private static void remove(TargetSession target, LiveSchema schema, OwnershipMark mark) {
        if (mark.keyspaceMade()) {
            target.define("DROP KEYSPACE IF EXISTS " + TargetSession.quoted(target.keyspace()));
            return;
        }
        // The mark goes last, so that it can be done again when it is cut short.
        schema.tables().stream()
                .map(LiveSchema.Table::name)
                .filter(table -> !table.equals("locks"))
                .forEach(table -> target.define("DROP TABLE IF EXISTS " + target.table(table)));
        target.define("DROP TABLE IF EXISTS " + target.table("locks"));
    }
}
