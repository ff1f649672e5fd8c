package io.keyferry.keyspace.read;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which entity types are moved: configuration and state, and what the user adds or leaves out. Immutable.
 *
 * @param with runtime types to take as well, by name; also tables that no Kong knows and that are left out by default
 * @param without types to leave out, by name; also tables that no Kong knows
 */
public record Selection(Set<String> with, Set<String> without) {
    /** What is moved unless the user says otherwise. */
    public static final Selection DEFAULT = new Selection(Set.of(), Set.of());

    public Selection {
        with = Set.copyOf(with);
        without = Set.copyOf(without);
    }

    /**
     * Insists that what is asked for can be had.
     *
     * @throws KeyferryException (USAGE) when {@code with} names no type of this version that can be moved, nor a table of
     *     the schema that no Kong knows
     */
    public void requireKnown(Catalog catalog, LiveSchema schema) {
        Set<String> unknown = new HashSet<>(with);
        unknown.removeAll(CustomTables.names(schema));
        catalog.entityTypes().stream().filter(type -> canBeMoved(type)).forEach(type -> unknown.remove(type.name()));
        if (!unknown.isEmpty()) {
            throw KeyferryException.usage("--with takes entity types that Kong "
                    + catalog.version().line() + " has and that can be moved, and tables of custom plugins; not: "
                    + String.join(", ", unknown)
                    + ". Known are: "
                    + String.join(
                            ", ",
                            catalog.entityTypes().stream()
                                    .filter(Selection::canBeMoved)
                                    .map(EntityType::name)
                                    .toList()));
        }
    }

    /** The selected types in document order. */
    public List<EntityType> types(Catalog catalog) {
        return catalog.entityTypes().stream().filter(this::takes).toList();
    }

    private boolean takes(EntityType type) {
        return canBeMoved(type)
                && !without.contains(type.name())
                && (with.contains(type.name()) || type.table().fate().kind() != TableFate.Kind.RUNTIME);
    }

    /** Counters and derived or bootstrapped tables are not entities that can be moved. */
    private static boolean canBeMoved(EntityType type) {
        return !type.countsRequests()
                && switch (type.table().fate().kind()) {
                    case COPIED, STATE, RUNTIME -> true;
                    case DERIVED, BOOTSTRAPPED, NEVER -> false;
                };
    }
}
