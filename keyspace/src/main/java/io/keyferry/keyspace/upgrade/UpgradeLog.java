package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.problem.Problems;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the rules did and keeps the first warnings. Thread-safe. */
public final class UpgradeLog {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, LongAdder> warnings = new ConcurrentSkipListMap<>();

    void applied(String rule) {
        counts.computeIfAbsent(rule, name -> new LongAdder()).increment();
    }

    void warn(String warning) {
        if (warnings.size() < Problems.SHOWN || warnings.containsKey(warning)) {
            warnings.computeIfAbsent(warning, text -> new LongAdder()).increment();
        }
    }

    /** How many entities each rule changed, in the rules' order; rules that changed none are left out. */
    public Map<String, Long> counts() {
        Map<String, Long> sorted = new TreeMap<>((a, b) -> {
            int byNumber = Integer.compare(number(a), number(b));
            return byNumber != 0 ? byNumber : a.compareTo(b);
        });
        counts.forEach((rule, count) -> sorted.put(rule, count.sum()));
        return sorted;
    }

    private static int number(String rule) {
        return Integer.parseInt(rule.substring(1));
    }

    /** Warnings in alphabetical order, each once, with how often it was given. */
    public List<String> warnings() {
        return warnings.entrySet().stream()
                .map(entry -> entry.getValue().sum() == 1
                        ? entry.getKey()
                        : entry.getKey() + " (" + entry.getValue().sum() + " times)")
                .toList();
    }
}
