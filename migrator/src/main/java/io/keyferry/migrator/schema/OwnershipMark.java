package io.keyferry.migrator.schema;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import java.util.Optional;

/**
 * The mark that a keyspace is Keyferry's own and nobody's yet: a row in its table {@code locks}, of which Kong reads no
 * row but its own. It says since when the keyspace is filled and whether it was there before, empty. With the release it
 * goes: a keyspace that a gateway may run on is never taken for ours again. Immutable.
 *
 * @param run whose keyspace it is
 * @param sinceMicros the earliest write time of the run's rows
 * @param keyspaceMade whether the keyspace was made too, and not only what is in it
 */
public record OwnershipMark(String run, long sinceMicros, boolean keyspaceMade) {
    private static final String KEY = "keyferry made";

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
        target.run(
                "INSERT INTO " + target.table("locks") + " (key, owner) VALUES (?, ?)",
                KEY,
                sinceMicros + (keyspaceMade ? " made " : " found ") + run);
    }

    static void remove(TargetSession target) {
        target.run("DELETE FROM " + target.table("locks") + " WHERE key = ?", KEY);
    }
}
