package io.keyferry.bench;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * As fast as the same rows can be written with the driver: the rows of one keyspace, {@code tags} among them, are held
 * in memory as they came, a row or a batch of rows a request, and inserted into another. A program of its own:
 * {@code HOST PORT DATACENTER IN_FLIGHT TOGETHER FROM TO}; prints the rows and the seconds that reading them took.
 */
final class WriteCeiling {
    private static final double NANOS = 1e9;
    /** Cassandra warns from 5 KiB on, and counts some bytes a value. */
    private static final int MOST_BYTES_TOGETHER = 4 << 10;

    private static final int BYTES_PER_VALUE = 36;

    private final CqlSession session;
    private final int inFlight;
    private final int together;
    private final List<List<BoundStatement>> requests = new ArrayList<>();
    private int rows;

    private WriteCeiling(CqlSession session, int inFlight, int together) {
        this.session = session;
        this.inFlight = inFlight;
        this.together = together;
    }

    public static void main(String[] args) throws InterruptedException {
        try (CqlSession session = BareDriver.connect(args)) {
            WriteCeiling ceiling = new WriteCeiling(session, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            long started = System.nanoTime();
            for (String table : BareDriver.present(session, args[6], BareDriver.ALL_TABLES)) {
                ceiling.take(table, args[5], args[6]);
            }
            double seconds = (System.nanoTime() - started) / NANOS;
            ceiling.write();
            System.out.println(ceiling.rows + " " + seconds);
        }
        BareDriver.end();
    }

    private void take(String table, String from, String to) {
        BareDriver.Columns columns = BareDriver.columns(session, from, table);
        String markers =
                String.join(", ", columns.names().stream().map(name -> "?").toList());
        PreparedStatement insert = session.prepare(
                "INSERT INTO " + to + "." + table + " (" + columns.list() + ") VALUES (" + markers + ")");
        List<BoundStatement> request = new ArrayList<>();
        int size = 0;
        for (Row row : session.execute("SELECT " + columns.list() + " FROM " + from + "." + table)) {
            BoundStatementBuilder statement = insert.boundStatementBuilder();
            int bytes = 0;
            for (int i = 0; i < row.size(); i++) {
                ByteBuffer value = row.getBytesUnsafe(i);
                if (value != null) {
                    bytes += value.remaining() + BYTES_PER_VALUE;
                    statement = statement.setBytesUnsafe(i, value);
                }
            }
            if (!request.isEmpty() && (request.size() == together || size + bytes > MOST_BYTES_TOGETHER)) {
                requests.add(request);
                request = new ArrayList<>();
                size = 0;
            }
            request.add(
                    statement.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM).build());
            size += bytes;
            rows++;
        }
        if (!request.isEmpty()) {
            requests.add(request);
        }
    }

    private void write() throws InterruptedException {
        Semaphore permits = new Semaphore(inFlight);
        for (List<BoundStatement> request : requests) {
            permits.acquire(request.size());
            session.executeAsync(statement(request)).whenComplete((result, failure) -> {
                if (failure != null) {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
                permits.release(request.size());
            });
        }
        permits.acquire(inFlight);
    }

    private static Statement<?> statement(List<BoundStatement> request) {
        return request.size() == 1
                ? request.get(0)
                : BatchStatement.builder(BatchType.UNLOGGED)
                        .addStatements(request.toArray(BoundStatement[]::new))
                        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                        .build();
    }
}
