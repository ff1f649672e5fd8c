package io.keyferry.keyspace.cql;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table as {@code system_schema} tells it, complete enough to make another one like it. Immutable.
 *
 * @param options names and CQL literals, of those options that every line of Cassandra from 3.11 to 5.0 takes
 */
public record TableDefinition(LiveSchema.Table table, Map<String, String> options, List<IndexDefinition> indexes) {
    /**
     * An index.
     *
     * @param target what it indexes as CQL writes it, such as {@code values(tags)}
     * @param customClass of an index that is not Cassandra's own
     * @param options of a custom index, besides its class and target
     */
    public record IndexDefinition(
            String name, String target, Optional<String> customClass, Map<String, String> options) {
        public IndexDefinition {
            options = Map.copyOf(options);
        }
    }

    public TableDefinition {
        options = Map.copyOf(options);
        indexes = List.copyOf(indexes);
    }
}
