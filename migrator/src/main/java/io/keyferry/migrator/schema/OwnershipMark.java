package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.cql.LiveSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The mark that a keyspace is Keyferry's own and nobody's yet: a row in its table {@code locks}, of which Kong reads no
 * row but its own. It says since when the keyspace is filled and whether it was there before, empty. With the release it
 * goes: a keyspace that a gateway may run on is never taken for ours again. A row more for each table that no Kong has
 * says that the run made it. All of these go by themselves after a year. Immutable.
 *
 * @param run whose keyspace it is
 * @param sinceMicros the earliest write time of the run's rows
 * @param keyspaceMade whether the keyspace was made too, and not only what is in it
 */
public record OwnershipMark(String run, long sinceMicros, boolean keyspaceMade) {
    private static final String KEY = "keyferry made";
    private static final String TABLE = KEY + " table ";
    /** A hundred attempts of a run, ten milliseconds apart; nobody else can write before the tables are there. */
    private static final long WRITING_MICROS = TimeUnit.SECONDS.toMicros(1);
    /** Kong gives rows of the table a minute; a time to live of 0 does not lift that before Cassandra 3.6. */
    private static final long TTL_SECONDS = TimeUnit.DAYS.toSeconds(365);

    public OwnershipMark {
        requireNonNull(run, "run is null");
    }

    /** The mark of a keyspace that has the table. */
    public static Optional<OwnershipMark> read(TargetSession target) {
        Row row = target.run("SELECT owner FROM " + target.table("locks") + " WHERE key = ?", KEY)
                .one();
        String text = row == null ? null : row.getString(0);
        String[] words = text == null ? new String[0] : text.split(" ", 3);
        return words.length == 3 && words[0].matches("[0-9]{1,18}")
                ? Optional.of(new OwnershipMark(words[2], Long.parseLong(words[0]), words[1].equals("made")))
                : Optional.empty();
    }

    void write(TargetSession target) {
        target.run(insert(target), KEY, sinceMicros + (keyspaceMade ? " made " : " found ") + run);
    }

    /** Notes that the run makes a table that no Kong has; to be called before it does. */
    public void add(TargetSession target, String table) {
        target.write(insert(target), TABLE + table, run);
    }

    private static String insert(TargetSession target) {
        return "INSERT INTO " + target.table("locks") + " (key, owner) VALUES (?, ?) USING TTL " + TTL_SECONDS;
    }

    /** The tables that no Kong has and that the run has made, or was about to. */
    public Set<String> tables(TargetSession target) {
        Set<String> tables = new TreeSet<>();
        for (Row row : target.run("SELECT key, owner FROM " + target.table("locks"))) {
            String key = row.getString(0);
            if (key != null && key.startsWith(TABLE) && run.equals(row.getString(1))) {
                tables.add(key.substring(TABLE.length()));
            }
        }
        return tables;
    }

    /** Whether a write time, in microseconds since the epoch, is one of the run. */
    public boolean isOfRun(long micros) {
        return micros >= sinceMicros && micros < sinceMicros + WRITING_MICROS;
    }

    /**
     * How many rows of a table have values that were not written by the run, as far as values say when they were:
     * collections and counters do not.
     */
    public long rowsOfOthers(TargetSession target, LiveSchema.Table table) {
        List<String> timed = table.columns().stream()
                .filter(column -> column.kind() == LiveSchema.Kind.REGULAR || column.kind() == LiveSchema.Kind.STATIC)
                .filter(column -> !column.type().contains("<") && !column.type().equals("counter"))
                .map(column -> "WRITETIME(" + TargetSession.quoted(column.name()) + ")")
                .toList();
        if (timed.isEmpty()) {
            return 0;
        }
        long foreign = 0;
        for (Row row : target.run("SELECT " + String.join(", ", timed) + " FROM " + target.table(table.name()))) {
            for (int i = 0; i < timed.size(); i++) {
                if (!row.isNull(i) && !isOfRun(row.getLong(i))) {
                    foreign++;
                    break;
                }
            }
        }
        return foreign;
    }

    static void remove(TargetSession target) {
        Optional<OwnershipMark> mark = read(target);
        if (mark.isPresent()) {
            mark.get().tables(target).forEach(table -> delete(target, TABLE + table));
            delete(target, KEY);
        }
    }

    private static void delete(TargetSession target, String key) {
        target.write("DELETE FROM " + target.table("locks") + " WHERE key = ?", key);
    }
}
