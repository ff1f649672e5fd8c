package io.keyferry.migrator;

import io.keyferry.rehearsal.RecordedKeyspace;
import java.util.List;
import java.util.Optional;

/** The one id that every row of a keyspace holds. */
final class Workspaces {
    private Workspaces() {}

    /** Kong's keyspace with our default workspace's id in place of its own. */
    static RecordedKeyspace aligned(RecordedKeyspace kong, RecordedKeyspace ours, Findings findings) {
        Optional<String> left = defaultOf(kong, findings);
        Optional<String> right = defaultOf(ours, findings);
        if (left.isPresent() != right.isPresent()) {
            findings.unexplained("only one of both keyspaces has a workspace named default");
        }
        return left.isPresent() && right.isPresent() ? RowComparison.replaced(kong, left.get(), right.get()) : kong;
    }

    private static Optional<String> defaultOf(RecordedKeyspace keyspace, Findings findings) {
        List<String> ids = keyspace.rowsOf("workspaces").stream()
                .filter(row -> RowComparison.value(row, "name").asText().equals("default"))
                .map(row -> RowComparison.value(row, "id").asText())
                .toList();
        if (ids.size() > 1) {
            findings.unexplained(keyspace.name() + " has " + ids.size() + " workspaces named default");
        }
        return ids.stream().findFirst();
    }
}
