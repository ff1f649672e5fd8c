package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.rehearsal.RecordedCase.BadInputs;
import io.keyferry.rehearsal.RecordedCase.Verdict;
import io.keyferry.rehearsal.RecordedKeyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Our verdict on broken or odd documents, against Kong's: the same, or stricter for a reason on the list of
 * {@link Refusals}. What we refuse leaves nothing behind; what both take is stored alike.
 */
final class BadInputsCase {
    private final Runs runs;
    private final BadInputs recorded;
    private final Catalog catalog;
    private final Findings findings;

    BadInputsCase(Runs runs, BadInputs recorded, Catalog catalog) {
        this.runs = runs;
        this.recorded = recorded;
        this.catalog = catalog;
        findings = new Findings(recorded.name());
    }

    void run() throws IOException {
        for (Verdict verdict : recorded.verdicts()) {
            if (Files.exists(verdict.file())) {
                judge(verdict);
            } else {
                findings.meant("skipped: the recording lacks the file");
            }
        }
        findings.conclude();
    }

    private void judge(Verdict verdict) throws IOException {
        String file = String.valueOf(verdict.file().getFileName());
        KeyspaceAddress target = runs.keyspaces().bootstrapped(catalog);
        RecordedKeyspace before = runs.keyspaces().read(target);
        Instant began = Instant.now();
        Optional<KeyferryException> refusal =
                runs.importFile(verdict.file(), target, catalog, false).failure();
        RecordedKeyspace after = runs.keyspaces().read(target);
        boolean kongRefuses = verdict.parseCode() != 0 || verdict.importCode() != 0;
        if (refusal.isPresent()) {
            requireUntouched(file, before, after);
            String message = String.valueOf(refusal.get().getMessage());
            if (kongRefuses) {
                findings.meant(verdict.parseCode() != 0 ? "both refuse it" : "we refuse it, Kong stops half-way");
            } else if (message.contains("\n  - ")) {
                Refusals.lines(message, findings);
            } else if (Refusals.reason(message).isEmpty()) {
                findings.unexplained(file + ": we refuse what Kong takes: " + message);
            } else {
                findings.meant(Refusals.reason(message));
            }
        } else if (!kongRefuses) {
            findings.meant("both take it");
            compareRows(verdict.file(), before, after, began);
        } else if (verdict.parseCode() == 0) {
            requireConflict(verdict.file());
        } else {
            findings.unexplained(file + ": we take what Kong refuses: " + verdict.output());
        }
    }

    private void requireUntouched(String file, RecordedKeyspace before, RecordedKeyspace after) {
        RowComparison.differences(before, after)
                .forEach(difference -> findings.unexplained(file + " was refused, but left behind: " + difference));
    }

    /** Kong stopped at what its keyspace held already: so must we, in that keyspace. */
    private void requireConflict(Path file) {
        Path held = recorded.directory().resolve("db-after");
        if (!Files.exists(held.resolve("schema.json"))) {
            findings.unexplained(file + ": we take into an empty keyspace what Kong refuses");
            return;
        }
        KeyspaceAddress filled = runs.keyspaces().loadAnew(held);
        RecordedKeyspace before = runs.keyspaces().read(filled);
        RunResult result = runs.importFile(file, filled, catalog, true);
        requireUntouched(
                file.toString(),
                RowComparison.withoutTtl(before),
                RowComparison.withoutTtl(runs.keyspaces().read(filled)));
        String message = result.failure().map(KeyferryException::getMessage).orElse("");
        if (message.contains("of the target")) {
            findings.meant("we refuse it for what the keyspace holds, Kong stops half-way");
        } else {
            findings.unexplained(file + ": Kong stops at a conflict, we do not: " + message);
        }
        runs.keyspaces().drop(filled);
    }

    /** Rows that the file gave both are the same; Kong's keyspace had all other files imported as well. */
    private void compareRows(Path file, RecordedKeyspace before, RecordedKeyspace ours, Instant began)
            throws IOException {
        Path held = recorded.directory().resolve("db-after");
        if (!Files.exists(held.resolve("schema.json"))) {
            return;
        }
        ImportFile stated = new ImportFile(PlainDocument.read(file, catalog).entities(), catalog);
        RecordedKeyspace kong = Workspaces.aligned(RecordedKeyspace.of(held), ours, findings);
        kong = RandomIds.aligned(kong, ours, stated, new Layout(catalog), findings);
        ImportAllowances allowances = new ImportAllowances(
                catalog, stated, new ImportFile(List.of(), catalog), false, true, kong, ours, began, Instant.now());
        findings.sort(
                RowComparison.differences(kong, ours).stream()
                        .filter(difference -> difference.kind() != RowDifference.Kind.MISSING)
                        .filter(difference ->
                                !RowComparison.byKey(before, difference.table()).containsKey(difference.key()))
                        .toList(),
                allowances.list());
    }
}
