package io.keyferry.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What the programs that measure the ceiling share: the driver as it is, without anything of Keyferry's. */
final class BareDriver {
    /** The tables that hold the entities of {@link BenchDocument}. */
    static final List<String> ENTITY_TABLES =
            List.of("services", "routes", "plugins", "consumers", "keyauth_credentials");

    private static final int ID_RANGES = 16;

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

    /** @param args host, port and datacenter come first */
    static CqlSession connect(String... args) {
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(args[0], Integer.parseInt(args[1])))
                .withLocalDatacenter(args[2])
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(2))
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofMinutes(1))
                        .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                        .build())
                .build();
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

    /** Ranges of ids of version 4 or 3, of about equal size, in the order in which Cassandra keeps them. */
    static List<List<UUID>> idRanges(CqlSession session, String keyspace, String table) {
        List<UUID> ids = new ArrayList<>();
        for (Row row : session.execute("SELECT id FROM " + keyspace + "." + table + " WHERE partition = ?", table)) {
            ids.add(row.getUuid(0));
        }
        List<List<UUID>> ranges = new ArrayList<>();
        UUID start = new UUID(0, 0);
        for (int i = 1; i <= ID_RANGES && !ids.isEmpty(); i++) {
            UUID end = ids.get((int) ((long) ids.size() * i / ID_RANGES - 1));
            ranges.add(List.of(start, end));
            start = end;
        }
        return ranges;
    }
}
