package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A row as recorded: values in the JSON form of Cassandra's {@code SELECT JSON}.
 *
 * @param values by column, JSON null for what is not set; without the columns' order
 * @param ttl remaining seconds of the columns that expire
 * @param writetimes the distinct write times of single values (not collections), in microseconds, ascending
 */
public record RecordedRow(SortedMap<String, JsonNode> values, SortedMap<String, Integer> ttl, List<Long> writetimes) {
    public RecordedRow {
        requireNonNull(values, "values");
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        ttl = Collections.unmodifiableSortedMap(new TreeMap<>(ttl));
        writetimes = List.copyOf(writetimes);
    }

    /** A row without expiring values whose write times do not matter. */
    public static RecordedRow of(Map<String, JsonNode> values) {
        return new RecordedRow(new TreeMap<>(values), new TreeMap<>(), List.of());
    }
}
