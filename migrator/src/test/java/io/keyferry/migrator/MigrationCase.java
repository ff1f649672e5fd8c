package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.rehearsal.RecordedCase.Migration;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.verifier.report.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Our migration of a keyspace, against what Kong made of it: its upgrade in place, or nothing within a version. */
final class MigrationCase {
    private final Runs runs;
    private final Path before;
    private final Path expected;
    private final Catalog from;
    private final Catalog to;

    private MigrationCase(Runs runs, Path before, Path expected, Catalog from, Catalog to) {
        this.runs = runs;
        this.before = before;
        this.expected = expected;
        this.from = from;
        this.to = to;
    }

    /** A keyspace of an old version, moved to the new one. */
    static MigrationCase upgrade(Runs runs, Migration recorded) {
        return new MigrationCase(
                runs,
                recorded.before(),
                recorded.afterFinish(),
                Catalog.forVersion(KongVersion.parse(recorded.from())),
                Catalog.forVersion(KongVersion.parse(recorded.to())));
    }

    /** A keyspace moved to another of the same version, which is to hold the same. */
    static MigrationCase within(Runs runs, Path database, Catalog catalog) {
        return new MigrationCase(runs, database, database, catalog, catalog);
    }

    void run(String name) {
        Findings findings = new Findings(name);
        Keyspaces.Loaded source = runs.keyspaces().load(before);
        KeyspaceAddress target = runs.keyspaces().fresh();
        RunResult result = runs.migrate(source.address(), target, from, to);
        result.failure().ifPresent(failure -> findings.unexplained("the migration failed: " + failure.getMessage()));
        if (result.failure().isEmpty()) {
            if (result.report().outcome() != Outcome.EQUAL) {
                findings.unexplained("the migration's own verification says "
                        + result.report().outcome());
            }
            RecordedKeyspace ours = runs.keyspaces().read(target);
            RecordedKeyspace kong = Workspaces.aligned(RecordedKeyspace.of(expected), ours, findings);
            MigrationAllowances allowances = new MigrationAllowances(
                    from, to, RecordedKeyspace.of(before), kong, ours, Duration.between(source.at(), Instant.now()));
            findings.sort(RowComparison.differences(kong, ours), allowances.list());
        }
        runs.keyspaces().drop(target);
        findings.conclude();
    }
}
