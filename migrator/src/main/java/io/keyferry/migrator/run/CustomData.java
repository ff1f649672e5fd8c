package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.migrator.load.CustomLoad;
import io.keyferry.migrator.schema.CustomSchema;
import io.keyferry.migrator.schema.OwnershipMark;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.CustomVerification;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Verification;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a migration does with tables and columns that no Kong knows: custom plugins' for the most part. They do not go
 * through kong.yml, which has no place for them, but from one keyspace straight into the other. All of it may be
 * repeated. Use once.
 */
final class CustomData {
    /** The verdict on no table at all. */
    static final CustomVerification.Result NOTHING = new CustomVerification.Result(List.of(), 0);

    private static final int ROWS_PER_SLICE = 10_000;

    private final KongKeyspace source;
    private final RunSettings settings;
    private final Run run;
    private final CustomTables.Found found;
    private CustomVerification.Result verified = NOTHING;

    private CustomData(KongKeyspace source, RunSettings settings, Run run, CustomTables.Found found) {
        this.source = source;
        this.settings = settings;
        this.run = run;
        this.found = found;
    }

    /**
     * Looks for it.
     *
     * @param target the target's tables as they are; none where its keyspace is yet to be made
     */
    static CustomData of(KongKeyspace source, LiveSchema target, RunSettings settings, Run run) {
        return new CustomData(
                requireNonNull(source, "source is null"),
                requireNonNull(settings, "settings is null"),
                requireNonNull(run, "run is null"),
                tables(source, target, settings));
    }

    private static CustomTables.Found tables(KongKeyspace source, LiveSchema target, RunSettings settings) {
        return new CustomTables(
                        source,
                        target,
                        settings.selection(),
                        settings.choices().workspaces(),
                        settings.choices().extraColumns() == Choices.ExtraColumns.REFUSE)
                .find();
    }

    /** What a kong.yml lacks, since it has no place for it. */
    static List<String> notInTheFile(KongKeyspace source, RunSettings settings) {
        LiveSchema none = new LiveSchema("", Optional.empty(), true, List.of(), List.of(), List.of());
        return tables(source, none, settings).transfers().stream()
                .filter(transfer -> transfer.manner() != CustomTransfer.Manner.VALUES)
                .filter(transfer -> source.session().hasRows(transfer.sourceTable()))
                .map(transfer ->
                        "table " + transfer.table() + " of a custom plugin is not in the file, which has no place"
                                + " for it: 'keyferry migrate' carries it from keyspace to keyspace")
                .toList();
    }

    CustomTables.Found found() {
        return found;
    }

    /** Rows to be carried by table, by estimate. */
    Map<String, Long> expected() {
        return found.transfers().stream()
                .collect(Collectors.toMap(
                        CustomTransfer::label,
                        transfer -> transfer.source(source.session())
                                .plan(ROWS_PER_SLICE)
                                .estimatedRows()));
    }

    /**
     * Makes the tables that the target lacks. Where the whole keyspace is this run's, it is noted there that these are,
     * too.
     */
    void createTables(TargetSession target, LiveSchema before) {
        CustomSchema schema = new CustomSchema(target);
        Optional<OwnershipMark> mark = OwnershipMark.read(target);
        for (CustomTransfer transfer : found.transfers()) {
            if (transfer.toBeMade()) {
                if (before.table(transfer.table()).isEmpty()) {
                    mark.ifPresent(ours -> ours.add(target, transfer.table()));
                }
                schema.create(source.session().definition(transfer.sourceTable()));
            }
        }
        run.book().warn(schema.warnings());
    }

    /**
     * Carries the rows.
     *
     * @param writeTimeMicros as for all rows of the run
     */
    CustomLoad.Result carry(KongKeyspace target, TargetSession session, long writeTimeMicros) {
        boolean rowsMayExist =
                found.transfers().stream().anyMatch(transfer -> target.session().hasRows(transfer.targetTable()));
        return new CustomLoad(
                        source.session(),
                        source.defaultWorkspace(),
                        new CustomLoad.Settings(
                                settings.parallelism(),
                                settings.requests(),
                                run.context().clock(),
                                run.context().listener()))
                .carry(
                        found.transfers(),
                        new CustomLoad.Destination(
                                session, target.session(), target.defaultWorkspace(), rowsMayExist, writeTimeMicros));
    }

    /**
     * Reads both sides anew and compares them.
     *
     * @param sink takes every difference
     */
    void verify(KongKeyspace target, Verification.Settings how, DifferenceSink sink) {
        verified = new CustomVerification(source, target, found.transfers(), how).run(sink);
    }

    /** What the verification found; nothing before it. */
    CustomVerification.Result verified() {
        return verified;
    }

    /** Tells of each table in the report. */
    void note(Map<String, Long> written) {
        note(verified, written, run.book());
    }

    /** Tells of tables in a report. */
    static void note(CustomVerification.Result verified, Map<String, Long> written, RunBook book) {
        for (CustomVerification.TableResult table : verified.tables()) {
            String label = table.transfer().label();
            Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
            for (Verdict verdict : Verdict.values()) {
                verdicts.put(verdict, table.verdicts().getOrDefault(verdict, 0L));
            }
            book.entities(
                    label,
                    new Report.Entities(
                            table.read(),
                            table.targetCount(),
                            table.read(),
                            table.excluded(),
                            written.getOrDefault(label, 0L),
                            table.matched(),
                            0,
                            verdicts,
                            Optional.of(new Report.Digests(
                                    table.sourceDigest(), table.expectedDigest(), table.targetDigest())),
                            Map.of(),
                            table.onlyOfTarget(),
                            false));
        }
    }

    /** Has Kong take the migrations of custom plugins for executed. */
    void release(TargetSession target) {
        new CustomSchema(target).release(CustomTables.subsystems(source));
    }
}
