package io.keyferry.rehearsal;

import com.datastax.oss.driver.api.core.CqlSession;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One throw-away node for the whole JVM, started by whoever needs it first, ended with the JVM. Test classes share it
 * and take a keyspace each.
 *
 * <p>The trap: a Kong keyspace takes about 30 MB of the node's heap, most of it for metrics of its tables and indexes.
 * There is room for about twenty; a JVM that makes more has to drop them.
 *
 * <p>Thread-safe. Static, because what it stands for is the JVM's: do not close it, kill it or change its users.
 */
public final class SharedNode {
    private static final int HEAP_MEGABYTES = 1024;
    private static final int LONGEST_NAME = 48;
    private static final AtomicInteger keyspaces = new AtomicInteger();
    private static @Nullable CassandraCluster cluster;
    private static @Nullable String failure;

    private SharedNode() {}

    /** The cluster of one node. */
    public static synchronized CassandraCluster cluster() {
        if (failure != null) {
            throw new RehearsalException("The shared node did not start before: " + failure);
        }
        if (cluster == null) {
            try {
                cluster = CassandraCluster.start(CassandraSettings.defaults().withHeapMegabytes(HEAP_MEGABYTES));
            } catch (RehearsalException e) {
                failure = e.getMessage();
                throw e;
            }
        }
        return cluster;
    }

    /** The cluster's common session, bound to no keyspace. */
    public static CqlSession session() {
        return cluster().session();
    }

    /** A valid keyspace name that nobody else in this JVM has: the prefix (letters, digits, underscores) and a number. */
    public static String freshKeyspaceName(String prefix) {
        if (!prefix.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("'" + prefix
                    + "' cannot begin a keyspace's name: use a lower case letter, then letters, digits, underscores");
        }
        String suffix = "_" + keyspaces.incrementAndGet();
        return prefix.substring(0, Math.min(prefix.length(), LONGEST_NAME - suffix.length())) + suffix;
    }
}
