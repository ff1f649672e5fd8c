package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Reading of few rows at once. The samples are first pages, not limited selects: Cassandra (5.0) starts over when the
 * page that is asked for is larger than the limit, paging state or not.
 */
final class Samples {
    private Samples() {}

    /** Gives all rows of a statement to the consumer. */
    static void read(ReadSession session, PreparedSelect select, List<?> values, PagedRows.RowConsumer consumer) {
        PagedRows rows = new PagedRows(
                (size, state) -> session.execute(select, values, size, state),
                Step.PLAN,
                TransferListener.NONE,
                session.address().patience(),
                new PageSize(PageSize.LARGEST));
        try {
            rows.forEach(consumer);
        } catch (ExecutionException e) {
            throw session.failure("table " + select.select().table(), e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(KeyferryException.Kind.INTERRUPTED, "interrupted", e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The first rows of a statement.
     *
     * @param complete whether there are no more
     */
    record FirstRows(List<Row> rows, boolean complete) {}

    /** Reads a first page of at most so many rows; one that is short need not be the last. */
    static FirstRows first(ReadSession session, PreparedSelect select, List<?> values, int most) {
        Patience.Attempts attempts = session.address().patience().begin();
        try {
            while (true) {
                try {
                    AsyncResultSet page = session.execute(select, values, most, null)
                            .toCompletableFuture()
                            .get();
                    List<Row> rows = new ArrayList<>();
                    page.currentPage().forEach(rows::add);
                    return new FirstRows(rows, !page.hasMorePages());
                } catch (ExecutionException e) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    TimeUnit.MILLISECONDS.sleep(attempts.pauseAfter(cause)
                            .orElseThrow(() ->
                                    session.failure("table " + select.select().table(), cause)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyferryException(KeyferryException.Kind.INTERRUPTED, "interrupted", e);
        }
    }
}
