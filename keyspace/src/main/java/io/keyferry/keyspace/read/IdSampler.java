package io.keyferry.keyspace.read;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.cql.Select.Lower;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import io.keyferry.keyspace.cql.Select.Upper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Estimates how many rows a one-partition table has, version by version of its ids, from how far the first
 * {@value #SAMPLE} of each version reach, and cuts each version's range into equal parts. Ids of Kong are random
 * (version 4) or hashes (version 5), so spread evenly; the outermost slices are open, so ids of other versions are
 * read too.
 */
final class IdSampler {
    private static final int SAMPLE = 2_000;
    private static final int[] EVEN_VERSIONS = {4, 5};
    private static final int MOST_SLICES = 1 << 16;
    private static final double HALF_RANGE = 0x1p32;

    private final ReadSession session;
    private final TableLayout table;
    private final PreparedSelect within;

    IdSampler(ReadSession session, TableLayout table) {
        this.session = session;
        this.table = table;
        within = session.prepare(new Select(
                table.name(),
                List.of(new Selector.Column("id")),
                new Restriction.Within(List.of("partition"), "id", Optional.of(Lower.FROM), Optional.of(Upper.BEFORE)),
                OptionalInt.empty()));
    }

    SlicePlan plan(int rowsPerSlice) {
        List<UUID> bounds = new ArrayList<>();
        long rows = 0;
        for (int version : EVEN_VERSIONS) {
            long ofVersion = estimate(version);
            rows += ofVersion;
            int slices = (int) Math.min(MOST_SLICES, ofVersion / rowsPerSlice);
            for (int i = 0; i < slices; i++) {
                bounds.add(first(version, (long) (HALF_RANGE * i / slices)));
            }
        }
        return SlicePlan.ofIds(bounds, rows);
    }

    private long estimate(int version) {
        Samples.FirstRows sample =
                Samples.first(session, within, List.of(table.name(), first(version, 0), first(version + 1, 0)), SAMPLE);
        int sampled = sample.rows().size();
        if (sample.complete() || sampled == 0) {
            return sampled;
        }
        UUID last = requireNonNull(sample.rows().get(sampled - 1).getUuid(0));
        double reached = (last.getMostSignificantBits() >>> 32) + 1.0;
        return (long) (sampled * HALF_RANGE / reached);
    }

    /** The lowest id of a version whose first 32 bits are these. */
    private static UUID first(int version, long first32Bits) {
        return new UUID(first32Bits << 32 | (long) version << 12, 0x8000000000000000L);
    }
}
