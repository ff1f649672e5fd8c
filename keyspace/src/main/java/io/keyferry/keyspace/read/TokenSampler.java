package io.keyferry.keyspace.read;

import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Estimates how many partitions a table has from how much of the ring its first {@value #SAMPLE} cover, since
 * Murmur3 spreads them evenly, and cuts the ring into equal parts. Cassandra's own {@code size_estimates} are minutes
 * late, and empty on new nodes.
 */
final class TokenSampler {
    private static final int SAMPLE = 2_000;
    private static final int MOST_SLICES = 1 << 16;
    private static final BigInteger RING = BigInteger.ONE.shiftLeft(64);

    private final ReadSession session;
    private final String table;
    private final List<String> partitionKey;

    TokenSampler(ReadSession session, TableLayout table) {
        this(session, table.name(), table.partitionKey());
    }

    TokenSampler(ReadSession session, String table, List<String> partitionKey) {
        this.session = session;
        this.table = table;
        this.partitionKey = List.copyOf(partitionKey);
    }

    SlicePlan plan(int rowsPerSlice) {
        PreparedSelect select = session.prepare(new Select(
                table, List.of(new Selector.Token(partitionKey)), new Restriction.None(), OptionalInt.empty()));
        Samples.FirstRows sample = Samples.first(session, select, List.of(), SAMPLE);
        int sampled = sample.rows().size();
        if (sample.complete() || sampled == 0) {
            return SlicePlan.ofTokens(List.of(), sampled);
        }
        BigInteger covered = BigInteger.valueOf(sample.rows().get(sampled - 1).getLong(0))
                .subtract(BigInteger.valueOf(Long.MIN_VALUE));
        long rows = RING.multiply(BigInteger.valueOf(sampled))
                .divide(covered.max(BigInteger.ONE))
                .longValue();
        int slices = (int) Math.max(1, Math.min(MOST_SLICES, rows / rowsPerSlice));
        return SlicePlan.ofTokens(equalBounds(slices), rows);
    }

    private static List<Long> equalBounds(int slices) {
        List<Long> bounds = new ArrayList<>(slices);
        for (int i = 1; i < slices; i++) {
            bounds.add(RING.multiply(BigInteger.valueOf(i))
                    .divide(BigInteger.valueOf(slices))
                    .add(BigInteger.valueOf(Long.MIN_VALUE))
                    .longValue());
        }
        return bounds;
    }
}
