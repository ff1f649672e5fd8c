package io.keyferry.migrator.run;

import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.Report.RepairLine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a repair would do, in words for the person who is asked. */
final class RepairText {
    private static final int SHOWN = 20;

    private RepairText() {}

    static String of(List<RepairLine> plan) {
        Map<Report.Repair, Long> counts = new EnumMap<>(Report.Repair.class);
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (RepairLine line : plan) {
            counts.merge(line.repair(), 1L, Long::sum);
            if (shown++ < SHOWN) {
                text.append(line.repair().label())
                        .append(' ')
                        .append(line.type())
                        .append(' ')
                        .append(line.id())
                        .append(line.name().map(name -> " (" + name + ")").orElse(""))
                        .append(line.why().isEmpty() ? "" : ": " + line.why())
                        .append('\n');
            }
        }
        if (plan.size() > SHOWN) {
            text.append("... and ").append(plan.size() - SHOWN).append(" more\n");
        }
        text.append("Of ").append(plan.size()).append(" rows: ");
        String separator = "";
        for (Map.Entry<Report.Repair, Long> count : counts.entrySet()) {
            text.append(separator).append(count.getKey().label()).append(' ').append(count.getValue());
            separator = ", ";
        }
        return text.append('\n').toString();
    }
}
