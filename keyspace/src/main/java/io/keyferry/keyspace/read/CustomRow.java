package io.keyferry.keyspace.read;

import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table that no Kong knows, as the protocol's bytes: no codec touches what nobody but its plugin
 * understands. Immutable.
 */
public final class CustomRow {
    /** When a value expires that never does. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Row row;
    private final int keys;
    private final List<@Nullable ByteBuffer> values;
    private final long[] expiries;

    CustomRow(Row row, int keys, List<@Nullable ByteBuffer> values, long[] expiries) {
        this.row = row;
        this.keys = keys;
        this.values = Collections.unmodifiableList(values);
        this.expiries = expiries;
    }

    /** The same row with other values. */
    CustomRow with(List<@Nullable ByteBuffer> others) {
        return new CustomRow(row, keys, others, expiries);
    }

    /** The same row with one more value, which lives as long as the longest of the others. */
    CustomRow plus(ByteBuffer value) {
        List<@Nullable ByteBuffer> more = new ArrayList<>(values);
        more.add(value);
        long[] times = Arrays.copyOf(expiries, expiries.length + 1);
        long longest = Long.MIN_VALUE;
        for (int i = 0; i < expiries.length; i++) {
            longest = values.get(i) == null ? longest : Math.max(longest, expiries[i]);
        }
        times[expiries.length] = longest == Long.MIN_VALUE ? NEVER : longest;
        return new CustomRow(row, keys, more, times);
    }

    /** How many columns the key has. */
    public int keys() {
        return keys;
    }

    /** A column of the key; null of a clustering column where a partition has static values and no row. */
    public @Nullable ByteBuffer key(int column) {
        return row.getBytesUnsafe(column);
    }

    /** The key's values as the driver binds them. */
    List<@Nullable Object> keyObjects() {
        List<@Nullable Object> objects = new ArrayList<>(keys);
        for (int i = 0; i < keys; i++) {
            objects.add(row.getObject(i));
        }
        return objects;
    }

    /** Values by {@link CustomScan#columns}; null for null. */
    public List<@Nullable ByteBuffer> values() {
        return values;
    }

    /** When a value expires, in seconds since the epoch; {@link #NEVER} for one that does not. */
    public long expiry(int column) {
        return expiries[column];
    }

    /** Whether any value expires. */
    public boolean expires() {
        for (long expiry : expiries) {
            if (expiry != NEVER) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is nothing but the key. */
    public boolean isBare() {
        return values.stream().allMatch(value -> value == null);
    }

    /** The key as people read and type it. */
    public String keyText() {
        StringJoiner text = new StringJoiner(", ");
        for (int i = 0; i < keys; i++) {
            Object value = row.getObject(i);
            text.add(
                    value == null
                            ? "null"
                            : row.codecRegistry()
                                    .codecFor(row.getColumnDefinitions().get(i).getType(), value)
                                    .format(value));
        }
        return text.toString();
    }
}
