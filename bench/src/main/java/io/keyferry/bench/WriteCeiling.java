package io.keyferry.bench;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * As fast as the same rows can be written with the driver: the rows of one keyspace, {@code tags} among them, are held
 * in memory as they came and inserted into another. A program of its own:
 * {@code HOST PORT DATACENTER IN_FLIGHT FROM TO}; prints the rows and the seconds that reading them took.
 */
final class WriteCeiling {
    private static final double NANOS = 1e9;

    private WriteCeiling() {}

    public static void main(String[] args) throws InterruptedException {
        int inFlight = Integer.parseInt(args[3]);
        try (CqlSession session = BareDriver.connect(args)) {
            long started = System.nanoTime();
            List<BoundStatement> statements = new ArrayList<>();
            for (String table : BareDriver.present(session, args[5], BareDriver.ALL_TABLES)) {
                take(session, table, args[4], args[5], statements);
            }
            double seconds = (System.nanoTime() - started) / NANOS;
            write(session, statements, inFlight);
            System.out.println(statements.size() + " " + seconds);
        }
        BareDriver.end();
    }

    private static void take(
            CqlSession session, String table, String from, String to, List<BoundStatement> statements) {
        BareDriver.Columns columns = BareDriver.columns(session, from, table);
        String markers =
                String.join(", ", columns.names().stream().map(name -> "?").toList());
        PreparedStatement insert = session.prepare(
                "INSERT INTO " + to + "." + table + " (" + columns.list() + ") VALUES (" + markers + ")");
        for (Row row : session.execute("SELECT " + columns.list() + " FROM " + from + "." + table)) {
            BoundStatementBuilder statement = insert.boundStatementBuilder();
            for (int i = 0; i < row.size(); i++) {
                ByteBuffer value = row.getBytesUnsafe(i);
                if (value != null) {
                    statement = statement.setBytesUnsafe(i, value);
                }
            }
            statements.add(
                    statement.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM).build());
        }
    }

    private static void write(CqlSession session, List<BoundStatement> statements, int inFlight)
            throws InterruptedException {
        Semaphore permits = new Semaphore(inFlight);
        for (BoundStatement statement : statements) {
            permits.acquire();
            session.executeAsync(statement).whenComplete((result, failure) -> {
                if (failure != null) {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
                permits.release();
            });
        }
        permits.acquire(inFlight);
    }
}
