package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.migrator.load.CustomRepair;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.Report.RepairLine;
import io.keyferry.verifier.verify.CustomReview;
import io.keyferry.verifier.verify.CustomReview.Looked;
import io.keyferry.verifier.verify.CustomVerification;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of a repair that deals with rows of tables that no Kong knows. What it cannot repair it says of each row. Not
 * thread-safe.
 */
final class CustomMending {
    private static final String NEITHER = "neither side has it by now";

    private final CustomReview review;
    private final CustomTables.Found found;
    private final boolean deleteExtra;
    private final Map<List<String>, Looked> seen = new HashMap<>();

    CustomMending(CustomReview review, CustomTables.Found found, boolean deleteExtra) {
        this.review = requireNonNull(review, "review is null");
        this.found = requireNonNull(found, "found is null");
        this.deleteExtra = deleteExtra;
    }

    /** Whether a name in a report is that of a table which a migration carries. */
    boolean knows(String type) {
        return review.transfer(type).isPresent();
    }

    /** What is to be done with rows that are no entities of Kong's. */
    List<RepairLine> plan(List<NamedRows.Row> rows) {
        Map<String, List<NamedRows.Row>> byType = rows.stream()
                .collect(Collectors.groupingBy(NamedRows.Row::type, LinkedHashMap::new, Collectors.toList()));
        List<RepairLine> lines = new ArrayList<>();
        byType.forEach((type, named) -> {
            if (!knows(type)) {
                String why = found.excluded()
                        .getOrDefault(
                                type,
                                "it is neither a type of the target's Kong nor a table"
                                        + " of a custom plugin that both sides have");
                named.forEach(row -> lines.add(Repair.line(row, Report.Repair.KEEP, "cannot be repaired: " + why)));
                return;
            }
            Map<String, Looked> now =
                    review.find(type, named.stream().map(NamedRows.Row::id).collect(Collectors.toSet()));
            for (NamedRows.Row row : named) {
                Looked looked = now.get(row.id());
                if (looked == null) {
                    lines.add(Repair.line(row, Report.Repair.NOTHING, NEITHER));
                } else {
                    seen.put(List.of(type, row.id()), looked);
                    RepairLine bare = Repair.line(row, Report.Repair.NOTHING, "");
                    lines.add(planned(bare, looked));
                }
            }
        });
        return lines;
    }

    private RepairLine planned(RepairLine line, Looked looked) {
        if (looked.difference().isEmpty()) {
            return Repair.with(line, Report.Repair.NOTHING, false, "both sides agree by now");
        }
        Difference difference = looked.difference().get();
        if (difference.verdict() == Verdict.EXPIRED) {
            return Repair.with(line, Report.Repair.NOTHING, false, "expires within seconds");
        }
        boolean extra = looked.wanted().isEmpty();
        if (extra && !deleteExtra) {
            return Repair.with(line, Report.Repair.KEEP, false, Repair.EXTRA_STAYS);
        }
        Optional<String> hindrance = CustomRepair.hindrance(transfer(line), looked.wanted(), looked.found());
        if (hindrance.isPresent()) {
            return Repair.with(line, Report.Repair.KEEP, false, "cannot be repaired: " + hindrance.get());
        }
        if (extra) {
            return Repair.with(line, Report.Repair.DELETE, false, Repair.EXTRA);
        }
        return looked.found().isEmpty()
                ? Repair.with(line, Report.Repair.WRITE, false, Repair.MISSING)
                : Repair.with(line, Report.Repair.OVERWRITE, false, Repair.differsIn(difference));
    }

    private CustomTransfer transfer(RepairLine line) {
        return review.transfer(line.type()).orElseThrow();
    }

    private Looked look(RepairLine line) {
        return review.look(line.type(), seen(line));
    }

    private Looked seen(RepairLine line) {
        return requireNonNull(seen.get(List.of(line.type(), line.id())), "it was planned");
    }

    /** When the row was last written on the target; empty for none, or where nobody knows. */
    OptionalLong lastWrite(RepairLine line) {
        return review.lastWriteOnTarget(line.type(), seen(line));
    }

    /** Looks once more, and does what that look asks for. */
    RepairLine act(RepairLine line, CustomRepair repair, long time) {
        Looked looked = look(line);
        RepairLine asked = planned(line, looked);
        return switch (asked.repair()) {
            case WRITE, OVERWRITE -> {
                boolean written = repair.write(transfer(line), looked.wanted().orElseThrow(), time);
                yield Repair.with(asked, asked.repair(), written, written ? asked.why() : "it has expired");
            }
            case DELETE -> {
                repair.delete(transfer(line), looked.found().orElseThrow(), time);
                yield Repair.with(asked, asked.repair(), true, asked.why());
            }
            case KEEP, RESTORE, NOTHING -> asked;
        };
    }

    /** Whether a row that was written is not to be seen. */
    boolean isHidden(RepairLine line) {
        return look(line)
                .difference()
                .filter(difference -> difference.verdict() == Verdict.MISSING)
                .isPresent();
    }

    /** Compares the tables of these rows, each as a whole. */
    CustomVerification.Result verify(Set<String> types, DifferenceSink sink) {
        return review.verify(types.stream().filter(this::knows).collect(Collectors.toSet()), sink);
    }
}
