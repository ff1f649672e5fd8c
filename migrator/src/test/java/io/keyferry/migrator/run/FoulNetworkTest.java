package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.FaultyProxy;
import io.keyferry.migrator.FaultyProxy.Weather;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network that cuts, half closes, stalls and delays connections all the while, to the source as to the target.
 * {@code -Dkeyferry.faults.seed=S} gives other weather, and the same each time.
 */
@Tag("faults")
class FoulNetworkTest {
    private static final long SEED = Long.getLong("keyferry.faults.seed", 2026);
    private static final long ENTITIES = 10_000;
    /** Rows of a plugin that no Kong knows, which are carried past kong.yml. */
    private static final int CARDS = 5_000;

    @TempDir
    private Path directory;

    private KeyspaceAddress old;
    private KeyspaceAddress moved;

    @BeforeEach
    void sample() {
        old = SampleKeyspaces.fresh("foul_old");
        moved = SampleKeyspaces.fresh("foul_new");
        new SampleSource(old, SampleSource.VERSION, ENTITIES, Clock.systemUTC()).write(RunSettings.defaults());
        CqlSession session = SharedNode.session();
        session.execute("CREATE TABLE " + old.keyspace()
                + ".loyalty_cards (id uuid PRIMARY KEY, name text, levels list<text>, owners set<text>)");
        PreparedStatement card = session.prepare("INSERT INTO " + old.keyspace()
                + ".loyalty_cards (id, name, levels, owners) VALUES (?, ?, ['a', 'a', 'b'], {'jo', 'mo'})");
        for (int i = 0; i < CARDS; i++) {
            session.execute(card.bind(UUID.randomUUID(), "card " + i));
        }
    }

    @AfterEach
    void drop() {
        SampleKeyspaces.drop(old);
        SampleKeyspaces.drop(moved);
    }

    private static KeyspaceAddress behind(FaultyProxy network, KeyspaceAddress address) {
        return KeyspaceAddress.at(new ContactPoint("127.0.0.1", network.port()))
                .keyspace(address.keyspace())
                .datacenter("datacenter1")
                .replication(new Replication.Simple(1))
                .requestTimeout(Duration.ofSeconds(3))
                .build();
    }

    private static final class Retries implements TransferListener {
        private final ConcurrentMap<String, LongAdder> retried = new ConcurrentHashMap<>();

        @Override
        public void retried(Step step, String reason) {
            retried.computeIfAbsent(step + " " + reason, first -> new LongAdder())
                    .increment();
        }
    }

    @Test
    void changesNothing() throws IOException {
        System.out.println("-Dkeyferry.faults.seed=" + SEED);
        InetSocketAddress node = SharedNode.cluster().contactPoints().get(0);
        Retries retries = new Retries();
        try (FaultyProxy there = new FaultyProxy(node, Weather.FOUL, SEED);
                FaultyProxy back = new FaultyProxy(node, Weather.FOUL, SEED + 1);
                WorkDirectory work = WorkDirectory.at(directory.resolve("work"))) {
            RunResult result = new Migration(
                            behind(there, old),
                            behind(back, moved),
                            KongVersion.parse("2.8"),
                            RunSettings.defaults(),
                            work,
                            new RunContext(
                                    "migrate", Map.of(), "test", "test@test", Clock.systemUTC(), retries, plan -> true))
                    .run();

            System.out.println("connections ended: " + there.ended() + " to the source, " + back.ended()
                    + " to the target; tried again " + new ConcurrentSkipListMap<>(retries.retried));
            assertThat(result.failure()).isEmpty();
            assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
            assertThat(there.ended()).isPositive();
            assertThat(back.ended()).isPositive();
            assertThat(retries.retried.keySet())
                    .anyMatch(what -> what.startsWith("EXPORT"))
                    .anyMatch(what -> what.startsWith("IMPORT"));
        }
        assertThat(lists("routes", old)).isNotEmpty().isEqualTo(lists("routes", moved));
        assertThat(lists("loyalty_cards", old)).hasSize(CARDS).isEqualTo(lists("loyalty_cards", moved));
    }

    /** All lists that are not frozen, by column and row: a write that is repeated with one time doubles them. */
    private static Map<String, String> lists(String table, KeyspaceAddress address) {
        Map<String, String> lists = new ConcurrentSkipListMap<>();
        for (Row row : SharedNode.session().execute("SELECT * FROM " + address.keyspace() + "." + table)) {
            for (ColumnDefinition column : row.getColumnDefinitions()) {
                DataType type = column.getType();
                if (type instanceof ListType list && !list.isFrozen() && !row.isNull(column.getName())) {
                    lists.put(
                            column.getName() + " " + row.getUuid("id"),
                            String.valueOf(row.getObject(column.getName())));
                }
            }
        }
        return lists;
    }
}
