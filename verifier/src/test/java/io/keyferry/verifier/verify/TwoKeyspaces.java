package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowCodec;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.digest.RunKey;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Two keyspaces of one version on the shared node, without indexes, to be filled and compared; closing drops them. */
final class TwoKeyspaces implements AutoCloseable {
    static final UUID WORKSPACE = UUID.fromString("0e7c5f1a-3a5e-4c52-9a53-6d2b6d7c1f10");

    private static final int IN_FLIGHT = 200;

    private final Catalog catalog;
    private final String from = SharedNode.freshKeyspaceName("judged_from");
    private final String to = SharedNode.freshKeyspaceName("judged_to");
    private final Map<String, PreparedStatement> inserts = new HashMap<>();

    /** What a verification found. */
    record Found(VerificationResult result, List<Difference> differences) {}

    TwoKeyspaces(Catalog catalog, Collection<String> types) {
        this.catalog = catalog;
        for (String keyspace : List.of(from, to)) {
            session()
                    .execute("CREATE KEYSPACE " + keyspace
                            + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
            for (String type : types) {
                session()
                        .execute(ddl(
                                keyspace, catalog.entityType(type).orElseThrow().table()));
            }
            session().execute("CREATE TABLE " + keyspace + ".workspaces (id uuid PRIMARY KEY, name text)");
            session().execute("INSERT INTO " + keyspace + ".workspaces (id, name) VALUES (?, 'default')", WORKSPACE);
        }
    }

    private static String ddl(String keyspace, TableLayout table) {
        return "CREATE TABLE " + keyspace + ".\"" + table.name() + "\" ("
                + table.columns().stream()
                        .map(column -> '"' + column.name() + "\" " + column.cqlType())
                        .collect(Collectors.joining(", "))
                + ", PRIMARY KEY ((" + quoted(table.partitionKey()) + ")"
                + (table.clusteringKey().isEmpty() ? "" : ", " + quoted(table.clusteringKey())) + "))";
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(column -> '"' + column + '"').collect(Collectors.joining(", "));
    }

    static CqlSession session() {
        return SharedNode.session();
    }

    /** A table of the target as CQL wants it. */
    String target(EntityType type) {
        return to + ".\"" + type.table().name() + '"';
    }

    void writeBoth(Collection<Entity> entities) {
        write(from, entities);
        write(to, entities);
    }

    /** Replaces rows of the target, or adds them. */
    void writeTarget(Collection<Entity> entities) {
        write(to, entities);
    }

    private void write(String keyspace, Collection<Entity> entities) {
        Queue<CompletionStage<AsyncResultSet>> running = new ArrayDeque<>();
        long now = Instant.now().getEpochSecond();
        for (Entity entity : entities) {
            if (running.size() == IN_FLIGHT) {
                running.remove().toCompletableFuture().join();
            }
            RowCodec codec = codec(entity.type());
            PreparedStatement insert = inserts.computeIfAbsent(
                    keyspace + "." + entity.type().name(),
                    added -> session()
                            .prepare("INSERT INTO " + keyspace + ".\""
                                    + entity.type().table().name() + "\" (" + quoted(codec.insertColumns())
                                    + ") VALUES ("
                                    + codec.insertColumns().stream()
                                            .map(column -> "?")
                                            .collect(Collectors.joining(", "))
                                    + ") USING TTL ?"));
            BoundStatementBuilder row = codec.bind(insert.boundStatementBuilder(), entity, Nulls.WRITTEN);
            int ttl = entity.expiresAt().isPresent() ? (int) (entity.expiresAt().getAsLong() - now) : 0;
            running.add(session()
                    .executeAsync(row.setInt(codec.insertColumns().size(), ttl).build()));
        }
        running.forEach(stage -> stage.toCompletableFuture().join());
    }

    private static RowCodec codec(EntityType type) {
        return RowCodec.of(
                type,
                type.table().columns().stream().map(TableLayout.Column::name).collect(Collectors.toSet()));
    }

    /** Deletes a row of the target. */
    void deleteFromTarget(Entity entity) {
        UUID id = UUID.fromString(entity.key().id());
        if (entity.type().table().onePartition()) {
            session()
                    .execute(
                            "DELETE FROM " + target(entity.type()) + " WHERE partition = ? AND id = ?",
                            entity.type().name(),
                            id);
        } else {
            session().execute("DELETE FROM " + target(entity.type()) + " WHERE id = ?", id);
        }
    }

    Found verify() {
        return verify(UnaryOperator.identity());
    }

    /** Compares them as by a codec that makes of every entity what the lens does. */
    Found verify(UnaryOperator<Entity> lens) {
        List<Difference> differences = Collections.synchronizedList(new ArrayList<>());
        try (ReadSession source = open(from, Side.FROM);
                ReadSession target = open(to, Side.TO)) {
            KongKeyspace old = KongKeyspace.open(source, Optional.of(catalog.version()));
            KongKeyspace moved = KongKeyspace.open(target, Optional.of(catalog.version()));
            VerificationResult result = new Verification(
                            KeyspaceSide.source(old),
                            KeyspaceSide.target(moved),
                            new Upgrade(catalog, catalog, Set.of()),
                            Selection.DEFAULT,
                            new Verification.Settings(
                                    2, OptionalLong.empty(), RunKey.random(), Clock.systemUTC(), TransferListener.NONE),
                            lens)
                    .run(differences::add);
            return new Found(result, List.copyOf(differences));
        }
    }

    /** Does the same to both keyspaces; {@code %s} stands for their names. */
    void both(String cql) {
        session().execute(cql.formatted(from));
        session().execute(cql.formatted(to));
    }

    /** Does something to the target; {@code %s} stands for its name. */
    void target(String cql) {
        session().execute(cql.formatted(to));
    }

    /** What is done with both sides, opened. */
    interface Opened<T> {
        T with(KongKeyspace source, KongKeyspace target);
    }

    <T> T open(Opened<T> use) {
        try (ReadSession source = open(from, Side.FROM);
                ReadSession target = open(to, Side.TO)) {
            return use.with(
                    KongKeyspace.open(source, Optional.of(catalog.version())),
                    KongKeyspace.open(target, Optional.of(catalog.version())));
        }
    }

    private static ReadSession open(String keyspace, Side side) {
        InetSocketAddress node =
                requireNonNull(SharedNode.cluster().contactPoints().get(0));
        return ReadSession.open(
                new Connector(),
                KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                        .keyspace(keyspace)
                        .build(),
                side,
                Consistency.QUORUM);
    }

    @Override
    public void close() {
        session().execute("DROP KEYSPACE " + from);
        session().execute("DROP KEYSPACE " + to);
    }
}
