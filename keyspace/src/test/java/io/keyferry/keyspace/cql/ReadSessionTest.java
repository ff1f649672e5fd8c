package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.LiveSchema.Column;
import io.keyferry.keyspace.cql.LiveSchema.Index;
import io.keyferry.keyspace.cql.LiveSchema.Kind;
import io.keyferry.keyspace.cql.Select.Lower;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import io.keyferry.keyspace.cql.Select.Upper;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.rehearsal.SharedNode;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReadSessionTest {
    private static final int ROWS = 250;
    private static final String KEYSPACE = "Kong_" + SharedNode.freshKeyspaceName("read");

    private static ReadSession source;

    @BeforeAll
    static void fill() {
        CqlSession session = SharedNode.session();
        String ks = "\"" + KEYSPACE + "\"";
        session.execute(
                "CREATE KEYSPACE " + ks
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false");
        session.execute("CREATE TABLE " + ks + ".schema_meta (key text, subsystem text, executed set<text>,"
                + " PRIMARY KEY (key, subsystem)) WITH CLUSTERING ORDER BY (subsystem DESC)");
        session.execute(
                "CREATE TABLE " + ks + ".routes (partition text, id int, name text,"
                        + " headers map<text, frozen<set<text>>>, PRIMARY KEY (partition, id)) WITH default_time_to_live = 7200");
        session.execute("CREATE TABLE " + ks + ".consumers (id int PRIMARY KEY, \"userName\" text, tags set<text>)");
        session.execute("CREATE INDEX routes_name_idx ON " + ks + ".routes (name)");
        session.execute("CREATE INDEX consumers_name_idx ON " + ks + ".consumers (\"userName\")");
        session.execute("CREATE INDEX consumers_tags_idx ON " + ks + ".consumers (values(tags))");
        for (int id = 0; id < ROWS; id++) {
            session.execute("INSERT INTO " + ks + ".consumers (id, \"userName\") VALUES (?, ?)", id, "u" + id);
        }
        for (int id = 0; id < 10; id++) {
            session.execute(
                    "INSERT INTO " + ks + ".routes (partition, id, name) VALUES ('routes', ?, ?)", id, "r" + id);
        }
        source = ReadSession.open(new Connector(), address(KEYSPACE), Side.FROM, Consistency.QUORUM);
    }

    @AfterAll
    static void close() {
        source.close();
        source.close();
        SharedNode.session().execute("DROP KEYSPACE \"" + KEYSPACE + "\"");
    }

    @Test
    void knowsItsCluster() {
        ClusterInfo cluster = source.cluster();

        assertThat(cluster.nodes()).isEqualTo(1);
        assertThat(cluster.datacenters()).containsOnlyKeys(SharedNode.cluster().datacenter());
        assertThat(cluster.partitioner()).isEqualTo("org.apache.cassandra.dht.Murmur3Partitioner");
        assertThat(cluster.releaseVersions())
                .containsExactly(SharedNode.cluster().version());
        assertThat(cluster.name()).isNotEmpty();
        assertThat(cluster.schemaAgreed()).isTrue();
        assertThat(cluster.protocolVersion()).startsWith("V");
    }

    @Test
    void seesTheSchemaAsItIs() {
        LiveSchema schema = source.schema();

        assertThat(schema.exists()).isTrue();
        assertThat(schema.isEmpty()).isFalse();
        assertThat(schema.replication()).contains(new Replication.Simple(1));
        assertThat(schema.durableWrites()).isFalse();
        assertThat(schema.tables())
                .extracting(LiveSchema.Table::name)
                .containsExactly("consumers", "routes", "schema_meta");
        LiveSchema.Table routes = schema.table("routes").orElseThrow();
        assertThat(routes.columns())
                .containsExactly(
                        new Column("partition", "text", Kind.PARTITION_KEY, 0, false),
                        new Column("id", "int", Kind.CLUSTERING, 0, false),
                        new Column("headers", "map<text,frozen<set<text>>>", Kind.REGULAR, -1, false),
                        new Column("name", "text", Kind.REGULAR, -1, false));
        assertThat(routes.defaultTtl()).isEqualTo(7200);
        assertThat(routes.partitionKey()).containsExactly("partition");
        assertThat(routes.clusteringKey()).containsExactly("id");
        assertThat(routes.indexes()).containsExactly(new Index("routes_name_idx", "name", Optional.empty()));
        assertThat(schema.table("consumers").orElseThrow().indexes())
                .containsExactly(
                        new Index("consumers_name_idx", "userName", Optional.empty()),
                        new Index("consumers_tags_idx", "tags", Optional.empty()));
        assertThat(schema.table("schema_meta").flatMap(table -> table.column("subsystem")))
                .contains(new Column("subsystem", "text", Kind.CLUSTERING, 0, true));
    }

    @Test
    void readsTheRingInPieces() {
        List<Long> borders = List.of(Long.MIN_VALUE, -1L << 62, 0L, 1L << 62);
        Select all = Select.of("consumers", List.of("id", "userName"))
                .plus(new Selector.Token(List.of("id")))
                .plus(new Selector.WriteTime("userName"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < borders.size(); i++) {
            boolean last = i == borders.size() - 1;
            List<Long> values = last ? List.of(borders.get(i)) : List.of(borders.get(i), borders.get(i + 1));
            for (Row row : rows(all.where(new Restriction.TokenRange(List.of("id"), true, !last)), values)) {
                assertThat(row.getLong(2)).isGreaterThan(borders.get(i));
                assertThat(row.getLong(2)).isLessThanOrEqualTo(last ? Long.MAX_VALUE : borders.get(i + 1));
                assertThat(row.getLong(3)).isPositive();
                rows.add(row);
            }
        }
        assertThat(rows)
                .extracting(row -> row.getInt(0))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ROWS).boxed().toList());
    }

    @Test
    void readsPiecesOfAPartition() {
        Select routes = Select.of("routes", List.of("id")).plus(new Selector.Ttl("name"));
        List<Row> rows = rows(
                routes.where(new Restriction.Within(
                        List.of("partition"), "id", Optional.of(Lower.AFTER), Optional.of(Upper.UP_TO))),
                List.of("routes", 3, 6));

        assertThat(rows).extracting(row -> row.getInt(0)).containsExactly(4, 5, 6);
        assertThat(rows).allSatisfy(row -> assertThat(row.getInt(1)).isBetween(1, 7200));
        assertThat(rows(routes.where(new Restriction.Key(List.of("partition", "id"))), List.of("routes", 3)))
                .hasSize(1);
        assertThat(rows(routes.limitedTo(2), List.of())).hasSize(2);
    }

    @Test
    void wantsOneValuePerMarker() {
        PreparedSelect select = source.prepare(Select.of("routes", List.of("id")));
        assertThatIllegalArgumentException().isThrownBy(() -> source.execute(select, List.of("x"), 10, null));
    }

    @Test
    void saysWhatWasAskedWhenCassandraRefuses() {
        assertThatThrownBy(() -> source.prepare(Select.of("routes", List.of("nothing"))))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("the source " + address(KEYSPACE).describe())
                .hasMessageContaining(
                        "cannot answer SELECT \"nothing\" FROM \"" + KEYSPACE + "\".\"routes\" at QUORUM");
    }

    @Test
    void namesTheKeyspacesOfKongWhenOneIsAbsent() {
        assertThatThrownBy(() -> ReadSession.open(
                        new Connector(), address(KEYSPACE.toLowerCase(Locale.ROOT)), Side.FROM, Consistency.ONE))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("does not exist: the cluster has no keyspace '")
                .hasMessageContaining("those that look like Kong's there: ")
                .hasMessageContaining(KEYSPACE);
    }

    @Test
    void looksAtATargetThatDoesNotExistYet() {
        KeyspaceAddress absent = address("not_yet");
        try (CqlSession session = new Connector().openTarget(absent)) {
            try (ReadSession target = ReadSession.over(session, absent, Consistency.QUORUM)) {
                assertThat(target.schema().exists()).isFalse();
                assertThat(target.schema().isEmpty()).isTrue();
            }
            assertThat(session.isClosed()).isFalse();
        }
    }

    @Test
    void tellsTheSameKeyspaceByItsHosts() {
        KeyspaceAddress otherName = KeyspaceAddress.at(new ContactPoint(
                        "localhost", address(KEYSPACE).contactPoints().get(0).port()))
                .keyspace(KEYSPACE)
                .build();
        try (CqlSession session = new Connector().openTarget(otherName);
                ReadSession same = ReadSession.over(session, otherName, Consistency.QUORUM);
                ReadSession other = ReadSession.over(
                        session, otherName.toBuilder().keyspace("other").build(), Consistency.QUORUM)) {
            assertThat(source.isSameKeyspaceAs(same)).isTrue();
            assertThat(source.isSameKeyspaceAs(other)).isFalse();
        }
    }

    @Test
    void refusesADatacenterThatIsNotThere() {
        KeyspaceAddress lost = address(KEYSPACE).toBuilder().datacenter("dcX").build();
        assertThatThrownBy(() -> ReadSession.open(new Connector(), lost, Side.TO, Consistency.ONE))
                .isInstanceOf(KeyferryException.class)
                .hasMessage("the target " + lost.describe() + " has no datacenter 'dcX': it has "
                        + SharedNode.cluster().datacenter());
    }

    @Test
    void takesTheNamedDatacenter() {
        KeyspaceAddress named = address(KEYSPACE).toBuilder()
                .datacenter(SharedNode.cluster().datacenter())
                .build();
        try (ReadSession opened =
                ReadSession.open(new Connector(), named, Side.FROM, named.consistencyOr(Optional.empty()))) {
            assertThat(opened.consistency()).isEqualTo(Consistency.LOCAL_QUORUM);
            assertThat(opened.schema().tables()).hasSize(3);
        }
    }

    private static List<Row> rows(Select select, List<?> values) {
        PreparedSelect prepared = source.prepare(select);
        List<Row> rows = new ArrayList<>();
        @Nullable ByteBuffer state = null;
        do {
            AsyncResultSet page = source.execute(prepared, values, 20, state)
                    .toCompletableFuture()
                    .join();
            assertThat(page.remaining()).isLessThanOrEqualTo(20);
            page.currentPage().forEach(rows::add);
            state = page.getExecutionInfo().getPagingState();
        } while (state != null);
        return rows;
    }

    private static KeyspaceAddress address(String keyspace) {
        InetSocketAddress node = SharedNode.cluster().contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                .keyspace(keyspace)
                .build();
    }
}
