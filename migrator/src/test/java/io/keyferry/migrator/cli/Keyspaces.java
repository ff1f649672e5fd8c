package io.keyferry.migrator.cli;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Keyspaces of the shared node, for commands to work on. */
final class Keyspaces {
    private Keyspaces() {}

    private static InetSocketAddress contact() {
        return SharedNode.cluster().contactPoints().get(0);
    }

    private static CqlSession session() {
        return SharedNode.session();
    }

    /** The built-in sample of Kong 2.0. */
    static String sample(String prefix) {
        return sample(prefix, 0);
    }

    /** The same with at least so many entities. */
    static String sample(String prefix, long entities) {
        String name = SharedNode.freshKeyspaceName(prefix);
        KeyspaceAddress address = KeyspaceAddress.at(
                        new ContactPoint(contact().getHostString(), contact().getPort()))
                .keyspace(name)
                .datacenter(SharedNode.cluster().datacenter())
                .replication(new Replication.Simple(1))
                .build();
        new SampleSource(address, SampleSource.VERSION, entities, Clock.systemUTC()).write(RunSettings.defaults());
        return name;
    }

    static String uri(String keyspace) {
        return "cassandra://" + contact().getHostString() + ":" + contact().getPort() + "/" + keyspace
                + "?datacenter=datacenter1&replication=1";
    }

    static Path kongConf(Path directory, String keyspace) throws IOException {
        return Files.writeString(directory.resolve(keyspace + ".conf"), """
            # as on a gateway
            database = cassandra
            cassandra_contact_points = %s
            cassandra_port = %d
            cassandra_keyspace = %s
            cassandra_lb_policy = RequestDCAwareRoundRobin
            cassandra_local_datacenter = datacenter1
            cassandra_repl_strategy = SimpleStrategy
            cassandra_repl_factor = 1
            """.formatted(
                        contact().getHostString(), contact().getPort(), keyspace));
    }

    static boolean exists(String keyspace) {
        return session()
                        .execute("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace)
                        .one()
                != null;
    }

    static void drop(String keyspace) {
        session().execute("DROP KEYSPACE IF EXISTS \"" + keyspace + "\"");
    }

    static void run(String cql, Object... values) {
        session().execute(cql, values);
    }

    static long count(String keyspace, String table) {
        return session()
                .execute("SELECT count(*) FROM \"" + keyspace + "\"." + table)
                .one()
                .getLong(0);
    }

    /** The keys of the rows in table locks. */
    static List<String> locks(String keyspace) {
        List<String> keys = new ArrayList<>();
        session().execute("SELECT key FROM \"" + keyspace + "\".locks").forEach(row -> keys.add(row.getString(0)));
        return keys;
    }

    /** A row as JSON, the first one for an empty condition; to put it back with {@link #put}. */
    static String row(String keyspace, String table, String condition) {
        return session()
                .execute("SELECT JSON * FROM \"" + keyspace + "\"." + table
                        + (condition.isEmpty() ? "" : " WHERE " + condition) + " LIMIT 1")
                .one()
                .getString(0);
    }

    static void put(String keyspace, String table, String row) {
        session().execute("INSERT INTO \"" + keyspace + "\"." + table + " JSON ?", row);
    }

    /** Schema and rows of a keyspace as text; equal texts, equal keyspaces. */
    static String content(String keyspace) {
        List<String> lines = new ArrayList<>();
        List<String> tables = new ArrayList<>();
        for (String part : List.of("tables", "columns", "indexes")) {
            for (Row row : session()
                    .execute("SELECT JSON * FROM system_schema." + part + " WHERE keyspace_name = ?", keyspace)) {
                lines.add(part + " " + row.getString(0));
            }
        }
        session()
                .execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", keyspace)
                .forEach(row -> tables.add(row.getString(0)));
        for (String table : tables) {
            for (Row row : session().execute("SELECT JSON * FROM \"" + keyspace + "\"." + table)) {
                lines.add(table + " " + row.getString(0));
            }
        }
        lines.sort(null);
        return String.join("\n", lines);
    }
}
