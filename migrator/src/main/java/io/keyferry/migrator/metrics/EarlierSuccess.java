package io.keyferry.migrator.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in what an earlier run left when runs were last successful, so that a run that fails does not wipe it out.
 * Reads Prometheus' text format.
 */
final class EarlierSuccess {
    private static final Pattern LINE = Pattern.compile(
            "^keyferry_last_success_timestamp_seconds\\{([^}]*)}\\s+([0-9.eE+]+)\\s*$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private EarlierSuccess() {}

    /** When commands of this schedule were last successful, in seconds since the epoch. */
    static Map<String, Long> of(String text, String schedule) {
        Map<String, Long> found = new TreeMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            Map<String, String> labels = labels(line.group(1));
            String command = labels.getOrDefault("command", "");
            if (!command.isEmpty() && schedule.equals(labels.get("schedule"))) {
                found.merge(command, (long) Double.parseDouble(line.group(2)), Math::max);
            }
        }
        return found;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }
}
