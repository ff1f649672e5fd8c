package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.PlainDocument.Stated;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.rehearsal.RecordedKeyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our import of a document, against the rows that Kong made of it. What we refuse and Kong takes must be on the list of
 * {@link Refusals}; it is then left out, so that the rest is compared all the same.
 */
final class ImportCase {
    private static final int ROUNDS = 5;
    private static final Pattern IMPORT_CODE =
            Pattern.compile("(?m)^\\s*(?:import(?:\\s+rc)?\\s*[=:]\\s*)?(\\d+)\\s*$");

    private final Runs runs;
    private final Path directory;
    private final Catalog catalog;

    ImportCase(Runs runs, Path directory, Catalog catalog) {
        this.runs = runs;
        this.directory = directory;
        this.catalog = catalog;
    }

    /** Imports a document that people wrote. */
    void run(String name, Path file) throws IOException {
        if (kongStopped()) {
            refuse(name, file);
        } else {
            run(name, file, false);
        }
    }

    /** Whether the recording says that Kong's import of the document ended with an error. */
    private boolean kongStopped() throws IOException {
        for (String note : List.of("import.rc", "rc")) {
            Path noted = directory.resolve(note);
            if (Files.exists(noted)) {
                Matcher code = IMPORT_CODE.matcher(Files.readString(noted));
                return code.find() && !code.group(1).equals("0");
            }
        }
        return false;
    }

    /** What Kong does not take, or only half of it, we must not take either, and leave nothing behind. */
    private void refuse(String name, Path file) {
        Findings findings = new Findings(name);
        KeyspaceAddress target = runs.keyspaces().bootstrapped(catalog);
        RecordedKeyspace before = runs.keyspaces().read(target);
        RunResult result = runs.importFile(file, target, catalog, false);
        if (result.failure().isEmpty()) {
            findings.unexplained("we take what Kong's import stops at");
        } else {
            findings.meant("both refuse it");
            RowComparison.differences(before, runs.keyspaces().read(target))
                    .forEach(difference -> findings.unexplained("was refused, but left behind: " + difference));
        }
        findings.conclude();
    }

    /** Imports what Kong exported of its keyspace. */
    void runExport(String name, Path file) throws IOException {
        run(name, file, true);
    }

    private void run(String name, Path file, boolean isExport) throws IOException {
        Findings findings = new Findings(name);
        KeyspaceAddress target = runs.keyspaces().bootstrapped(catalog);
        Instant began = Instant.now();
        Path taken = taken(file, target, findings);
        PlainDocument whole = PlainDocument.read(file, catalog);
        List<Stated> left = new ArrayList<>(whole.entities());
        PlainDocument.read(taken, catalog).entities().forEach(left::remove);
        RecordedKeyspace ours = runs.keyspaces().read(target);
        ImportFile stated = new ImportFile(whole.entities(), catalog);
        RecordedKeyspace kong = Workspaces.aligned(RecordedKeyspace.of(directory.resolve("db")), ours, findings);
        kong = RandomIds.aligned(kong, ours, stated, new Layout(catalog), findings);
        ImportAllowances allowances = new ImportAllowances(
                catalog,
                stated,
                new ImportFile(left, catalog),
                isExport,
                hasFurtherFiles(file),
                kong,
                ours,
                began,
                Instant.now());
        findings.sort(RowComparison.differences(kong, ours), allowances.list());
        findings.conclude();
    }

    /** Imports the file, or as much of it as we take, and tells which file that was. */
    private Path taken(Path file, KeyspaceAddress target, Findings findings) throws IOException {
        Path current = file;
        for (int round = 0; round < ROUNDS; round++) {
            RunResult result = runs.importFile(current, target, catalog, false);
            KeyferryException refusal = result.failure().orElse(null);
            if (refusal == null) {
                return current;
            }
            Set<Integer> lines = Refusals.lines(String.valueOf(refusal.getMessage()), findings);
            if (lines.isEmpty()) {
                findings.unexplained("we refuse it: " + refusal.getMessage());
                findings.conclude();
            }
            Path rest = Files.createTempFile(runs.directory(), "rest", ".yml");
            PlainDocument.without(current, lines, rest);
            current = rest;
        }
        findings.unexplained("we still refuse it after " + ROUNDS + " rounds");
        findings.conclude();
        return current;
    }

    /** Whether the directory has documents besides this one that Kong may have imported as well. */
    private static boolean hasFurtherFiles(Path file) throws IOException {
        try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
            return files.map(other -> String.valueOf(other.getFileName()))
                    .anyMatch(other -> other.startsWith("import-") && other.endsWith(".yml"));
        }
    }
}
