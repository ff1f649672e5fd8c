package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.connection.ClosedConnectionException;
import com.datastax.oss.driver.api.core.connection.HeartbeatException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.CDCWriteFailureException;
import com.datastax.oss.driver.api.core.servererrors.FunctionFailureException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.QueryExecutionException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import org.jspecify.annotations.Nullable;

/** Which failures of the driver may go away by asking again. */
public final class RetryableFailure {
    private RetryableFailure() {}

    /** Whether it makes sense to try again: time-outs, overload, replicas or nodes away. */
    public static boolean is(@Nullable Throwable failure) {
        return failure instanceof DriverTimeoutException
                || failure instanceof QueryExecutionException
                || failure instanceof OverloadedException
                || failure instanceof BootstrappingException
                || failure instanceof ClosedConnectionException
                || failure instanceof HeartbeatException
                || failure instanceof AllNodesFailedException;
    }

    /**
     * Whether a replica itself said that it failed. That may pass, too, but says nothing of nodes that come back: a row
     * that no replica can take stays so.
     */
    static boolean isAnswered(@Nullable Throwable failure) {
        return failure instanceof ReadFailureException
                || failure instanceof WriteFailureException
                || failure instanceof FunctionFailureException
                || failure instanceof CDCWriteFailureException;
    }

    /** A short name of the failure for counters, e.g. {@code ReadTimeout}. */
    public static String reason(@Nullable Throwable failure) {
        return failure == null ? "unknown" : failure.getClass().getSimpleName().replaceAll("Exception$", "");
    }
}
