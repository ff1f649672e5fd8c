package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

/**
 * Rule T11: before Kong 2.2 the table {@code targets} is an append-only history. What counts of an upstream's target
 * is the row created last; the others are its past. Kong's own migration keeps a last row of weight 0 too, since it
 * cannot tell a deleted target from a disabled one, and so does this.
 *
 * <p>Rule T21: from Kong 3.0 on a target is unique in its upstream by the address as it stands (the cache key), so of
 * several rows the one created last stays ({@link #ofSpelling}).
 *
 * <p>All rows are looked at first ({@link #add}), then each is asked for ({@link #isCurrent}). Memory grows with the
 * number of different targets, about 200 bytes each; {@code add} is not thread-safe, {@code isCurrent} is.
 */
public final class TargetHistory {
    private static final String DEFAULT_PORT = ":8000";

    private record Row(double createdAt, String id) {
        boolean isAfter(Row other) {
            return createdAt != other.createdAt ? createdAt > other.createdAt : id.compareTo(other.id) > 0;
        }
    }

    private final Map<String, Row> current = new HashMap<>();
    private final boolean bySpelling;

    /** A history in which two spellings of an address are one target. */
    public TargetHistory() {
        this(false);
    }

    private TargetHistory(boolean bySpelling) {
        this.bySpelling = bySpelling;
    }

    /** A history in which addresses are compared as they stand. */
    static TargetHistory ofSpelling() {
        return new TargetHistory(true);
    }

    /** Looks at one row of the history. */
    public void add(Entity target) {
        current.merge(group(target), row(target), (known, added) -> added.isAfter(known) ? added : known);
    }

    /** Whether this row is the last one of its upstream and target. */
    public boolean isCurrent(Entity target) {
        return row(target).equals(current.get(group(target)));
    }

    private static Row row(Entity target) {
        Value createdAt = target.value("created_at");
        double seconds = createdAt instanceof Value.Whole whole
                ? whole.value()
                : createdAt instanceof Value.Fraction fraction ? fraction.value() : 0;
        return new Row(seconds, target.key().id());
    }

    private String group(Entity target) {
        String address = target.text("target").orElse("");
        return target.text("upstream").orElse("") + " " + (bySpelling ? address : normalised(address));
    }

    /** The address with its port, IPv6 in one spelling: Kong compares targets so. */
    private static String normalised(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            String port = address.substring(end + 1);
            return end < 0 ? address : ipv6(address.substring(1, end)) + (port.isEmpty() ? DEFAULT_PORT : port);
        }
        int colon = address.indexOf(':');
        if (colon < 0) {
            return address + DEFAULT_PORT;
        }
        return colon == address.lastIndexOf(':') ? address : ipv6(address) + DEFAULT_PORT;
    }

    private static String ipv6(String literal) {
        try {
            // In brackets it is taken for a literal or nothing: no name is ever looked up.
            return "[" + InetAddress.getByName("[" + literal + "]").getHostAddress() + "]";
        } catch (UnknownHostException e) {
            return "[" + literal + "]";
        }
    }
}
