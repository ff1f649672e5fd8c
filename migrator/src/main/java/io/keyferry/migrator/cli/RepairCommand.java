package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.Repair;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.Undo;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry repair}. */
@Command(
        name = "repair",
        customSynopsis = {
            "keyferry repair --report FILE --from PLACE --to PLACE [--delete-extra] [--execute] [OPTION...]",
            "keyferry repair --undo FILE --to PLACE [--execute] [OPTION...]"
        },
        description = "Brings the rows that a report names to what they should be.",
        footer = {
            "",
            "Each row is read again on both sides. What is missing or different is written; what is there in excess",
            "is deleted only with --delete-extra, since a live gateway makes rows. Nothing is written without",
            "--execute. Rows as they were are kept in undo.jsonl of the work directory. Afterwards the parts of the",
            "tables that these rows are in are compared again; exits with 1 when anything is still not as it should.",
            "",
            "Examples:",
            "  keyferry repair --report report.json --from old.conf --to new.conf",
            "  keyferry repair --report report.json --from old.conf --to new.conf --execute",
            "  keyferry repair --undo keyferry-runs/20261125T180000Z-repair/undo.jsonl --to new.conf --execute"
        })
final class RepairCommand implements Callable<Integer> {
    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "The report.json of a run that compared, or its work directory")
    private @Nullable Path report;

    @Option(
            names = "--undo",
            paramLabel = "FILE",
            description = "Put back the rows of this undo.jsonl of an earlier repair instead")
    private @Nullable Path undo;

    @Mixin
    private PlaceOptions.MaybeFrom from = new PlaceOptions.MaybeFrom();

    @Mixin
    private PlaceOptions.To to = new PlaceOptions.To();

    @Option(
            names = "--kong",
            paramLabel = "VERSION",
            description = "The target's Kong version (default: what the report says)")
    private @Nullable String kong;

    @Option(names = "--delete-extra", description = "Delete rows that the source does not have")
    private boolean deleteExtra;

    @Option(names = "--execute", description = "Act, and do not only tell what would be done")
    private boolean execute;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private ConsentOptions consent = new ConsentOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.configureLog();
        if ((report == null) == (undo == null)) {
            throw KeyferryException.usage("repair takes --report FILE with --from and --to, or --undo FILE with --to");
        }
        if (undo != null && (from.isGiven() || deleteExtra)) {
            throw KeyferryException.usage(
                    "--undo puts back what was there: it takes neither --from nor --delete-extra");
        }
        KeyspaceAddress target = to.address();
        RunSettings settings = transfer.settings(Optional.of(target));
        Optional<KeyspaceAddress> source = from.address();
        if (report != null && source.isEmpty()) {
            throw KeyferryException.usage("repair --report needs --from: each row is read again on both sides");
        }
        Optional<KongVersion> version = Optional.ofNullable(kong).map(text -> TransferOptions.version("--kong", text));
        try (WorkDirectory work = output.workDirectory()) {
            RunResult result;
            try (Listening listening = output.listening()) {
                RunContext context = output.context(listening.listener(), plan -> true);
                result = undo != null
                        ? new Undo(undo, target, execute, this::agreed, settings, work, context).run()
                        : repair(source.orElseThrow(), target, version, settings, work, context);
            }
            ExitCode code = output.print(result, work);
            tellWhatNext(result.report(), work);
            return code.code();
        }
    }

    private RunResult repair(
            KeyspaceAddress source,
            KeyspaceAddress target,
            Optional<KongVersion> version,
            RunSettings settings,
            WorkDirectory work,
            RunContext context) {
        Path named = report;
        if (named == null) {
            throw new IllegalStateException("a report was asked for");
        }
        return new Repair(
                        source,
                        target,
                        new Repair.Order(named, deleteExtra, execute, this::agreed),
                        version,
                        settings,
                        work,
                        context)
                .run();
    }

    private boolean agreed(String plan) {
        Logging.say(plan);
        return consent.agreed("Write to the target?");
    }

    private void tellWhatNext(Report done, WorkDirectory work) {
        if (done.outcome() == Outcome.PLANNED && !execute) {
            Logging.say("Say --execute to have it done.");
        }
        Path kept = work.file(Repair.UNDO);
        if (Files.exists(kept)) {
            Logging.say(
                    "What was there is kept: 'keyferry repair --undo " + kept + " --to ... --execute' puts it back.");
        }
    }
}
