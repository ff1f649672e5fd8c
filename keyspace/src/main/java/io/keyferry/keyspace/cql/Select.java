package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A query that can only become a SELECT: names are always quoted, values are always bind markers, filtering is never
 * allowed. Result column i is selector i. Immutable.
 *
 * @param limit on all rows together, not on a page
 * @param backwards whether the rows within a partition come in the reverse of the clustering order
 */
public record Select(
        String table, List<Selector> selectors, Restriction restriction, OptionalInt limit, boolean backwards) {
    /** What a result column is. */
    public sealed interface Selector {
        /** The value. */
        record Column(String name) implements Selector {}

        /** The seconds that the value has left, null for ever; not for keys or unfrozen collections. */
        record Ttl(String column) implements Selector {}

        /** The time the value was written, in microseconds; not for keys or unfrozen collections. */
        record WriteTime(String column) implements Selector {}

        /** The latest time that a cell of an unfrozen collection was written, in microseconds; from Cassandra 5.0 on. */
        record LatestWriteTime(String column) implements Selector {}

        /** The token of the row's partition. */
        record Token(List<String> partitionKey) implements Selector {
            public Token {
                partitionKey = List.copyOf(partitionKey);
            }
        }
    }

    /** Which rows. Values are bound in the order in which they are named here. */
    public sealed interface Restriction {
        /** All. */
        record None() implements Restriction {}

        /**
         * Partitions by token: one value for the exclusive start if there is one, then one for the inclusive end if there
         * is one.
         */
        record TokenRange(List<String> partitionKey, boolean start, boolean end) implements Restriction {
            public TokenRange {
                partitionKey = List.copyOf(partitionKey);
            }
        }

        /**
         * A piece of one partition in clustering order: the values of the equal columns, then the lower bound if there
         * is one, then the upper.
         */
        record Within(List<String> equal, String ranged, Optional<Lower> lower, Optional<Upper> upper)
                implements Restriction {
            public Within {
                equal = List.copyOf(equal);
            }
        }

        /** Rows with these values in these key columns. */
        record Key(List<String> columns) implements Restriction {
            public Key {
                columns = List.copyOf(columns);
            }
        }
    }

    /** Where a range begins. */
    public enum Lower {
        AFTER(">"),
        FROM(">=");

        private final String operator;

        Lower(String operator) {
            this.operator = operator;
        }
    }

    /** Where a range ends. */
    public enum Upper {
        BEFORE("<"),
        UP_TO("<=");

        private final String operator;

        Upper(String operator) {
            this.operator = operator;
        }
    }

    public Select {
        selectors = List.copyOf(selectors);
        if (selectors.isEmpty()) {
            throw new IllegalArgumentException("nothing selected from " + table);
        }
    }

    /** Rows in the table's order. */
    public Select(String table, List<Selector> selectors, Restriction restriction, OptionalInt limit) {
        this(table, selectors, restriction, limit, false);
    }

    /** These columns of all rows. */
    public static Select of(String table, List<String> columns) {
        return new Select(
                table,
                columns.stream().<Selector>map(Selector.Column::new).toList(),
                new Restriction.None(),
                OptionalInt.empty());
    }

    /** The same with one more result column. */
    public Select plus(Selector selector) {
        List<Selector> more = new ArrayList<>(selectors);
        more.add(selector);
        return new Select(table, more, restriction, limit, backwards);
    }

    /** The same of other rows. */
    public Select where(Restriction rows) {
        return new Select(table, selectors, rows, limit, backwards);
    }

    /** The same of at most so many rows. */
    public Select limitedTo(int rows) {
        return new Select(table, selectors, restriction, OptionalInt.of(rows), backwards);
    }

    /** The same with the rows within a partition in reverse order; a range of tokens has no order to reverse. */
    public Select reversed() {
        return new Select(table, selectors, restriction, limit, !backwards);
    }

    /** How many values it takes. */
    public int markers() {
        return conditions().size();
    }

    /** The statement, e.g. {@code SELECT "id" FROM "kong"."routes" WHERE token("partition") > ?}. */
    public String toCql(String keyspace) {
        StringBuilder cql = new StringBuilder("SELECT ")
                .append(selectors.stream().map(Select::text).collect(Collectors.joining(", ")))
                .append(" FROM ")
                .append(quoted(keyspace))
                .append('.')
                .append(quoted(table));
        if (markers() > 0) {
            cql.append(" WHERE ").append(String.join(" AND ", conditions()));
        }
        if (backwards && restriction instanceof Restriction.Within within) {
            cql.append(" ORDER BY ").append(quoted(within.ranged())).append(" DESC");
        }
        limit.ifPresent(rows -> cql.append(" LIMIT ").append(rows));
        return cql.toString();
    }

    private List<String> conditions() {
        if (restriction instanceof Restriction.TokenRange range) {
            String token = token(range.partitionKey());
            return Stream.of(range.start() ? token + " > ?" : "", range.end() ? token + " <= ?" : "")
                    .filter(condition -> !condition.isEmpty())
                    .toList();
        }
        if (restriction instanceof Restriction.Within within) {
            String ranged = quoted(within.ranged());
            List<String> conditions = new ArrayList<>(equal(within.equal()));
            within.lower().ifPresent(lower -> conditions.add(ranged + " " + lower.operator + " ?"));
            within.upper().ifPresent(upper -> conditions.add(ranged + " " + upper.operator + " ?"));
            return conditions;
        }
        return restriction instanceof Restriction.Key key ? equal(key.columns()) : List.of();
    }

    private static List<String> equal(List<String> columns) {
        return columns.stream().map(column -> quoted(column) + " = ?").toList();
    }

    private static String text(Selector selector) {
        if (selector instanceof Selector.Ttl ttl) {
            return "TTL(" + quoted(ttl.column()) + ")";
        }
        if (selector instanceof Selector.WriteTime time) {
            return "WRITETIME(" + quoted(time.column()) + ")";
        }
        if (selector instanceof Selector.LatestWriteTime time) {
            return "MAXWRITETIME(" + quoted(time.column()) + ")";
        }
        if (selector instanceof Selector.Token token) {
            return token(token.partitionKey());
        }
        return quoted(((Selector.Column) selector).name());
    }

    private static String token(List<String> columns) {
        return columns.stream().map(Select::quoted).collect(Collectors.joining(", ", "token(", ")"));
    }

    private static String quoted(String name) {
        return CqlIdentifier.fromInternal(name).asCql(false);
    }
}
