package io.keyferry.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnershipMarkTest {
    /** Kong's table {@code locks} lets rows go after a minute, and with the mark went the leave to undo a run. */
    @Test
    void outlivesTheMinuteThatKongGivesToRowsOfThatTable() {
        KeyspaceAddress address = SampleKeyspaces.fresh("mark");
        try (TargetSession target = SampleKeyspaces.target(address)) {
            Bootstrap bootstrap = new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC());
            bootstrap.createKeyspace(new Replication.Simple(1));
            bootstrap.createLockTables();
            OwnershipMark mark = new OwnershipMark("r1", 1_600_000_000_000_000L, true);

            bootstrap.mark(mark);
            mark.add(target, "somebodys");

            assertThat(OwnershipMark.read(target)).contains(mark);
            assertThat(mark.tables(target)).containsExactly("somebodys");
            List<Row> rows = SharedNode.session()
                    .execute("SELECT key, TTL(owner) FROM " + address.keyspace() + ".locks")
                    .all();
            assertThat(rows)
                    .hasSize(2)
                    .allSatisfy(row ->
                            assertThat(row.getInt(1)).as(row.getString(0)).isGreaterThan(86_400));
        } finally {
            SampleKeyspaces.drop(address);
        }
    }
}
