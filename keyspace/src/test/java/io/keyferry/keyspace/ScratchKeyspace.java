package io.keyferry.keyspace;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
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
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.TableScan;
import io.keyferry.rehearsal.SharedNode;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** A keyspace of the shared node with some of a version's tables, without their indexes; closing drops it. */
public final class ScratchKeyspace implements AutoCloseable {
    private static final int IN_FLIGHT = 200;

    private final Catalog catalog;
    private final String name;
    private final ReadSession reader;

    public ScratchKeyspace(Catalog catalog, Collection<String> tables) {
        this.catalog = catalog;
        name = SharedNode.freshKeyspaceName("scratch");
        session()
                .execute("CREATE KEYSPACE " + name
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        for (String table : tables) {
            session().execute(ddl(catalog.table(table).orElseThrow()));
        }
        InetSocketAddress node = SharedNode.cluster().contactPoints().get(0);
        reader = ReadSession.open(
                new Connector(),
                KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                        .keyspace(name)
                        .build(),
                Side.FROM,
                Consistency.QUORUM);
    }

    private String ddl(TableLayout table) {
        return "CREATE TABLE " + table(table.name()) + " ("
                + table.columns().stream()
                        .map(column -> '"' + column.name() + "\" " + column.cqlType())
                        .collect(Collectors.joining(", "))
                + ", PRIMARY KEY ((" + quoted(table.partitionKey()) + ")"
                + (table.clusteringKey().isEmpty() ? "" : ", " + quoted(table.clusteringKey())) + "))";
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(column -> '"' + column + '"').collect(Collectors.joining(", "));
    }

    public CqlSession session() {
        return SharedNode.session();
    }

    /** A table of the keyspace as CQL wants it. */
    public String table(String table) {
        return name + ".\"" + table + "\"";
    }

    public ReadSession reader() {
        return reader;
    }

    public EntityType type(String entityType) {
        return catalog.entityType(entityType).orElseThrow();
    }

    /** Reading one table, with the schema as it is now. */
    public TableScan scan(String entityType) {
        return KongKeyspace.open(reader, Optional.of(catalog.version()))
                .scan(type(entityType))
                .orElseThrow();
    }

    /** All entities of a type, in the table's order. */
    public List<Entity> read(String entityType) {
        List<Entity> entities = new ArrayList<>();
        scan(entityType).readAll(Step.VERIFY, TransferListener.NONE, entities::add);
        return entities;
    }

    /** The codec of a type for its table as the version lays it out. */
    public RowCodec codec(String entityType) {
        Set<String> columns = type(entityType).table().columns().stream()
                .map(TableLayout.Column::name)
                .collect(Collectors.toSet());
        return RowCodec.of(type(entityType), columns);
    }

    /** Writes entities of one type, every one with the time to live that it has left at a time. */
    public void write(Collection<Entity> entities, Nulls nulls, long now) {
        if (entities.isEmpty()) {
            return;
        }
        RowCodec codec = codec(entities.iterator().next().type().name());
        PreparedStatement insert = session()
                .prepare("INSERT INTO " + table(codec.type().table().name()) + " (" + quoted(codec.insertColumns())
                        + ") VALUES ("
                        + codec.insertColumns().stream().map(column -> "?").collect(Collectors.joining(", "))
                        + ") USING TTL ?");
        List<Statement<?>> statements = new ArrayList<>();
        for (Entity entity : entities) {
            BoundStatementBuilder row = codec.bind(insert.boundStatementBuilder(), entity, nulls);
            int ttl = entity.expiresAt().isPresent() ? (int) (entity.expiresAt().getAsLong() - now) : 0;
            statements.add(row.setInt(codec.insertColumns().size(), ttl).build());
        }
        executeAll(statements);
    }

    /** Executes many statements, some of them at once. */
    public void executeAll(Collection<? extends Statement<?>> statements) {
        Queue<CompletionStage<AsyncResultSet>> running = new ArrayDeque<>();
        for (Statement<?> statement : statements) {
            if (running.size() == IN_FLIGHT) {
                running.remove().toCompletableFuture().join();
            }
            running.add(session().executeAsync(statement));
        }
        running.forEach(stage -> stage.toCompletableFuture().join());
    }

    /** The row that a query finds first. */
    public Row row(String cql, Object... values) {
        return requireNonNull(session().execute(cql, values).one(), cql);
    }

    @Override
    public void close() {
        reader.close();
        session().execute("DROP KEYSPACE " + name);
    }
}
