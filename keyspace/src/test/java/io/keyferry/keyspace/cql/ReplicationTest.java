package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicationTest {
    @Test
    void readsWhatCassandraKeeps() {
        assertThat(Replication.of(
                        Map.of("class", "org.apache.cassandra.locator.SimpleStrategy", "replication_factor", "3")))
                .isEqualTo(new Replication.Simple(3));
        assertThat(Replication.of(Map.of(
                        "class", "org.apache.cassandra.locator.NetworkTopologyStrategy", "dc1", "3", "dc2", "2")))
                .isEqualTo(new Replication.NetworkTopology(new TreeMap<>(Map.of("dc1", 3, "dc2", 2))));
    }

    @Test
    void keepsStrategiesItDoesNotKnow() {
        assertThat(Replication.of(Map.of("class", "org.apache.cassandra.locator.NetworkTopologyStrategy", "dc1", "3/1"))
                        .toCql())
                .isEqualTo("{'class': 'NetworkTopologyStrategy', 'dc1': '3/1'}");
        assertThat(Replication.of(Map.of("class", "com.example.Odd")).toCql())
                .isEqualTo("{'class': 'com.example.Odd'}");
    }

    @Test
    void writesLiteralsThatCannotBreakOut() {
        assertThat(new Replication.NetworkTopology(new TreeMap<>(Map.of("Zürich's", 3))).toCql())
                .isEqualTo("{'class': 'NetworkTopologyStrategy', 'Zürich''s': '3'}");
        assertThat(new Replication.Simple(1).toCql())
                .isEqualTo("{'class': 'SimpleStrategy', 'replication_factor': '1'}");
    }
}
