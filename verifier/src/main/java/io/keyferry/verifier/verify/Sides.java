package io.keyferry.verifier.verify;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The entities of one type on the two sides; either may lack them.
 *
 * @param lens what both sides' entities are seen through, after the codec; changes nothing but in a test that plants a
 *     defect
 * @param scope which entities of the target are asked for; empty for all
 * @param untold fields that a side does not tell of every entity, so that they are compared of none
 */
record Sides(
        Optional<EntityTable> source,
        Optional<EntityTable> target,
        UnaryOperator<Entity> lens,
        Optional<Predicate<Entity>> scope,
        Set<String> untold) {
    StoredRow seen(StoredRow row) {
        return row.with(lens.apply(row.entity()));
    }

    /** An entity without what cannot be compared, as it is on the target. */
    Entity compared(Entity entity) {
        if (untold.isEmpty()) {
            return entity;
        }
        Entity.Builder told = entity.toBuilder();
        for (String field : untold) {
            entity.type().field(field).ifPresent(known -> told.put(known, null));
        }
        return told.build();
    }

    /** The same tables, read in another manner. */
    Sides otherwise(int pageRows) {
        return new Sides(
                source.map(table -> table.otherwise(pageRows)),
                target.map(table -> table.otherwise(pageRows)),
                lens,
                scope,
                untold);
    }

    /** The order of the rows, which is the same on both sides: no Kong version changed a partition key. */
    RowOrder order() {
        return source.or(() -> target).map(table -> RowOrder.of(table.type())).orElse(RowOrder.RING);
    }

    /** How many rows of the type there are, by a sample of the source, or of the target where there is no other. */
    long estimatedRows() {
        return source.or(() -> target).map(EntityTable::estimatedRows).orElse(0L);
    }
}
