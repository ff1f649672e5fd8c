package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.SharedNode;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RowWriterTest {
    private static final long EARLY = 1_700_000_000_000_000L;

    private static KeyspaceAddress address;
    private static TargetSession target;
    private static LiveSchema schema;

    @BeforeAll
    static void bootstrap() {
        address = SampleKeyspaces.fresh("write");
        target = SampleKeyspaces.target(address);
        new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC()).createKeyspace(new Replication.Simple(1));
        for (String table : List.of("routes", "consumers", "keyauth_credentials", "snis", "tags")) {
            target.define(ddl(SampleKeyspaces.NEW.table(table).orElseThrow()));
        }
        target.define("CREATE INDEX ON " + target.table("consumers") + " (username)");
        schema = target.reader(Consistency.QUORUM).schema();
    }

    private static String ddl(TableLayout table) {
        return "CREATE TABLE " + target.table(table.name()) + " ("
                + table.columns().stream()
                        .map(column -> TargetSession.quoted(column.name()) + " " + column.cqlType())
                        .collect(Collectors.joining(", "))
                + ", PRIMARY KEY ("
                + Stream.concat(table.partitionKey().stream(), table.clusteringKey().stream())
                        .map(TargetSession::quoted)
                        .collect(Collectors.joining(", "))
                + "))";
    }

    @AfterAll
    static void drop() {
        target.close();
        SampleKeyspaces.drop(address);
    }

    private static RowWriter writer(Nulls nulls, long micros) {
        return new RowWriter(target, schema, nulls, micros, 16, TransferListener.NONE);
    }

    private static void write(long micros, int ttl, Entity entity) throws InterruptedException {
        try (RowWriter writer = writer(Nulls.WRITTEN, micros)) {
            writer.write(entity, ttl);
            writer.flush();
        }
    }

    private static Entity.Builder entity(String type, String id) {
        EntityType entityType = SampleKeyspaces.NEW.entityType(type).orElseThrow();
        return Entity.builder(entityType).put("id", Value.text(id)).workspace(SampleKeyspaces.WORKSPACE);
    }

    private static Value texts(String... texts) {
        return new Value.Sequence(
                List.of(texts).stream().<Value>map(Value::text).toList());
    }

    private static Row row(String select, Object... values) {
        return Objects.requireNonNull(
                SharedNode.session().execute(select, values).one(), select);
    }

    private static List<String> hosts(String id) {
        return Objects.requireNonNull(row(
                        "SELECT hosts FROM " + address.keyspace() + ".routes WHERE partition = 'routes' AND id = ?",
                        UUID.fromString(id))
                .getList(0, String.class));
    }

    @Test
    void aRowThatIsWrittenAgainLaterHoldsItsListsOnce() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        Entity route = entity("routes", id).put("hosts", texts("a", "b")).build();
        write(EARLY, 0, route);
        write(EARLY + 1, 0, route);

        assertThat(hosts(id)).containsExactly("a", "b");
    }

    /** Why each attempt has a later time; CASSANDRA-11368. */
    @Test
    void aRowThatIsWrittenTwiceAtOneTimeHoldsItsListsTwice() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        Entity route = entity("routes", id).put("hosts", texts("a", "b")).build();
        write(EARLY, 0, route);
        write(EARLY, 0, route);

        assertThat(hosts(id)).hasSize(4);
    }

    @Test
    void whatAGatewayWritesLaterWins() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        write(
                EARLY,
                0,
                entity("consumers", id).put("username", Value.text("old")).build());
        SharedNode.session()
                .execute(
                        "UPDATE " + address.keyspace() + ".consumers SET username = 'new' WHERE id = ?",
                        UUID.fromString(id));
        write(
                EARLY + 7,
                0,
                entity("consumers", id).put("username", Value.text("old")).build());

        assertThat(row("SELECT username FROM " + address.keyspace() + ".consumers WHERE id = ?", UUID.fromString(id))
                        .getString(0))
                .isEqualTo("new");
    }

    @Test
    void tagsExpireWithTheirEntity() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        write(
                EARLY,
                100_000_000,
                entity("keyauth_credentials", id)
                        .put("key", Value.text("k " + id))
                        .put("tags", texts("b", "a"))
                        .build());

        Row credential = row(
                "SELECT TTL(key) FROM " + address.keyspace() + ".keyauth_credentials WHERE id = ?",
                UUID.fromString(id));
        assertThat(credential.getInt(0)).isPositive();
        for (String tag : List.of("a", "b")) {
            Row row = row(
                    "SELECT other_tags, TTL(other_tags) FROM " + address.keyspace()
                            + ".tags WHERE tag = ? AND entity_name = 'keyauth_credentials' AND entity_id = ?",
                    tag,
                    id);
            assertThat(row.getSet(0, String.class)).containsExactly("a", "b");
            assertThat(row.getList(1, Integer.class)).hasSize(2).allMatch(ttl -> ttl > 0);
        }
    }

    @Test
    void aWriteThatFailsForGoodIsToldWithItsKeyAndEndsTheRest() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        Entity unindexable = entity("consumers", id)
                .put("username", Value.text("x".repeat(70_000)))
                .build();
        try (RowWriter writer = writer(Nulls.UNSET, EARLY)) {
            writer.write(unindexable, 0);
            assertThatThrownBy(writer::flush)
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                    .hasMessageContainingAll(
                            "consumers " + id, "cannot be written to " + address.keyspace(), "1 attempts")
                    .hasMessageNotContaining("xxxxxxxxxx");
            assertThatThrownBy(() -> writer.write(
                            entity("consumers", UUID.randomUUID().toString()).build(), 0))
                    .hasMessageContaining(id);
        }
    }

    @Test
    void saysWhichTableIsMissing() {
        LiveSchema without = new LiveSchema(
                schema.keyspace(),
                schema.replication(),
                schema.durableWrites(),
                schema.tables().stream()
                        .filter(table -> !table.name().equals("snis"))
                        .toList(),
                List.of(),
                List.of());
        try (RowWriter writer = new RowWriter(target, without, Nulls.UNSET, EARLY, 1, TransferListener.NONE)) {
            assertThatThrownBy(() -> writer.write(
                            entity("snis", UUID.randomUUID().toString()).build(), 0))
                    .isInstanceOf(KeyferryException.class)
                    .hasMessageContaining("the target has no table snis");
        }
    }

    @Test
    void countsTheBytesOfValues() throws InterruptedException {
        try (RowWriter writer = writer(Nulls.UNSET, EARLY)) {
            writer.write(
                    entity("consumers", UUID.randomUUID().toString())
                            .workspace(null)
                            .put("username", Value.text("12345"))
                            .build(),
                    0);
            writer.flush();
            assertThat(writer.bytes()).isEqualTo(16 + 5);
        }
    }
}
