package io.keyferry.bench;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * As fast as rows can be read with the driver: every row of every table by token ranges, every column decoded, nothing
 * kept. A program of its own: {@code HOST PORT DATACENTER PAGES KEYSPACE...}.
 */
final class ReadCeiling {
    private static final int RANGES = 64;
    private static final int PAGE_ROWS = 5_000;

    private final CqlSession session;
    private final Semaphore pages;
    private final AtomicLong rows = new AtomicLong();

    private ReadCeiling(CqlSession session, int pages) {
        this.session = session;
        this.pages = new Semaphore(pages);
    }

    public static void main(String[] args) throws InterruptedException {
        try (CqlSession session = BareDriver.connect(args)) {
            ReadCeiling ceiling = new ReadCeiling(session, Integer.parseInt(args[3]));
            for (int i = 4; i < args.length; i++) {
                for (String table : BareDriver.present(session, args[i], BareDriver.ENTITY_TABLES)) {
                    ceiling.read(args[i], table);
                }
            }
            System.out.println(ceiling.rows.get());
        }
        BareDriver.end();
    }

    private void read(String keyspace, String table) throws InterruptedException {
        BareDriver.Columns columns = BareDriver.columns(session, keyspace, table);
        int permits = pages.availablePermits();
        if (columns.partitionKey().equals("partition")) {
            // All rows are in one partition: only the clustering key, an id, divides them.
            PreparedStatement select = session.prepare("SELECT " + columns.list() + " FROM " + keyspace + "." + table
                    + " WHERE partition = ? AND id > ? AND id <= ?");
            for (List<java.util.UUID> range : BareDriver.idRanges()) {
                start(select.bind(table, range.get(0), range.get(1)));
            }
        } else {
            String token = "token(" + columns.partitionKey() + ")";
            PreparedStatement select = session.prepare("SELECT " + columns.list() + " FROM " + keyspace + "." + table
                    + " WHERE " + token + " > ? AND " + token + " <= ?");
            for (List<Long> range : ranges()) {
                start(select.bind(range.get(0), range.get(1)));
            }
        }
        pages.acquire(permits);
        pages.release(permits);
    }

    private void start(BoundStatement select) throws InterruptedException {
        pages.acquire();
        consume(session.executeAsync(select.setPageSize(PAGE_ROWS).setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)));
    }

    private void consume(CompletionStage<AsyncResultSet> page) {
        page.whenComplete((result, failure) -> {
            if (failure != null) {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
            CompletionStage<AsyncResultSet> next = result.hasMorePages() ? result.fetchNextPage() : null;
            long count = 0;
            for (Row row : result.currentPage()) {
                for (int i = 0; i < row.size(); i++) {
                    row.getObject(i);
                }
                count++;
            }
            rows.addAndGet(count);
            if (next != null) {
                consume(next);
            } else {
                pages.release();
            }
        });
    }

    private static List<List<Long>> ranges() {
        BigInteger width = BigInteger.ONE.shiftLeft(Long.SIZE).divide(BigInteger.valueOf(RANGES));
        List<List<Long>> ranges = new ArrayList<>();
        BigInteger start = BigInteger.valueOf(Long.MIN_VALUE);
        for (int i = 0; i < RANGES; i++) {
            BigInteger end = i == RANGES - 1 ? BigInteger.valueOf(Long.MAX_VALUE) : start.add(width);
            ranges.add(List.of(start.longValueExact(), end.longValueExact()));
            start = end;
        }
        return ranges;
    }
}
