package io.keyferry.rehearsal;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.config.ProgrammaticDriverConfigLoaderBuilder;
import com.datastax.oss.driver.internal.core.ssl.DefaultSslEngineFactory;
import java.time.Duration;
import java.util.Optional;

/** How a session for DDL and tests is configured: patient, and without the metadata that makes each DDL wait a second. */
final class Sessions {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Sessions() {}

    static CqlSession open(CassandraCluster cluster, Optional<CqlIdentifier> keyspace) {
        CqlSessionBuilder builder = CqlSession.builder()
                .addContactPoints(cluster.contactPoints())
                .withLocalDatacenter(cluster.datacenter())
                .withConfigLoader(configuration(cluster.tls()));
        cluster.credentials().ifPresent(login -> builder.withAuthCredentials(login.user(), login.password()));
        keyspace.ifPresent(builder::withKeyspace);
        return builder.build();
    }

    private static DriverConfigLoader configuration(Optional<TlsFiles> tls) {
        ProgrammaticDriverConfigLoaderBuilder options = DriverConfigLoader.programmaticBuilder()
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONNECTION_SET_KEYSPACE_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_INTERVAL, Duration.ofMillis(50))
                .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(200))
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(2))
                // The default waits two seconds at each close for events that may still come.
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0);
        tls.ifPresent(files -> {
            options.withClass(DefaultDriverOption.SSL_ENGINE_FACTORY_CLASS, DefaultSslEngineFactory.class)
                    .withString(
                            DefaultDriverOption.SSL_TRUSTSTORE_PATH,
                            files.trustStore().toString())
                    .withString(DefaultDriverOption.SSL_TRUSTSTORE_PASSWORD, files.password());
            files.client()
                    .ifPresent(client -> options.withString(
                                    DefaultDriverOption.SSL_KEYSTORE_PATH,
                                    client.keyStore().toString())
                            .withString(DefaultDriverOption.SSL_KEYSTORE_PASSWORD, files.password()));
        });
        return options.build();
    }
}
