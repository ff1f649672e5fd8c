package io.keyferry.migrator;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.rehearsal.KeyspaceComparison;
import io.keyferry.rehearsal.RecordedCase.Bootstrap;
import io.keyferry.rehearsal.RecordedKeyspace;
import java.util.List;

/** Our bootstrap of a version, against Kong's. */
final class BootstrapCase {
    private final Runs runs;
    private final Bootstrap recorded;
    private final Catalog catalog;

    BootstrapCase(Runs runs, Bootstrap recorded, Catalog catalog) {
        this.runs = runs;
        this.recorded = recorded;
        this.catalog = catalog;
    }

    void run() {
        Findings findings = new Findings(recorded.name());
        KeyspaceAddress address = runs.keyspaces().bootstrapped(catalog);
        RecordedKeyspace ours = runs.keyspaces().read(address);
        RecordedKeyspace kong = Workspaces.aligned(RecordedKeyspace.of(recorded.database()), ours, findings);
        KeyspaceComparison.exact().schemaDifferences(kong, ours).forEach(findings::unexplained);
        findings.sort(RowComparison.differences(kong, ours), List.of(Identity.WORKSPACE, Identity.CLUSTER_ID));
        findings.conclude();
    }
}
