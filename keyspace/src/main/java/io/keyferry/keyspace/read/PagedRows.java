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

    /** Takes one row; its size in bytes is what the server sent for the page divided by the page's rows. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(Row row) throws Exception;
    }

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
        this.fetch = (size, state) -> {
            listener.inFlight(step, 1);
            return fetch.page(size, state).whenComplete((page, failure) -> listener.inFlight(step, -1));
        };
        this.step = step;
        this.listener = listener;
        this.known = known;
        pageSize = known.rows();
    }

    /**
     * Gives all rows to the consumer, in the statement's order.
     *
     * @return the bytes that the server sent
     * @throws ExecutionException when a page failed for longer than patience lasts, with the last cause
     */
    long forEach(RowConsumer consumer) throws Exception {
        long bytes = 0;
        AsyncResultSet page = await(fetch.page(pageSize, null), null);
        while (true) {
            ByteBuffer state = page.hasMorePages() ? page.getExecutionInfo().getPagingState() : null;
            bytes += adapt(page);
            CompletionStage<AsyncResultSet> next = state == null ? null : fetch.page(pageSize, state.duplicate());
            for (Row row : page.currentPage()) {
                consumer.accept(row);
            }
            if (next == null) {
                return bytes;
            }
            page = await(next, state);
        }
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

    private AsyncResultSet await(CompletionStage<AsyncResultSet> first, @Nullable ByteBuffer state) throws Exception {
        CompletionStage<AsyncResultSet> attempt = first;
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
            attempt = fetch.page(pageSize, state == null ? null : state.duplicate());
        }
    }
}
