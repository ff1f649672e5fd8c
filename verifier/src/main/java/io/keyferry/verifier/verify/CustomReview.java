package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Slice;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Looks once more at rows of tables that no Kong knows, which an earlier verification named. As in {@link Review},
 * nothing counts as drifted. Keys are told as CQL writes them, and only whole tables can be searched for them; a row
 * that was found is read again by its key. Not thread-safe.
 */
public final class CustomReview {
    private static final int ROWS_PER_SLICE = 10_000;

    /**
     * One row as it is now.
     *
     * @param like a row with its key
     * @param wanted what the target should hold; empty where the source has none, or none that is moved
     * @param found what the target holds
     * @param difference between the two; empty where they agree
     */
    public record Looked(
            CustomRow like, Optional<CustomRow> wanted, Optional<CustomRow> found, Optional<Difference> difference) {}

    /** A table on both sides. */
    private record Seat(CustomTransfer transfer, CustomScan source, CustomScan target, CustomComparison comparison) {}

    private final KongKeyspace source;
    private final KongKeyspace target;
    private final List<CustomTransfer> transfers;
    private final Verification.Settings settings;
    private final Map<String, Seat> seats = new HashMap<>();

    /**
     * Prepares to look.
     *
     * @param settings without a start of the run, which would make drift of what changed since
     */
    public CustomReview(
            KongKeyspace source, KongKeyspace target, List<CustomTransfer> transfers, Verification.Settings settings) {
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.transfers = List.copyOf(transfers);
        this.settings = requireNonNull(settings, "settings is null");
    }

    /** What of a table is carried, by the name that reports have for it; empty where nothing is. */
    public Optional<CustomTransfer> transfer(String label) {
        return transfers.stream()
                .filter(transfer -> transfer.label().equals(label))
                .findFirst();
    }

    /**
     * Reads both tables for rows with these keys.
     *
     * @param ids as {@link CustomRow#keyText} tells them
     * @return by key; those alone that either side has
     * @throws io.keyferry.keyspace.problem.KeyferryException (SOURCE, TARGET) when a side cannot be read
     */
    public Map<String, Looked> find(String label, Set<String> ids) {
        Seat seat = seat(label);
        Map<String, CustomRow> there = new LinkedHashMap<>();
        for (CustomScan scan : List.of(seat.source(), seat.target())) {
            for (Slice slice : scan.plan(ROWS_PER_SLICE).slices()) {
                scan.read(slice, Step.PLAN, settings.listener(), row -> {
                    String id = row.keyText();
                    if (ids.contains(id)) {
                        there.put(id, row);
                    }
                });
            }
        }
        Map<String, Looked> looked = new LinkedHashMap<>();
        there.forEach((id, row) -> looked.put(id, look(label, row)));
        return looked;
    }

    /** Reads a row on both sides, by its key. */
    public Looked look(String label, Looked before) {
        return look(label, before.like());
    }

    private Looked look(String label, CustomRow like) {
        Seat seat = seat(label);
        Optional<CustomRow> origin =
                seat.source().find(like).filter(row -> counts(seat, row)).filter(seat.transfer()::takes);
        Optional<CustomRow> there = seat.target().find(like);
        if (there.isEmpty() && seat.transfer().manner() == CustomTransfer.Manner.VALUES) {
            // Values of a row that the target lacks are repaired with the row, or not at all.
            return new Looked(like, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Optional<CustomRow> found = there.filter(row -> counts(seat, row));
        return new Looked(
                like,
                origin.map(seat.comparison()::wanted),
                found,
                seat.comparison().between(origin.orElse(null), found.orElse(null)));
    }

    /** Of columns that somebody added to a table of Kong's, a row without a value is none. */
    private static boolean counts(Seat seat, CustomRow row) {
        return seat.transfer().manner() != CustomTransfer.Manner.VALUES || !row.isBare();
    }

    /**
     * When the latest of the target's cells of a row was written, in microseconds; empty for no such row, and where
     * nobody knows.
     */
    public OptionalLong lastWriteOnTarget(String label, Looked looked) {
        return seat(label).target().lastWrite(looked.like());
    }

    /**
     * Compares whole tables as a verification does.
     *
     * @param sink takes every difference
     */
    public CustomVerification.Result verify(Set<String> labels, DifferenceSink sink) {
        return new CustomVerification(
                        source,
                        target,
                        transfers.stream()
                                .filter(transfer -> labels.contains(transfer.label()))
                                .toList(),
                        settings)
                .run(sink);
    }

    private Seat seat(String label) {
        return seats.computeIfAbsent(label, name -> {
            CustomTransfer transfer = transfer(name).orElseThrow();
            CustomScan from = transfer.source(source.session());
            CustomScan to = transfer.target(target.session());
            return new Seat(
                    transfer,
                    from,
                    to,
                    new CustomComparison(
                            transfer,
                            from,
                            to,
                            Workspaces.of(source, target),
                            settings,
                            new CustomVerification.TableResult(
                                    transfer,
                                    Coverage.ofTokens(from.plan(ROWS_PER_SLICE).slices()))));
        });
    }
}
