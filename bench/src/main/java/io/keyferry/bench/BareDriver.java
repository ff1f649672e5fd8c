package io.keyferry.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What the programs that measure the ceiling share: the driver as it is, without anything of Keyferry's. */
final class BareDriver {
    /** The tables that hold the entities of the documents here. */
    static final List<String> ENTITY_TABLES =
            List.of("services", "routes", "plugins", "consumers", "keyauth_credentials");

    /** As {@link #ENTITY_TABLES}, and the one with rows that follow from them. */
    static final List<String> ALL_TABLES =
            Stream.concat(ENTITY_TABLES.stream(), Stream.of("tags")).toList();

    private static final int ID_RANGES = 16;
    private static final int FIRST_DIGIT = 60;
    private static final long VERSION_4 = 0x4000;

    /**
     * The columns of a table.
     *
     * @param names all of them
     * @param partitionKey of which the tables here have one column
     */
    record Columns(List<String> names, String partitionKey) {
        String list() {
            return String.join(", ", names);
        }
    }

    private BareDriver() {}

    /**
     * A session that closes at once.
     *
     * @param args host, port and datacenter come first
     */
    static CqlSession connect(String... args) {
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(args[0], Integer.parseInt(args[1])))
                .withLocalDatacenter(args[2])
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(2))
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofMinutes(1))
                        .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                        .build())
                .build();
    }

    /** Ends a program that is measured; netty would keep it for another second. */
    static void end() {
        System.exit(0);
    }

    /** Those of some tables that a keyspace has. */
    static List<String> present(CqlSession session, String keyspace, List<String> tables) {
        Set<String> known = new HashSet<>();
        session.execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", keyspace)
                .forEach(row -> known.add(row.getString(0)));
        return tables.stream().filter(known::contains).toList();
    }

    static Columns columns(CqlSession session, String keyspace, String table) {
        List<String> names = new ArrayList<>();
        String partitionKey = "";
        for (Row row : session.execute(
                "SELECT column_name, kind FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?",
                keyspace,
                table)) {
            names.add(row.getString(0));
            if ("partition_key".equals(row.getString(1))) {
                partitionKey = row.getString(0);
            }
        }
        return new Columns(names, partitionKey);
    }

    /** Ranges of ids of about equal size, in the order in which Cassandra keeps them: version first, then as digits. */
    static List<List<UUID>> idRanges() {
        List<List<UUID>> ranges = new ArrayList<>();
        UUID start = new UUID(0, 0);
        for (long digit = 1; digit <= ID_RANGES; digit++) {
            UUID end =
                    digit == ID_RANGES ? new UUID(-1, -1) : new UUID(digit << FIRST_DIGIT | VERSION_4, Long.MIN_VALUE);
            ranges.add(List.of(start, end));
            start = end;
        }
        return ranges;
    }
}
