package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.CqlSession;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole keyspace as a value: its tables and their rows, read from a recording or from a live cluster, and made real in
 * another one. Knows nothing of what the tables mean. Immutable; everything is held in memory, so it is for tests.
 *
 * <p>Not covered: user-defined types, materialized views, functions, table options other than the default time to live.
 *
 * @param tables by name
 * @param rows by table, in the order they were found in; a table without rows has an empty list
 */
public record RecordedKeyspace(
        String name, SortedMap<String, TableSchema> tables, SortedMap<String, List<RecordedRow>> rows) {
    public RecordedKeyspace {
        requireNonNull(name, "name");
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        TreeMap<String, List<RecordedRow>> complete = new TreeMap<>();
        tables.keySet().forEach(table -> complete.put(table, List.of()));
        rows.forEach((table, found) -> complete.put(table, List.copyOf(found)));
        rows = Collections.unmodifiableSortedMap(complete);
    }

    /** Reads a recording: a folder with {@code schema.json} and {@code rows}. */
    public static RecordedKeyspace of(Path folder) {
        return RecordingReader.read(folder);
    }

    /** Reads a live keyspace, with the time to live of what expires. At QUORUM. */
    public static RecordedKeyspace read(CqlSession session, String keyspace) {
        return new LiveReader(session, keyspace).read();
    }

    /** Makes a recording real in a new keyspace of one replica, and returns it. */
    public static RecordedKeyspace load(Path folder, CqlSession session, String keyspace) {
        RecordedKeyspace recorded = of(folder);
        recorded.createIn(session, keyspace, 1);
        return recorded;
    }

    /**
     * Makes this keyspace real in a new keyspace.
     *
     * <p>Values that were left to expire expire again, after what was left when they were recorded: with 90 seconds and
     * less in some recordings, read soon. Every value of a row is written at the row's latest recorded write time, or
     * now where that lies in the future, so that whatever a test writes later wins. The keyspace must not exist: lists
     * that are written twice at one write time would hold everything twice.
     */
    public void createIn(CqlSession session, String keyspace, int replicas) {
        new KeyspaceMaker(session, keyspace).make(this, replicas);
    }

    /** The rows of a table; empty when there is no such table. */
    public List<RecordedRow> rowsOf(String table) {
        return rows.getOrDefault(table, List.of());
    }
}
