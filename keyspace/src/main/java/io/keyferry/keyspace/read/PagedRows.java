package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.RetryableFailure;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * All rows of one statement, page by page. The next page is fetched while the current one is worked on. The size of
 * pages follows the size of rows, so that a page stays near {@value PageSize#PAGE_BYTES} bytes; a page that fails is
 * asked for again, smaller. That a page is short says nothing: only the absence of a paging state ends the rows (Kong stops at a
 * short page and loses the rest). Not for statements with a limit: see {@link Samples}. Not thread-safe.
 */
final class PagedRows {

    /** Fetches one page. */
    @FunctionalInterface
    interface Fetch {
        CompletionStage<AsyncResultSet> page(int pageSize, @Nullable ByteBuffer pagingState);
    }

    /** Takes one row. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(Row row) throws Exception;
    }

    /** Takes one row, and when it came. */
    @FunctionalInterface
    interface ArrivedConsumer {
        /**
         * Takes one row.
         *
         * @param arrived in seconds since the epoch: a time to live counts from then, however long the row has waited here
         */
        void accept(Row row, long arrived) throws Exception;
    }

    private record Page(AsyncResultSet rows, long arrived) {}

    private final Fetch fetch;
    private final Step step;
    private final TransferListener listener;
    private final PageSize known;
    private final Patience patience;
    /** What the last failure leaves of the largest page; it grows again with each page that comes. */
    private int ceiling = PageSize.LARGEST;

    private int pageSize;

    PagedRows(Fetch fetch, Step step, TransferListener listener) {
        this(fetch, step, listener, Patience.DEFAULT, new PageSize(PageSize.LARGEST));
    }

    PagedRows(Fetch fetch, Step step, TransferListener listener, PageSize known) {
        this(fetch, step, listener, Patience.DEFAULT, known);
    }

    /** @param known what earlier statements on the table learnt of its rows, and learns from this one */
    PagedRows(Fetch fetch, Step step, TransferListener listener, Patience patience, PageSize known) {
        this.patience = patience;
        this.fetch = fetch;
        this.step = step;
        this.listener = listener;
        this.known = known;
        pageSize = known.rows();
    }

    /** As {@link #forEachArrived}. */
    long forEach(RowConsumer consumer) throws Exception {
        return forEachArrived((row, arrived) -> consumer.accept(row));
    }

    /**
     * Gives all rows to the consumer, in the statement's order.
     *
     * @return the bytes that the server sent
     * @throws ExecutionException when a page failed for longer than patience lasts, with the last cause
     */
    long forEachArrived(ArrivedConsumer consumer) throws Exception {
        long bytes = 0;
        Page page = await(fetch(null), null);
        while (true) {
            AsyncResultSet rows = page.rows();
            ByteBuffer state = rows.hasMorePages() ? rows.getExecutionInfo().getPagingState() : null;
            bytes += adapt(rows);
            CompletionStage<Page> next = state == null ? null : fetch(state);
            for (Row row : rows.currentPage()) {
                consumer.accept(row, page.arrived());
            }
            if (next == null) {
                return bytes;
            }
            page = await(next, state);
        }
    }

    private CompletionStage<Page> fetch(@Nullable ByteBuffer state) {
        listener.inFlight(step, 1);
        return fetch.page(pageSize, state == null ? null : state.duplicate())
                .whenComplete((rows, failure) -> listener.inFlight(step, -1))
                .thenApply(rows -> new Page(rows, System.currentTimeMillis() / 1000));
    }

    /** Sets the next page's size by this one's bytes a row, and returns this one's bytes. */
    private int adapt(AsyncResultSet page) {
        int bytes = Math.max(0, page.getExecutionInfo().getResponseSizeInBytes());
        int rows = page.remaining();
        ceiling = Math.min(PageSize.LARGEST, 2 * ceiling);
        if (rows > 0 && bytes > 0) {
            known.learn(rows, bytes);
            pageSize = Math.min(ceiling, known.rows());
        }
        return bytes;
    }

    private Page await(CompletionStage<Page> first, @Nullable ByteBuffer state) throws Exception {
        CompletionStage<Page> attempt = first;
        Patience.Attempts attempts = patience.begin();
        while (true) {
            long pause;
            try {
                return attempt.toCompletableFuture().get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() instanceof CompletionException
                        ? e.getCause().getCause()
                        : e.getCause();
                pause = attempts.pauseAfter(cause).orElse(-1);
                if (pause < 0) {
                    throw new ExecutionException(cause);
                }
                listener.retried(step, RetryableFailure.reason(cause));
            }
            Thread.sleep(pause);
            pageSize = Math.max(1, pageSize / 4);
            ceiling = pageSize;
            attempt = fetch(state);
        }
    }
}
