package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The classes that a connection needs, for who wants them loaded without one. */
public final class DriverClasses {
    private DriverClasses() {}

    /** Has the driver make all of its parts, before it finds that nothing listens. Reaches no cluster. */
    public static void load() {
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                .withLocalDatacenter("none")
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                        .build())
                .build()) {
            throw new IllegalStateException("port 1 is Cassandra's: " + session.getMetadata());
        } catch (AllNodesFailedException e) {
            // As it should.
        }
    }
}
