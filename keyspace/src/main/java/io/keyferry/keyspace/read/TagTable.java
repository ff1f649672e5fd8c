package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.codec.CqlBytes;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Kong's table {@code tags}: a row for each tag of each entity, by which Kong finds entities by their tags. Derived from
 * the entities; Kong does not repair it. Thread-safe.
 */
public final class TagTable {
    /**
     * One row.
     *
     * @param all every tag of the entity, this one too
     */
    public record TagRow(String tag, String type, String id, Set<String> all) {
        public TagRow {
            all = Set.copyOf(all);
        }
    }

    private static final String TABLE = "tags";
    private static final List<String> COLUMNS = List.of("tag", "entity_name", "entity_id", "other_tags");
    private static final int LOG_OF_PARTS = 6;

    private final ReadSession session;

    TagTable(ReadSession session) {
        this.session = session;
    }

    /** Slices of the ring, each position once, of which each can be read by another thread. */
    public List<Slice> slices() {
        List<Slice> slices = new ArrayList<>();
        for (long i = 0; i < 1L << LOG_OF_PARTS; i++) {
            slices.add(RowOrder.RING.slice(
                    i << (Long.SIZE - LOG_OF_PARTS),
                    i + 1 == 1L << LOG_OF_PARTS
                            ? OptionalLong.empty()
                            : OptionalLong.of((i + 1) << (Long.SIZE - LOG_OF_PARTS))));
        }
        return new SlicePlan(slices, 0).slices();
    }

    /** Gives all rows of a slice to the consumer. */
    public void read(Slice slice, Consumer<TagRow> consumer) {
        if (!(slice instanceof Slice.Tokens tokens)) {
            throw new IllegalArgumentException("tags are in the order of the ring: " + slice);
        }
        List<Object> values = new ArrayList<>();
        tokens.after().ifPresent(values::add);
        tokens.upTo().ifPresent(values::add);
        PreparedSelect select = session.prepare(Select.of(TABLE, COLUMNS)
                .where(new Restriction.TokenRange(
                        List.of("tag"),
                        tokens.after().isPresent(),
                        tokens.upTo().isPresent())));
        Samples.read(session, select, values, row -> consumer.accept(row(row)));
    }

    /** The row of one tag of one entity, read now. */
    public Optional<TagRow> find(String tag, String type, String id) {
        PreparedSelect select = session.prepare(new Select(
                TABLE,
                COLUMNS.stream().<Selector>map(Selector.Column::new).toList(),
                new Restriction.Key(COLUMNS.subList(0, 3)),
                OptionalInt.empty()));
        List<TagRow> found = new ArrayList<>();
        Samples.read(session, select, List.of(tag, type, id), row -> found.add(row(row)));
        return found.stream().findFirst();
    }

    private static TagRow row(Row row) {
        return new TagRow(text(row, 0), text(row, 1), text(row, 2), Set.copyOf(CqlBytes.texts(row.getBytesUnsafe(3))));
    }

    private static String text(Row row, int column) {
        return Objects.requireNonNullElse(CqlBytes.text(row.getBytesUnsafe(column)), "");
    }
}
