package io.keyferry.migrator;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.KeyspaceBootstrap;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.rehearsal.TableSchema;
import io.keyferry.rehearsal.TableSchema.Column;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keyspaces of one test on the shared node, dropped when done with. Bootstrapped ones are made once a version and
 * emptied before they are given out again, since making one takes seconds. Not thread-safe.
 */
final class Keyspaces implements AutoCloseable {
    private static final Set<String> NOT_EMPTIED = Set.of("schema_meta", "locks");

    private final Map<String, KeyspaceAddress> bootstrapped = new HashMap<>();
    private final List<String> made = new ArrayList<>();
    private @Nullable Loaded loaded;

    /**
     * A recording made real.
     *
     * @param at when, since from then on what expires runs down
     */
    record Loaded(Path folder, KeyspaceAddress address, Instant at) {}

    /** The address of a keyspace that does not exist yet. */
    KeyspaceAddress fresh() {
        String name = SharedNode.freshKeyspaceName("recorded");
        made.add(name);
        InetSocketAddress contact = SharedNode.cluster().contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(name)
                .datacenter(SharedNode.cluster().datacenter())
                .replication(new Replication.Simple(1))
                .build();
    }

    /**
     * A keyspace as a recording has it, to be read only: the same one as before if it is asked for again.
     */
    Loaded load(Path folder) {
        if (loaded != null && loaded.folder().equals(folder)) {
            return loaded;
        }
        if (loaded != null) {
            drop(loaded.address());
        }
        Instant now = Instant.now();
        loaded = new Loaded(folder, loadAnew(folder), now);
        return loaded;
    }

    /** A keyspace as a recording has it, to do with as one likes. */
    KeyspaceAddress loadAnew(Path folder) {
        KeyspaceAddress address = fresh();
        RecordedKeyspace.load(folder, SharedNode.session(), address.keyspace());
        return address;
    }

    /** A keyspace as our own bootstrap of the version leaves it. */
    KeyspaceAddress bootstrapped(Catalog catalog) {
        KeyspaceAddress known = bootstrapped.get(catalog.version().line());
        if (known != null) {
            empty(known);
            return known;
        }
        KeyspaceAddress address = fresh();
        new KeyspaceBootstrap(address, catalog, RunSettings.defaults(), "a test", Clock.systemUTC()).run();
        bootstrapped.put(catalog.version().line(), address);
        return address;
    }

    RecordedKeyspace read(KeyspaceAddress address) {
        return RecordedKeyspace.read(SharedNode.session(), address.keyspace());
    }

    /** Deletes all rows but those that a bootstrap writes. */
    private void empty(KeyspaceAddress address) {
        CqlSession session = SharedNode.session();
        RecordedKeyspace keyspace = read(address);
        keyspace.rows().forEach((table, rows) -> {
            TableSchema schema = keyspace.tables().get(table);
            if (schema != null && !NOT_EMPTIED.contains(table)) {
                rows.stream()
                        .filter(row -> !isOfBootstrap(table, row))
                        .forEach(row -> session.execute(delete(address.keyspace(), schema, row)));
            }
        });
        if (keyspace.tables().containsKey("parameters")) {
            session.execute("DELETE created_at FROM " + address.keyspace() + ".parameters WHERE key = 'cluster_id'");
        }
        awaitNextMillisecond();
    }

    private static boolean isOfBootstrap(String table, RecordedRow row) {
        return switch (table) {
            case "workspaces" -> RowComparison.value(row, "name").asText().equals("default");
            case "parameters" -> RowComparison.value(row, "key").asText().equals("cluster_id");
            default -> false;
        };
    }

    private static SimpleStatement delete(String keyspace, TableSchema table, RecordedRow row) {
        String where = table.key().stream()
                .map(Column::name)
                .map(name -> "\"" + name + "\" = fromJson('"
                        + RowComparison.value(row, name).toString().replace("'", "''") + "')")
                .collect(Collectors.joining(" AND "));
        return SimpleStatement.newInstance("DELETE FROM " + keyspace + "." + table.name() + " WHERE " + where);
    }

    /** An import writes at the whole millisecond of its start, which must be later than what was deleted. */
    private static void awaitNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() <= now) {
            Thread.onSpinWait();
        }
    }

    void drop(KeyspaceAddress address) {
        SharedNode.session().execute("DROP KEYSPACE IF EXISTS " + address.keyspace());
        made.remove(address.keyspace());
    }

    @Override
    public void close() {
        for (String name : made) {
            SharedNode.session().execute("DROP KEYSPACE IF EXISTS " + name);
        }
    }
}
