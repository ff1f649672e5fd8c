package io.keyferry.keyspace.cql;

import com.datastax.dse.driver.api.core.config.DseDriverOption;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.Version;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.config.ProgrammaticDriverConfigLoaderBuilder;
import com.datastax.oss.driver.api.core.ssl.ProgrammaticSslEngineFactory;
import com.datastax.oss.driver.internal.core.context.InternalDriverContext;
import io.keyferry.keyspace.problem.KeyferryException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Opens driver sessions: one connection per node, no schema metadata in the driver (each DDL statement would wait for
 * its refresh), no speculative execution, statements not idempotent unless they say so. A session is bound to no
 * keyspace, which need not exist yet. Gives up after about ten seconds when nothing answers. Thread-safe.
 */
public final class Connector {
    /** The driver's execution profile for requests that it must not send again by itself, see {@link SentOnce}. */
    public static final String SENT_ONCE = "sent-once";

    private static final String MURMUR3 = "org.apache.cassandra.dht.Murmur3Partitioner";
    private static final int OLDEST_MAJOR = 3;
    private static final int REQUESTS_IN_FLIGHT = 1024;
    private static final Duration INITIAL_TIMEOUT = Duration.ofSeconds(10);
    private static final int OPENING_SECONDS = 30;
    private static final int QUIET_MILLIS = 100;

    /** Of requests, finer where a healthy cluster answers. */
    private static final List<Duration> LATENCIES = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    private final Optional<Object> metrics;

    /** Opens sessions that are not measured. */
    public Connector() {
        metrics = Optional.empty();
    }

    /**
     * Opens sessions that are measured.
     *
     * @param metrics where the driver counts: a registry of Micrometer, which the driver only takes as an object
     */
    public Connector(Object metrics) {
        this.metrics = Optional.of(metrics);
    }

    /**
     * Opens a session that can write: for the target only. The source is read through {@link ReadSession#open}.
     * The caller closes it.
     *
     * @throws KeyferryException (TARGET) when it cannot be reached or is refused, (USAGE) when files of TLS are unfit
     */
    public CqlSession openTarget(KeyspaceAddress address) {
        return open(address, Side.TO);
    }

    /**
     * Closes a session that nobody uses any more. Does not wait for the driver's threads, which rest a tenth of a second
     * first, and the process may end meanwhile; only of a session that is measured, since the driver must have taken away
     * its gauges before the last values are read.
     */
    public static void close(CqlSession session) {
        if (((InternalDriverContext) session.getContext()).getMetricRegistry() == null) {
            var unused = session.closeAsync();
        } else {
            session.close();
        }
    }

    CqlSession open(KeyspaceAddress address, Side side) {
        @Nullable SSLContext tls = address.tls() instanceof Tls.On on ? TlsContext.of(on, side) : null;
        List<InetSocketAddress> nodes = Reachable.of(address, side, new Probe(side, address.tls(), tls));
        CqlSessionBuilder builder =
                CqlSession.builder().withConfigLoader(config(address, side)).addContactPoints(nodes);
        metrics.ifPresent(builder::withMetricRegistry);
        address.credentials()
                .ifPresent(user -> builder.withAuthCredentials(
                        user.username(), user.password().value()));
        if (tls != null) {
            boolean checkHost = address.tls() instanceof Tls.On on && on.check() == Tls.Check.HOSTNAME;
            builder.withSslEngineFactory(new ProgrammaticSslEngineFactory(tls, null, checkHost, false));
        }
        CqlSession session = await(builder.buildAsync().toCompletableFuture(), address, side);
        try {
            admit(session, address, side);
            return session;
        } catch (RuntimeException e) {
            close(session);
            throw e;
        }
    }

    private static CqlSession await(CompletableFuture<CqlSession> opening, KeyspaceAddress address, Side side) {
        try {
            return opening.get(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw ConnectFailures.translate(e.getCause() == null ? e : e.getCause(), address, side);
        } catch (TimeoutException e) {
            closeLate(opening);
            throw ConnectFailures.translate(e, address, side);
        } catch (InterruptedException e) {
            closeLate(opening);
            throw ConnectFailures.interrupted(side);
        }
    }

    private static void closeLate(CompletableFuture<CqlSession> opening) {
        var unused = opening.thenCompose(CqlSession::closeAsync);
    }

    /** Refuses clusters that we could read wrongly: unknown datacenters, foreign partitioners, ancient versions. */
    private static void admit(CqlSession session, KeyspaceAddress address, Side side) {
        String where = ConnectFailures.where(address, side);
        SortedMap<String, Integer> datacenters = ClusterInfo.datacenters(session);
        Optional<String> local = address.datacenter();
        if (local.isPresent() && !datacenters.containsKey(local.get())) {
            throw new KeyferryException(
                    side.failure(),
                    where + " has no datacenter '" + local.get() + "': it has "
                            + String.join(", ", datacenters.keySet()));
        }
        if (local.isEmpty() && datacenters.size() > 1) {
            throw new KeyferryException(
                    side.failure(),
                    where + " has several datacenters (" + String.join(", ", datacenters.keySet())
                            + "): name the one to talk to, with datacenter=NAME in the URI or"
                            + " cassandra_local_datacenter in the kong.conf");
        }
        List<Version> versions = ClusterInfo.versions(session);
        if (!versions.isEmpty() && versions.get(0).getMajor() < OLDEST_MAJOR) {
            throw new KeyferryException(
                    side.failure(),
                    where + " runs Cassandra " + versions.get(0)
                            + ": 3.0 or newer is needed; upgrade it in place first");
        }
        String partitioner = partitioner(session, address, side);
        if (!partitioner.equals(MURMUR3)) {
            throw new KeyferryException(
                    side.failure(),
                    where + " uses " + partitioner
                            + ": only the Murmur3Partitioner, Cassandra's default since 1.2, is supported");
        }
    }

    private static String partitioner(CqlSession session, KeyspaceAddress address, Side side) {
        try {
            return ClusterInfo.partitioner(session);
        } catch (DriverException e) {
            throw ConnectFailures.translate(e, address, side);
        }
    }

    private DriverConfigLoader config(KeyspaceAddress address, Side side) {
        boolean local = address.datacenter().isPresent();
        var config = DriverConfigLoader.programmaticBuilder()
                .withString(DefaultDriverOption.SESSION_NAME, "keyferry-" + side.noun())
                .withInt(DefaultDriverOption.CONNECTION_POOL_LOCAL_SIZE, 1)
                .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, REQUESTS_IN_FLIGHT)
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                .withBoolean(DefaultDriverOption.RECONNECT_ON_INIT, false)
                .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, false)
                .withBoolean(DefaultDriverOption.CONNECTION_WARN_INIT_ERROR, false)
                .withBoolean(DseDriverOption.MONITOR_REPORTING_ENABLED, false)
                // Microseconds of the system's clock are not worth a native library, unpacked on each start.
                .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                .withString(DefaultDriverOption.RETRY_POLICY_CLASS, "DefaultRetryPolicy")
                .withString(DefaultDriverOption.SPECULATIVE_EXECUTION_POLICY_CLASS, "NoSpeculativeExecutionPolicy")
                // The default policy insists on a datacenter; the basic one takes all nodes until we know there is one.
                .withString(
                        DefaultDriverOption.LOAD_BALANCING_POLICY_CLASS,
                        local ? "DefaultLoadBalancingPolicy" : "BasicLoadBalancingPolicy")
                .withString(
                        DefaultDriverOption.REQUEST_CONSISTENCY,
                        address.consistencyOr(Optional.empty()).name())
                .withString(DefaultDriverOption.REQUEST_SERIAL_CONSISTENCY, local ? "LOCAL_SERIAL" : "SERIAL")
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, address.requestTimeout())
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, INITIAL_TIMEOUT)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, INITIAL_TIMEOUT)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, INITIAL_TIMEOUT)
                // The driver would ask system.peers, which gossip brings up to date once a second; whoever changes
                // schemas asks the nodes themselves.
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, Duration.ZERO)
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, INITIAL_TIMEOUT)
                // By default each close waits two seconds for events that may still come; with none at all, netty
                // complains of those that do.
                .withString(DefaultDriverOption.NETTY_IO_SHUTDOWN_UNIT, "MILLISECONDS")
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, QUIET_MILLIS)
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_TIMEOUT, (int) INITIAL_TIMEOUT.toMillis())
                .withString(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_UNIT, "MILLISECONDS")
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, QUIET_MILLIS)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_TIMEOUT, (int) INITIAL_TIMEOUT.toMillis());
        address.datacenter()
                .ifPresent(name -> config.withString(DefaultDriverOption.LOAD_BALANCING_LOCAL_DATACENTER, name));
        if (metrics.isPresent()) {
            measured(config);
        }
        config.startProfile(SENT_ONCE)
                .withClass(DefaultDriverOption.RETRY_POLICY_CLASS, SentOnce.class)
                .endProfile();
        return config.build();
    }

    /** What tells a slow or failing cluster, by session and by node. */
    private static void measured(ProgrammaticDriverConfigLoaderBuilder config) {
        config.withString(DefaultDriverOption.METRICS_FACTORY_CLASS, "MicrometerMetricsFactory")
                .withString(DefaultDriverOption.METRICS_ID_GENERATOR_CLASS, "TaggingMetricIdGenerator")
                .withString(DefaultDriverOption.METRICS_ID_GENERATOR_PREFIX, "cassandra")
                .withBoolean(DefaultDriverOption.METRICS_GENERATE_AGGREGABLE_HISTOGRAMS, false)
                .withDurationList(DefaultDriverOption.METRICS_SESSION_CQL_REQUESTS_SLO, LATENCIES)
                .withStringList(
                        DefaultDriverOption.METRICS_SESSION_ENABLED,
                        List.of(
                                "bytes-sent",
                                "bytes-received",
                                "connected-nodes",
                                "cql-requests",
                                "cql-client-timeouts"))
                .withStringList(
                        DefaultDriverOption.METRICS_NODE_ENABLED,
                        List.of(
                                "pool.open-connections",
                                "pool.in-flight",
                                "errors.request.write-timeouts",
                                "errors.request.read-timeouts",
                                "errors.request.unavailables",
                                "errors.request.others",
                                "errors.connection.init"));
    }
}
