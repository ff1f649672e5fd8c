package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.load.CustomRepair;
import io.keyferry.migrator.load.DefaultWorkspaces;
import io.keyferry.migrator.load.EntityRepair;
import io.keyferry.migrator.load.ExistingKeys;
import io.keyferry.migrator.load.UndoFile;
import io.keyferry.migrator.plan.Ledger;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.Report.RepairLine;
import io.keyferry.verifier.verify.CustomReview;
import io.keyferry.verifier.verify.CustomVerification;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.Review;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Verification;
import io.keyferry.verifier.verify.VerificationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Brings the rows that a report names to what they should be. Each is read again on both sides first, and once more
 * right before it is written; what agrees by then is left alone. The write time is that of the last look, so that it
 * wins over all that was there, deletions too, and loses against whatever a gateway writes after the look. What is there
 * is kept in {@value #UNDO} before it is changed. Then the buckets of these rows, and no others, are verified again. Use
 * once.
 */
public final class Repair {
    /** The file of the work directory that keeps what was there. */
    public static final String UNDO = "undo.jsonl";

    static final String MISSING = "missing";
    static final String EXTRA = "the source has none";
    static final String EXTRA_STAYS = "the source has none; say --delete-extra to have it deleted";

    private static final long MICROS_PER_SECOND = 1_000_000;
    /** How far clocks may be apart. */
    private static final long SKEW_MICROS = TimeUnit.SECONDS.toMicros(60);
    /** Pauses until a deletion whose clock was ahead is past. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

    /**
     * What is asked.
     *
     * @param report a {@code report.json}, or the work directory that holds it
     * @param execute whether to act, and not only to tell what would be done
     * @param consent shown what would be done, says whether to go on
     */
    public record Order(Path report, boolean deleteExtra, boolean execute, Predicate<String> consent) {}

    private final KeyspaceAddress from;
    private final KeyspaceAddress to;
    private final Order order;
    private final Optional<KongVersion> targetVersion;
    private final RunSettings settings;
    private final Run run;
    private final RunBook book;

    /**
     * Prepares to repair.
     *
     * @param targetVersion the target's version where the user says it; empty to take the report's
     */
    public Repair(
            KeyspaceAddress from,
            KeyspaceAddress to,
            Order order,
            Optional<KongVersion> targetVersion,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this.from = settings.patiently(from);
        this.to = settings.patiently(to);
        this.order = requireNonNull(order, "order is null");
        this.targetVersion = requireNonNull(targetVersion, "targetVersion is null");
        this.settings = requireNonNull(settings, "settings is null");
        run = new Run(work, context, from.describe(), to.describe(), settings.facts());
        book = run.book();
    }

    /** Repairs. Every end, a failure too, is told in the result and in the work directory's report. */
    public RunResult run() {
        return run.tell(this::repair);
    }

    private Outcome repair() {
        NamedRows named = NamedRows.read(order.report());
        try (Connections connections = Connections.open(run.context().connector(), from, to, settings)) {
            KongKeyspace source = connections.openSource(settings);
            KongKeyspace target = connections.openTarget(Catalog.forVersion(version(named)));
            if (source.session().isSameKeyspaceAs(target.session())) {
                throw KeyferryException.refused(
                        "source and target are the same keyspace of the same cluster: name the two of the report");
            }
            book.sides(side(source), side(target));
            warnOfOtherPlaces(named);
            Upgrade upgrade = new Upgrade(source.catalog(), target.catalog(), settings.customPlugins())
                    .after(Run.mending(source, settings, run));
            Verification.Settings how = new Verification.Settings(
                    settings.parallelism(),
                    OptionalLong.empty(),
                    run.work().runKey(),
                    run.context().clock(),
                    run.context().listener());
            Review review = new Review(source, target, upgrade, how);
            DefaultWorkspaces workspaces = new DefaultWorkspaces(source.defaultWorkspace(), target.defaultWorkspace());
            CustomTables.Found tables =
                    CustomData.of(source, target.schema(), settings, run).found();
            book.ledger(Ledger.of(source, upgrade, settings.selection(), tables));
            book.origins(Ledger.ofTarget(source, target.schema(), upgrade, settings.selection(), tables));
            CustomMending custom = new CustomMending(
                    new CustomReview(source, target, tables.transfers(), how), tables, order.deleteExtra());
            List<RepairLine> plan = run.steps().run(Step.PLAN, () -> plan(named, target, review, custom, workspaces));
            book.repairs(plan);
            if (!order.execute() || plan.stream().noneMatch(Repair::acts)) {
                return order.execute() ? verified(named, review, custom, plan) : Outcome.PLANNED;
            }
            if (!order.consent().test(RepairText.of(plan))) {
                return Outcome.PLANNED;
            }
            try (MigrationLock lock = MigrationLock.take(connections.target(), run.lockOwner())) {
                book.leaves("keyspace " + to.keyspace() + " is repaired in part; run again, or take back what was done"
                        + " with 'keyferry repair --undo " + run.work().file(UNDO) + "'");
                List<RepairLine> done = run.steps().run(Step.IMPORT, () -> {
                    List<RepairLine> lines = execute(plan, connections, target, review, custom, workspaces);
                    long acted = lines.stream().filter(RepairLine::done).count();
                    return new Done<>(lines, new Moved(acted, 0));
                });
                lock.requireHeld();
                book.repairs(done);
                Outcome outcome = verified(named, review, custom, done);
                book.leavesNothing();
                return outcome;
            }
        }
    }

    private static Report.Side side(KongKeyspace keyspace) {
        return new Report.Side(
                keyspace.session().address().describe(),
                Optional.of(keyspace.catalog().version().toString()),
                Optional.of(String.join(", ", keyspace.session().cluster().releaseVersions())));
    }

    private KongVersion version(NamedRows named) {
        return targetVersion.orElseGet(() -> {
            String said = named.report().path("to").path("kong").asText();
            try {
                return KongVersion.parse(said);
            } catch (IllegalArgumentException e) {
                throw KeyferryException.usage(
                        "the report does not say which Kong the target is for ('" + said + "'): name it with --kong");
            }
        });
    }

    /** The same keyspace has many addresses, so that another one is no error. */
    private void warnOfOtherPlaces(NamedRows named) {
        String reportedFrom = named.report().path("from").path("place").asText();
        String reportedTo = named.report().path("to").path("place").asText();
        if (!reportedFrom.equals(from.describe()) || !reportedTo.equals(to.describe())) {
            book.warn(List.of("the report is of " + reportedFrom + " and " + reportedTo
                    + ", which may be other addresses of the same two keyspaces; each row was read again in any case"));
        }
    }

    private static boolean acts(RepairLine line) {
        return switch (line.repair()) {
            case WRITE, OVERWRITE, DELETE, RESTORE -> true;
            case KEEP, NOTHING -> false;
        };
    }

    private Done<List<RepairLine>> plan(
            NamedRows named, KongKeyspace target, Review review, CustomMending custom, DefaultWorkspaces workspaces) {
        run.context()
                .listener()
                .started(
                        Step.PLAN,
                        named.rows().stream()
                                .collect(Collectors.groupingBy(NamedRows.Row::type, Collectors.counting())));
        List<RepairLine> lines = new ArrayList<>();
        Map<String, Set<String>> leaving = new HashMap<>();
        List<Entity> written = new ArrayList<>();
        List<NamedRows.Row> others = new ArrayList<>();
        for (NamedRows.Row row : named.rows()) {
            if (!review.knows(row.type())) {
                others.add(row);
                continue;
            }
            Review.Looked looked = review.look(row.type(), row.id());
            RepairLine line = line(row, looked);
            lines.add(line);
            if (line.repair() == Report.Repair.DELETE) {
                leaving.computeIfAbsent(row.type(), type -> new HashSet<>()).add(row.id());
            } else if (acts(line)) {
                written.add(workspaces.inTarget(looked.wanted().orElseThrow()));
            }
            run.context().listener().done(Step.PLAN, row.type(), 1, 0);
        }
        lines.addAll(custom.plan(others));
        others.forEach(row -> run.context().listener().done(Step.PLAN, row.type(), 1, 0));
        requireNoConflict(written, leaving, target);
        sort(lines, target.catalog());
        return new Done<>(lines, new Moved(lines.size(), 0));
    }

    static RepairLine line(NamedRows.Row row, Report.Repair repair, String why) {
        return new RepairLine(row.type(), row.id(), row.name(), row.workspace(), repair, false, why);
    }

    private RepairLine line(NamedRows.Row row, Review.Looked looked) {
        if (looked.difference().isEmpty()) {
            return line(row, Report.Repair.NOTHING, "both sides agree by now");
        }
        Difference difference = looked.difference().get();
        Report.Repair repair = repair(difference.verdict(), looked);
        String why = switch (repair) {
            case WRITE -> MISSING;
            case OVERWRITE -> differsIn(difference);
            case DELETE -> EXTRA;
            case KEEP -> EXTRA_STAYS;
            case RESTORE, NOTHING -> "expires within seconds";
        };
        return new RepairLine(
                row.type(),
                row.id(),
                difference.name().or(row::name),
                difference.workspace().isEmpty() ? row.workspace() : difference.workspace(),
                repair,
                false,
                why);
    }

    static String differsIn(Difference difference) {
        return "differs in "
                + String.join(", ", new TreeSet<>(difference.fields().keySet()));
    }

    private Report.Repair repair(Verdict verdict, Review.Looked looked) {
        if (verdict == Verdict.EXPIRED) {
            return Report.Repair.NOTHING;
        }
        if (looked.wanted().isEmpty()) {
            return order.deleteExtra() ? Report.Repair.DELETE : Report.Repair.KEEP;
        }
        return looked.found().isPresent() ? Report.Repair.OVERWRITE : Report.Repair.WRITE;
    }

    /** A row that would take another's name would break both. */
    private static void requireNoConflict(List<Entity> written, Map<String, Set<String>> leaving, KongKeyspace target) {
        Problems problems = new Problems();
        ExistingKeys existing = new ExistingKeys(target.session());
        for (Entity entity : written) {
            existing.conflict(entity, leaving.getOrDefault(entity.type().name(), Set.of()))
                    .ifPresent(conflict -> problems.add(entity.key() + ": " + conflict));
        }
        problems.throwIfAny(
                Kind.REFUSED,
                "these rows cannot be repaired, and nothing was written. Rename or delete the others in the new gateway,"
                        + " or say --delete-extra if they are extra:");
    }

    /** Deletions first, children before parents; then what is written, parents before children. */
    private static void sort(List<RepairLine> lines, Catalog catalog) {
        List<String> order =
                catalog.entityTypes().stream().map(EntityType::name).toList();
        lines.sort((a, b) -> {
            boolean deletes = a.repair() == Report.Repair.DELETE;
            if (deletes != (b.repair() == Report.Repair.DELETE)) {
                return deletes ? -1 : 1;
            }
            int byType = Integer.compare(place(a, order), place(b, order));
            return byType == 0 ? a.id().compareTo(b.id()) : deletes ? -byType : byType;
        });
    }

    /** Tables that no Kong knows come last. */
    private static int place(RepairLine line, List<String> order) {
        int index = order.indexOf(line.type());
        return index < 0 ? order.size() : index;
    }

    /** Does what was planned, and again what a deletion of a clock that is ahead still hides. */
    private List<RepairLine> execute(
            List<RepairLine> plan,
            Connections connections,
            KongKeyspace target,
            Review review,
            CustomMending custom,
            DefaultWorkspaces workspaces) {
        run.context()
                .listener()
                .started(
                        Step.IMPORT,
                        plan.stream()
                                .filter(Repair::acts)
                                .collect(Collectors.groupingBy(RepairLine::type, Collectors.counting())));
        List<RepairLine> done = new ArrayList<>(plan);
        try (UndoFile undo = UndoFile.create(
                run.work().file(UNDO),
                to.keyspace(),
                String.valueOf(run.work().path().getFileName()))) {
            EntityRepair repair = new EntityRepair(
                    connections.target(),
                    target.schema(),
                    undo,
                    run.context().clock(),
                    run.context().listener());
            CustomRepair ofCustom = new CustomRepair(
                    connections.target(),
                    target.session(),
                    target.schema(),
                    undo,
                    run.context().clock(),
                    run.context().listener());
            List<Integer> left = new ArrayList<>();
            for (int i = 0; i < plan.size(); i++) {
                if (acts(plan.get(i))) {
                    left.add(i);
                }
            }
            for (int round = 0; !left.isEmpty(); round++) {
                List<Integer> hidden = new ArrayList<>();
                for (int i : left) {
                    boolean isCustom = !review.knows(plan.get(i).type());
                    RepairLine line = isCustom
                            ? act(plan.get(i), ofCustom, custom)
                            : act(plan.get(i), repair, review, workspaces);
                    done.set(i, line);
                    if (line.done() && (isCustom ? isHidden(line, custom) : isHidden(line, review))) {
                        hidden.add(i);
                    }
                    run.context().listener().done(Step.IMPORT, line.type(), round == 0 ? 1 : 0, 0);
                }
                if (round == PAUSES.size()) {
                    hidden.forEach(i -> tellHidden(done, i));
                    break;
                }
                left = hidden;
                if (!left.isEmpty()) {
                    pause(PAUSES.get(round));
                }
            }
        }
        return done;
    }

    private void tellHidden(List<RepairLine> done, int index) {
        RepairLine line = done.get(index);
        book.warn(List.of(line.type() + " " + line.id() + " was written, but is not to be seen: somebody deletes it, or"
                + " deleted it at a time that is still to come, by a clock that is ahead. Mend the clocks, and run again"
                + " when that time is past"));
    }

    /** Only a row that is not there at all: one that is there, with a later write time, is another's later write. */
    private static boolean isHidden(RepairLine line, Review review) {
        return line.repair() != Report.Repair.DELETE
                && review.look(line.type(), line.id())
                        .difference()
                        .filter(difference -> difference.verdict() == Verdict.MISSING)
                        .isPresent();
    }

    private static boolean isHidden(RepairLine line, CustomMending custom) {
        return line.repair() != Report.Repair.DELETE && custom.isHidden(line);
    }

    private RepairLine act(RepairLine planned, CustomRepair repair, CustomMending custom) {
        long now = micros(run.context().clock().instant());
        OptionalLong lastWrite = custom.lastWrite(planned);
        return isAhead(lastWrite, now)
                ? ahead(planned, lastWrite.getAsLong() - now)
                : custom.act(planned, repair, Math.max(now, lastWrite.orElse(Long.MIN_VALUE) + 1));
    }

    private static boolean isAhead(OptionalLong lastWrite, long now) {
        return lastWrite.isPresent() && lastWrite.getAsLong() > now + SKEW_MICROS;
    }

    private RepairLine ahead(RepairLine planned, long micros) {
        String why = "its cells bear write times " + micros / MICROS_PER_SECOND
                + " s ahead of now, so that nothing written before then is to be seen";
        book.warn(List.of(planned.type() + " " + planned.id() + " stays as it is: " + why));
        return with(planned, Report.Repair.KEEP, false, why);
    }

    /** Looks once more, and does what that look asks for. */
    private RepairLine act(RepairLine planned, EntityRepair repair, Review review, DefaultWorkspaces workspaces) {
        long now = micros(run.context().clock().instant());
        // Before the look: what a gateway writes in between is seen, or wins.
        OptionalLong lastWrite = review.lastWriteOnTarget(planned.type(), planned.id());
        Review.Looked looked = review.look(planned.type(), planned.id());
        if (looked.difference().isEmpty()) {
            return with(planned, Report.Repair.NOTHING, false, "both sides agree by now");
        }
        Report.Repair asked = repair(looked.difference().get().verdict(), looked);
        if (isAhead(lastWrite, now)) {
            return ahead(planned, lastWrite.getAsLong() - now);
        }
        long time = Math.max(now, lastWrite.orElse(Long.MIN_VALUE) + 1);
        switch (asked) {
            case WRITE, OVERWRITE -> {
                Entity wanted = workspaces.inTarget(looked.wanted().orElseThrow());
                boolean written = repair.write(wanted, looked.found(), time);
                return with(planned, asked, written, written ? planned.why() : "it has expired");
            }
            case DELETE -> {
                repair.delete(looked.found().orElseThrow(), time);
                return with(planned, asked, true, planned.why());
            }
            case KEEP, RESTORE, NOTHING -> {
                return with(planned, asked, false, "by now the source has none, or it expires");
            }
        }
        throw new IllegalStateException("a repair that nobody knows: " + asked);
    }

    static RepairLine with(RepairLine line, Report.Repair repair, boolean done, String why) {
        return new RepairLine(line.type(), line.id(), line.name(), line.workspace(), repair, done, why);
    }

    /** In microseconds since the epoch, as Cassandra's write times. */
    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    private Outcome verified(NamedRows named, Review review, CustomMending custom, List<RepairLine> lines) {
        Map<String, Set<String>> ids = new HashMap<>();
        Set<String> tables = new TreeSet<>();
        for (RepairLine line : lines) {
            if (review.knows(line.type())) {
                ids.computeIfAbsent(line.type(), type -> new HashSet<>()).add(line.id());
            } else if (custom.knows(line.type())) {
                tables.add(line.type());
            }
        }
        Map<String, Integer> buckets = new HashMap<>();
        named.report()
                .path("verification")
                .path("types")
                .forEachEntry((type, thoroughness) ->
                        buckets.put(type, thoroughness.path("buckets").asInt()));
        Verified result = run.steps().run(Step.VERIFY, () -> {
            Verified verified = verify(review, ids, buckets, custom, tables);
            return new Done<>(
                    verified,
                    new Moved(Run.read(verified.entities()) + verified.custom().read(), 0));
        });
        Map<String, Long> written = new LinkedHashMap<>();
        lines.stream()
                .filter(line -> line.done() && line.repair() != Report.Repair.DELETE)
                .forEach(line -> written.merge(line.type(), 1L, Long::sum));
        result.entities()
                .types()
                .forEach(type ->
                        book.entities(type.type(), Report.Entities.of(type, written.getOrDefault(type.type(), 0L))));
        CustomData.note(result.custom(), written, book);
        boolean unknown = lines.stream().anyMatch(line -> !review.knows(line.type()) && !custom.knows(line.type()));
        return unknown ? Outcome.DIFFERENT : Run.verdict(result.entities(), result.custom());
    }

    /** What was found when the rows' surroundings were compared again. */
    private record Verified(VerificationResult entities, CustomVerification.Result custom) {}

    private Verified verify(
            Review review,
            Map<String, Set<String>> ids,
            Map<String, Integer> buckets,
            CustomMending custom,
            Set<String> tables) {
        run.context().listener().started(Step.VERIFY, Collections.emptyMap());
        try (WorkDirectory.DifferenceFile differences = run.work().differences()) {
            DifferenceSink sink = difference -> {
                book.accept(difference);
                differences.accept(difference);
            };
            VerificationResult verified = review.verify(ids, buckets, sink);
            CustomVerification.Result ofTables = custom.verify(tables, sink);
            book.proof(verified.proof().with(ofTables));
            differences.sums().forEach(book::file);
            return new Verified(verified, ofTables);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "differences.jsonl cannot be written: " + e.getMessage(), e);
        }
    }
}
