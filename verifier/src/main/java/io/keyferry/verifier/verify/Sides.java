package io.keyferry.verifier.verify;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.read.RowOrder;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.read.TableScan;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The tables of one type on the two sides; either may lack it.
 *
 * @param lens what both sides' entities are seen through, after the codec; changes nothing but in a test that plants a
 *     defect
 */
record Sides(Optional<TableScan> source, Optional<TableScan> target, UnaryOperator<Entity> lens) {
    StoredRow seen(StoredRow row) {
        return row.with(lens.apply(row.entity()));
    }

    /** The order of the rows, which is the same on both sides: no Kong version changed a partition key. */
    RowOrder order() {
        return source.or(() -> target).map(TableScan::order).orElse(RowOrder.RING);
    }
}
