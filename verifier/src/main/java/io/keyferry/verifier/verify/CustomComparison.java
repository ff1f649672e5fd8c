package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.CustomRow;
import io.keyferry.keyspace.read.CustomScan;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.Slice;
import io.keyferry.verifier.digest.CustomDigest;
import io.keyferry.verifier.digest.TableDigest;
import io.keyferry.verifier.verify.Difference.FieldDifference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares one slice of a custom plugin's table on both sides, row by row, by the protocol's bytes. A slice with very
 * many rows is read several times, each time for another share of them, so that memory does not grow with it. Not
 * thread-safe: one object a slice.
 */
final class CustomComparison {
    private static final int KEPT = 200_000;
    private static final int MORE_SHARES = 8;
    /** Of the odd rows so many are held in memory at once, on both sides. */
    private static final int JUDGED = 2_000;

    private static final String GONE = "gone from both sides while they were compared";
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long WRITE_TIMES_OF_A_RUN = 1_000_000;
    private static final Value HIDDEN = FieldComparison.MASK;

    /** What is kept of a row until the other side is read. */
    private static final class Print {
        private final byte[] digest;
        private final long[] expiries;

        Print(byte[] digest, long[] expiries) {
            this.digest = digest;
            this.expiries = expiries;
        }

        boolean agrees(Print other) {
            if (!Arrays.equals(digest, other.digest)) {
                return false;
            }
            for (int i = 0; i < expiries.length; i++) {
                if (!Expiry.agree(expiries[i], other.expiries[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Too many rows at once. */
    private static final class Crowded extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final CustomTransfer transfer;
    private final CustomScan source;
    private final CustomScan target;
    private final Workspaces workspaces;
    private final UnaryOperator<CustomRow> expected;
    private final CustomDigest digest;
    private final Verification.Settings settings;
    private final CustomVerification.TableResult result;
    private @Nullable CustomSelfTest selfTest;

    CustomComparison(
            CustomTransfer transfer,
            CustomScan source,
            CustomScan target,
            Workspaces workspaces,
            Verification.Settings settings,
            CustomVerification.TableResult result) {
        this.transfer = requireNonNull(transfer, "transfer is null");
        this.source = requireNonNull(source, "source is null");
        this.target = requireNonNull(target, "target is null");
        this.workspaces = requireNonNull(workspaces, "workspaces is null");
        expected = transfer.expected(workspaces.source(), workspaces.target());
        this.settings = requireNonNull(settings, "settings is null");
        this.result = requireNonNull(result, "result is null");
        digest = new CustomDigest(settings.key());
    }

    /** Has rows of what the target should hold damaged later. */
    CustomComparison watchedBy(CustomSelfTest test) {
        selfTest = test;
        return this;
    }

    /** Compares the slice; differences go to the result and the sink. */
    void compare(Slice slice, DifferenceSink sink) {
        int shares = 1;
        for (int share = 0; share < shares; share++) {
            try {
                compare(slice, share, shares, sink);
            } catch (Crowded e) {
                shares *= MORE_SHARES; // Only the first share finds out, before anything is summed.
                share = -1;
            }
        }
    }

    private void compare(Slice slice, int share, int shares, DifferenceSink sink) throws Crowded {
        TableDigest wanted = new TableDigest();
        TableDigest original = new TableDigest();
        TableDigest found = new TableDigest();
        Map<ByteBuffer, Print> left = new HashMap<>();
        Map<ByteBuffer, Print> right = new HashMap<>();
        long[] others = {0};
        long[] outOfScope = {0};
        read(source, slice, share, shares, (key, row) -> {
            add(original, row);
            if (!transfer.takes(row)) {
                others[0]++;
                return;
            }
            CustomRow moved = expected.apply(row);
            Print print = add(wanted, moved);
            left.put(key, print);
            if (selfTest != null) {
                selfTest.offer(result, moved, print.digest);
            }
            requireRoom(left, share);
        });
        read(target, slice, share, shares, (key, row) -> {
            if (!isInScope(row)) {
                outOfScope[0]++;
                return;
            }
            right.put(key, add(found, row));
            requireRoom(right, share);
        });
        Set<ByteBuffer> suspects = new TreeSet<>();
        long matched = 0;
        for (Map.Entry<ByteBuffer, Print> row : left.entrySet()) {
            Print other = right.get(row.getKey());
            if (other != null && row.getValue().agrees(other)) {
                matched++;
            } else {
                suspects.add(row.getKey());
            }
        }
        right.keySet().stream().filter(key -> !left.containsKey(key)).forEach(suspects::add);
        result.add(original, wanted, found, matched);
        result.ofTarget(right.size());
        result.outOfScope(outOfScope[0]);
        result.excluded("--workspace: of another workspace", others[0]);
        settings.listener().done(Step.VERIFY, transfer.label(), left.size(), 0);
        if (!suspects.isEmpty()) {
            judge(slice, share, shares, suspects, left.keySet(), sink);
        }
    }

    private static void requireRoom(Map<ByteBuffer, Print> rows, int share) throws Crowded {
        if (share == 0 && rows.size() > KEPT) {
            throw new Crowded();
        }
    }

    /** Takes a row that counts, with what stands for its key. */
    private interface Reading {
        void accept(ByteBuffer key, CustomRow row) throws Exception;
    }

    private void read(CustomScan scan, Slice slice, int share, int shares, Reading reading) throws Crowded {
        Crowded[] crowded = {null};
        try {
            scan.read(slice, Step.VERIFY, settings.listener(), row -> {
                if (transfer.manner() == CustomTransfer.Manner.VALUES && row.isBare()) {
                    return; // A row without the added values, which are all that counts here.
                }
                ByteBuffer key = ByteBuffer.wrap(digest.ofKey(key(row)));
                if (Math.floorMod(key.getInt(0), shares) == share) {
                    try {
                        reading.accept(key, row);
                    } catch (Crowded e) {
                        crowded[0] = e;
                        throw e;
                    }
                }
            });
        } catch (RuntimeException e) {
            if (crowded[0] != null) {
                throw crowded[0];
            }
            throw e;
        }
    }

    static List<@Nullable ByteBuffer> key(CustomRow row) {
        List<@Nullable ByteBuffer> key = new ArrayList<>(row.keys());
        for (int i = 0; i < row.keys(); i++) {
            key.add(row.key(i));
        }
        return Collections.unmodifiableList(key);
    }

    private Print add(TableDigest sum, CustomRow row) {
        Print print = print(row);
        sum.add(print.digest);
        return print;
    }

    private Print print(CustomRow row) {
        int columns = row.values().size();
        boolean[] expires = new boolean[columns];
        long[] expiries = new long[columns];
        for (int i = 0; i < columns; i++) {
            expiries[i] = row.expiry(i);
            expires[i] = expiries[i] != CustomRow.NEVER;
        }
        return new Print(digest.ofRow(key(row), row.values(), expires), expiries);
    }

    /** A row of another workspace than the selected ones is nobody's business, on either side. */
    private boolean isInScope(CustomRow row) {
        return transfer.takesOnTarget(row, workspaces.source(), workspaces.target());
    }

    /** Reads the odd rows once more: one that was caught in the middle of a change is none. */
    private void judge(
            Slice slice,
            int share,
            int shares,
            Set<ByteBuffer> suspects,
            Set<ByteBuffer> wereThere,
            DifferenceSink sink)
            throws Crowded {
        long[] rows = {0};
        Set<ByteBuffer> some = new TreeSet<>();
        for (ByteBuffer suspect : suspects) {
            some.add(suspect);
            if (some.size() == JUDGED) {
                judgeSome(slice, share, shares, some, wereThere, rows, sink);
                some.clear();
            }
        }
        if (!some.isEmpty()) {
            judgeSome(slice, share, shares, some, wereThere, rows, sink);
        }
        result.readAgain(rows[0]);
    }

    private void judgeSome(
            Slice slice,
            int share,
            int shares,
            Set<ByteBuffer> some,
            Set<ByteBuffer> wereThere,
            long[] rows,
            DifferenceSink sink)
            throws Crowded {
        Map<ByteBuffer, CustomRow> left = new LinkedHashMap<>();
        Map<ByteBuffer, CustomRow> right = new LinkedHashMap<>();
        read(source, slice, share, shares, (key, row) -> {
            rows[0]++;
            if (some.contains(key) && transfer.takes(row)) {
                left.put(key, row);
            }
        });
        read(target, slice, share, shares, (key, row) -> {
            rows[0]++;
            if (some.contains(key)) {
                right.put(key, row);
            }
        });
        for (ByteBuffer key : some) {
            judge(left.get(key), right.get(key), wereThere.contains(key), sink);
        }
    }

    private void judge(@Nullable CustomRow origin, @Nullable CustomRow found, boolean wasThere, DifferenceSink sink) {
        if (origin == null && found == null) {
            result.excluded(GONE, wasThere ? 1 : 0);
            return;
        }
        if (origin != null
                && found == null
                && transfer.manner() == CustomTransfer.Manner.VALUES
                && target.find(origin).isEmpty()) {
            result.excluded("the row itself is not moved", wasThere ? 1 : 0);
            return;
        }
        Optional<Difference> difference = between(origin, found, wasThere);
        if (difference.isEmpty()) {
            result.matchedAfterAll(wasThere);
        } else {
            result.add(difference.get().verdict(), wasThere);
            sink.accept(difference.get());
        }
    }

    /** What the target should hold of a row of the source. */
    CustomRow wanted(CustomRow origin) {
        return expected.apply(origin);
    }

    /** How a row of the source and one of the target with the same key differ; either may be missing. */
    Optional<Difference> between(@Nullable CustomRow origin, @Nullable CustomRow found) {
        return between(origin, found, false);
    }

    private Optional<Difference> between(@Nullable CustomRow origin, @Nullable CustomRow found, boolean wasThere) {
        if (origin != null && found != null) {
            CustomRow wanted = expected.apply(origin);
            return print(wanted).agrees(print(found))
                    ? Optional.empty()
                    : Optional.of(difference(
                            origin, isLater(origin) ? Verdict.DRIFTED : Verdict.DIFFERENT, differing(wanted, found)));
        }
        if (origin != null) {
            Verdict verdict =
                    expiresSoon(origin) ? Verdict.EXPIRED : isLater(origin) ? Verdict.DRIFTED : Verdict.MISSING;
            return Optional.of(difference(origin, verdict, Map.of()));
        }
        if (found != null) {
            boolean drifted = wasThere || writtenByThisRun(found);
            Verdict verdict = expiresSoon(found) ? Verdict.EXPIRED : drifted ? Verdict.DRIFTED : Verdict.EXTRA;
            return Optional.of(difference(found, verdict, Map.of()));
        }
        return Optional.empty();
    }

    private Difference difference(CustomRow row, Verdict verdict, Map<String, FieldDifference> fields) {
        return new Difference(transfer.label(), row.keyText(), Optional.empty(), "", verdict, fields);
    }

    /** Which columns differ; what they hold may be a secret, for nobody knows. */
    private Map<String, FieldDifference> differing(CustomRow wanted, CustomRow found) {
        Map<String, FieldDifference> differing = new LinkedHashMap<>();
        List<String> columns = target.columns();
        for (int i = 0; i < columns.size(); i++) {
            ByteBuffer left = wanted.values().get(i);
            ByteBuffer right = found.values().get(i);
            if (left == null ? right != null : !left.equals(right)) {
                differing.put(columns.get(i), new FieldDifference(hidden(left), hidden(right)));
            } else if (!Expiry.agree(wanted.expiry(i), found.expiry(i))) {
                differing.put(
                        columns.get(i) + " (expires)",
                        new FieldDifference(time(wanted.expiry(i)), time(found.expiry(i))));
            }
        }
        return differing;
    }

    private static Value hidden(@Nullable ByteBuffer value) {
        return value == null ? Value.NULL : HIDDEN;
    }

    private static Value time(long expiry) {
        return expiry == CustomRow.NEVER ? Value.NULL : Value.whole(expiry);
    }

    private boolean isLater(CustomRow row) {
        OptionalLong written = settings.runStartMillis().isPresent() ? source.lastWrite(row) : OptionalLong.empty();
        return written.isPresent()
                && written.getAsLong() > settings.runStartMillis().getAsLong() * MICROS_PER_MILLI;
    }

    private boolean writtenByThisRun(CustomRow row) {
        OptionalLong written = settings.runStartMillis().isPresent() ? target.lastWrite(row) : OptionalLong.empty();
        if (written.isEmpty()) {
            return false;
        }
        long since = written.getAsLong() - settings.runStartMillis().getAsLong() * MICROS_PER_MILLI;
        return since >= 0 && since < WRITE_TIMES_OF_A_RUN;
    }

    private boolean expiresSoon(CustomRow row) {
        long soon = settings.clock().instant().getEpochSecond() + Expiry.SOON_SECONDS;
        for (int i = 0; i < row.values().size(); i++) {
            if (row.values().get(i) != null && row.expiry(i) > soon) {
                return false;
            }
        }
        return row.expires();
    }
}
