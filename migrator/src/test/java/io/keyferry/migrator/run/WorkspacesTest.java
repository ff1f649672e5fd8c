package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyspace of Kong 2.8 with two workspaces, and with a row that never got one. */
final class WorkspacesTest {
    private static final UUID TEAM = UUID.fromString("7ea70000-0000-4000-8000-000000000001");
    private static final UUID ORPHAN = UUID.fromString("99999999-0000-4000-8000-000000000002");

    private static final UUID ALICE = UUID.fromString("99999999-0000-4000-8000-000000000003");

    @TempDir
    private Path directory;

    @Test
    void moveWithTheirEntitiesAndARowWithoutOneGetsTheDefault() {
        KeyspaceAddress from = SampleKeyspaces.loaded(SampleKeyspaces.NEW).address();
        KeyspaceAddress to = SampleKeyspaces.fresh("workspaces");
        String consumers = from.keyspace() + ".consumers";
        String workspaces = from.keyspace() + ".workspaces";
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("migrate"))) {
            cql("INSERT INTO " + workspaces + " (id, name) VALUES (?, 'team')", TEAM);
            cql("INSERT INTO " + consumers + " (id, username) VALUES (?, 'orphan')", ORPHAN);
            cql("INSERT INTO " + consumers + " (id, ws_id, username) VALUES (?, ?, ?)", ALICE, TEAM, TEAM + ":alice");
            RunResult result = new Migration(
                            from,
                            to,
                            SampleKeyspaces.NEW.version(),
                            RunSettings.defaults(),
                            work,
                            new RunContext(
                                    "migrate",
                                    Map.of(),
                                    "test",
                                    "jo@host",
                                    Clock.systemUTC(),
                                    TransferListener.NONE,
                                    plan -> true))
                    .run();

            assertThat(result.failure()).isEmpty();
            assertThat(result.report().differences()).isEmpty();
            assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
            assertThat(workspaceOf(to, ORPHAN, "orphan")).isEqualTo(SampleKeyspaces.WORKSPACE);
            assertThat(workspaceOf(to, ALICE, "alice")).isEqualTo(TEAM);
        } finally {
            cql("DELETE FROM " + workspaces + " WHERE id = ?", TEAM);
            cql("DELETE FROM " + consumers + " WHERE id IN (?, ?)", ORPHAN, ALICE);
            SampleKeyspaces.drop(to);
        }
    }

    private static void cql(String cql, Object... values) {
        SharedNode.session().execute(cql, values);
    }

    /** The workspace of a consumer, which must stand before its name, too. */
    private static UUID workspaceOf(KeyspaceAddress address, UUID id, String name) {
        var row = Objects.requireNonNull(SharedNode.session()
                .execute("SELECT ws_id, username FROM " + address.keyspace() + ".consumers WHERE id = ?", id)
                .one());
        UUID workspace = Objects.requireNonNull(row.getUuid(0));
        assertThat(row.getString(1)).isEqualTo(workspace + ":" + name);
        return workspace;
    }
}
