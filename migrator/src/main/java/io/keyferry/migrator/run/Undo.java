package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.migrator.load.TargetRows;
import io.keyferry.migrator.load.UndoFile;
import io.keyferry.migrator.run.StepClock.Done;
import io.keyferry.migrator.run.StepClock.Moved;
import io.keyferry.migrator.schema.MigrationLock;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.Report.RepairLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Puts back the rows that a repair changed, as they were before it. A row that somebody has written since is left alone.
 * What is there is kept in an undo file of this run, so that an undo can be undone. Use once.
 */
public final class Undo {
    /** A write of the repair may have taken so many attempts, a microsecond apart: with their pauses, an hour. */
    private static final long ATTEMPTS = 1_000;

    private static final int UUID_BYTES = 16;

    private final Path file;
    private final KeyspaceAddress to;
    private final boolean execute;
    private final Predicate<String> consent;
    private final RunSettings settings;
    private final Run run;

    /**
     * Prepares to put back.
     *
     * @param file the undo file of a repair
     * @param execute whether to act, and not only to tell what would be done
     * @param consent shown what would be done, says whether to go on
     */
    public Undo(
            Path file,
            KeyspaceAddress to,
            boolean execute,
            Predicate<String> consent,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        this.file = requireNonNull(file, "file is null");
        this.to = settings.patiently(to);
        this.execute = execute;
        this.consent = requireNonNull(consent, "consent is null");
        this.settings = requireNonNull(settings, "settings is null");
        run = new Run(work, context, file.toString(), to.describe(), settings.facts());
    }

    /** Puts back. Every end, a failure too, is told in the result and in the work directory's report. */
    public RunResult run() {
        return run.tell(this::undo);
    }

    private Outcome undo() {
        List<UndoFile.Line> lines = UndoFile.read(file, to.keyspace());
        try (TargetSession target =
                TargetSession.open(run.context().connector(), to, to.consistencyOr(settings.writeConsistency()))) {
            LiveSchema schema =
                    target.reader(to.consistencyOr(settings.readConsistency())).schema();
            TargetRows rows = new TargetRows(
                    target, schema, run.context().clock(), run.context().listener());
            List<RepairLine> plan = run.steps().run(Step.PLAN, () -> plan(lines, rows));
            run.book().repairs(plan);
            boolean acts = plan.stream().anyMatch(line -> line.repair() == Report.Repair.RESTORE);
            if (!execute || !acts || !consent.test(RepairText.of(plan))) {
                return Outcome.PLANNED;
            }
            try (MigrationLock lock = MigrationLock.take(target, run.lockOwner())) {
                run.book().leaves("keyspace " + to.keyspace() + " is put back in part; run again");
                List<RepairLine> done = run.steps().run(Step.IMPORT, () -> restore(lines, rows));
                lock.requireHeld();
                run.book().repairs(done);
                run.book().leavesNothing();
            }
            return Outcome.DONE;
        }
    }

    private Done<List<RepairLine>> plan(List<UndoFile.Line> lines, TargetRows rows) {
        List<RepairLine> plan = new ArrayList<>();
        Map<TargetRows.RowKey, Report.Repair> judged = new HashMap<>();
        for (UndoFile.Line line : lines) {
            plan.add(planned(line, rows.read(line.before().key()), rows, judged));
        }
        return new Done<>(plan, new Moved(plan.size(), 0));
    }

    /**
     * What becomes of a row is judged by its latest line, the first one here. A row that the repair touched twice has
     * earlier ones, and our own later write is no one else's.
     */
    private static RepairLine planned(
            UndoFile.Line line, TargetRows.Kept now, TargetRows rows, Map<TargetRows.RowKey, Report.Repair> judged) {
        Report.Repair latest = judged.get(line.before().key());
        RepairLine planned = latest == null
                ? planned(line, now, rows)
                : latest == Report.Repair.KEEP ? kept(line) : restored(line, isBack(line, rows));
        judged.putIfAbsent(line.before().key(), planned.repair());
        return planned;
    }

    private static RepairLine planned(UndoFile.Line line, TargetRows.Kept now, TargetRows rows) {
        if (now.exists() && now.lastWrite() > line.time() + ATTEMPTS) {
            return kept(line);
        }
        boolean back = isBack(line, rows);
        if (!back && !now.exists()) {
            return line(line, Report.Repair.NOTHING, false, "it is not there, as before the repair");
        }
        return restored(line, back);
    }

    private static boolean isBack(UndoFile.Line line, TargetRows rows) {
        return line.before().exists() && !rows.expired(line.before());
    }

    private static RepairLine kept(UndoFile.Line line) {
        return line(line, Report.Repair.KEEP, false, "somebody has written it since the repair");
    }

    private static RepairLine restored(UndoFile.Line line, boolean back) {
        return line(
                line,
                Report.Repair.RESTORE,
                false,
                back ? "as it was before the repair" : "it was not there before the repair, and is deleted");
    }

    private Done<List<RepairLine>> restore(List<UndoFile.Line> lines, TargetRows rows) {
        List<RepairLine> done = new ArrayList<>();
        Map<TargetRows.RowKey, Report.Repair> judged = new HashMap<>();
        try (UndoFile undo = UndoFile.create(
                run.work().file(Repair.UNDO),
                to.keyspace(),
                String.valueOf(run.work().path().getFileName()))) {
            for (UndoFile.Line line : lines) {
                TargetRows.Kept now = rows.read(line.before().key());
                RepairLine planned = planned(line, now, rows, judged);
                done.add(
                        planned.repair() == Report.Repair.RESTORE ? restored(line, planned, now, rows, undo) : planned);
                run.context().listener().done(Step.IMPORT, line.before().key().table(), 1, 0);
            }
        }
        long acted = done.stream().filter(RepairLine::done).count();
        return new Done<>(done, new Moved(acted, 0));
    }

    private RepairLine restored(
            UndoFile.Line line, RepairLine planned, TargetRows.Kept now, TargetRows rows, UndoFile undo) {
        long time = Math.max(
                Repair.micros(run.context().clock().instant()), Math.max(now.lastWrite(), line.time() + ATTEMPTS) + 1);
        undo.add(now, time);
        undo.sync();
        if (line.before().exists() && !rows.expired(line.before())) {
            rows.put(line.before(), time);
        } else {
            rows.delete(line.before().key(), time);
        }
        return line(line, planned.repair(), true, planned.why());
    }

    private static RepairLine line(UndoFile.Line line, Report.Repair repair, boolean done, String why) {
        TargetRows.RowKey key = line.before().key();
        StringBuilder id = new StringBuilder();
        key.columns().forEach((column, value) -> {
            if (!column.equals("partition")) {
                id.append(id.isEmpty() ? "" : ", ").append(text(column, value));
            }
        });
        return new RepairLine(key.table(), id.toString(), Optional.empty(), "", repair, done, why);
    }

    /** Ids are uuids, but for those of tables whose key is a text, and of tags. */
    private static String text(String column, ByteBuffer value) {
        ByteBuffer bytes = value.duplicate();
        return column.equals("id") && bytes.remaining() == UUID_BYTES
                ? new UUID(bytes.getLong(), bytes.getLong()).toString()
                : StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
