package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the rules did, and keeps warnings with the names of the entities that they are about. Memory is bounded:
 * of each kind of warning the first names in alphabetical order are kept, so that the order of reading does not matter,
 * and the others are counted. Thread-safe.
 */
public final class UpgradeLog {
    private static final int NAMES = 20;
    private static final int LONGEST_NAME = 60;

    /**
     * What a log holds, to be kept elsewhere.
     *
     * @param counts as {@link UpgradeLog#counts}
     * @param warnings by kind
     * @param untold warnings of kinds beyond those that are kept
     */
    public record Noted(Map<String, Long> counts, Map<String, About> warnings, long untold) {
        public Noted {
            counts = Map.copyOf(counts);
            warnings = Map.copyOf(warnings);
        }

        /** What a new log holds. */
        public static final Noted NOTHING = new Noted(Map.of(), Map.of(), 0);

        /** Both together. */
        public Noted plus(Noted other) {
            UpgradeLog sum = new UpgradeLog();
            sum.add(this);
            sum.add(other);
            return sum.noted();
        }
    }

    /** The first names of the entities that a warning is about, and how many they are. */
    public record About(List<String> names, long count) {
        public About {
            names = List.copyOf(names);
        }
    }

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Affected> warnings = new TreeMap<>();
    private long untold;
    private final @Nullable UpgradeLog parent;
    private final @Nullable List<String> heard;

    /** A log by itself. */
    public UpgradeLog() {
        this(null, null);
    }

    /** A log that tells another one everything, and gives the names of the rules that were applied to a list. */
    UpgradeLog(@Nullable UpgradeLog parent, @Nullable List<String> heard) {
        this.parent = parent;
        this.heard = heard;
    }

    /** The entities that one kind of warning is about. */
    private static final class Affected {
        private final TreeSet<String> names = new TreeSet<>();
        private long count;

        void add(String name) {
            add(1, List.of(name));
        }

        void add(long more, Collection<String> of) {
            count += more;
            names.addAll(of);
            while (names.size() > NAMES) {
                names.pollLast();
            }
        }

        @Override
        public String toString() {
            String shown = String.join(", ", names);
            return count > names.size() ? shown + " and " + (count - names.size()) + " more" : shown;
        }
    }

    void applied(String rule) {
        if (heard != null) {
            heard.add(rule);
        }
        if (parent != null) {
            parent.applied(rule);
            return;
        }
        counts.computeIfAbsent(rule, name -> new LongAdder()).increment();
    }

    /**
     * Notes a warning.
     *
     * @param what the kind of warning
     * @param about the entity, as {@link #label} names it
     */
    void warn(String what, String about) {
        if (parent != null) {
            parent.warn(what, about);
        } else {
            note(what, about);
        }
    }

    private synchronized void note(String what, String about) {
        Affected affected = warnings.get(what);
        if (affected == null && warnings.size() >= Problems.SHOWN) {
            untold++;
            return;
        }
        warnings.computeIfAbsent(what, kind -> new Affected()).add(about);
    }

    /** How warnings name an entity: by type and name, else by its id. Never by a secret. */
    String label(Entity entity) {
        String name = entity.type()
                .endpointKey()
                .flatMap(entity.type()::field)
                .filter(field -> !field.schema().secret())
                .flatMap(field -> entity.text(field.name()))
                .map(text -> text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "...")
                .map(text -> "'" + text + "'")
                .orElseGet(() -> entity.key().id());
        return entity.type() + " " + name;
    }

    /** What the log holds now. */
    public synchronized Noted noted() {
        Map<String, About> about = new TreeMap<>();
        warnings.forEach(
                (what, affected) -> about.put(what, new About(new ArrayList<>(affected.names), affected.count)));
        return new Noted(counts(), about, untold);
    }

    /** Adds what another log held, as if it had been noted here. */
    public synchronized void add(Noted other) {
        other.counts()
                .forEach((rule, count) ->
                        counts.computeIfAbsent(rule, name -> new LongAdder()).add(count));
        untold += other.untold();
        new TreeMap<>(other.warnings()).forEach((what, about) -> {
            if (warnings.containsKey(what) || warnings.size() < Problems.SHOWN) {
                warnings.computeIfAbsent(what, kind -> new Affected()).add(about.count(), about.names());
            } else {
                untold += about.count();
            }
        });
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

    /** Warnings in alphabetical order, one a kind, each with the entities that it is about. */
    public synchronized List<String> warnings() {
        List<String> told = new ArrayList<>();
        warnings.forEach((what, affected) -> told.add(what + ": " + affected));
        if (untold > 0) {
            told.add("... and " + untold + " more warnings of other kinds");
        }
        return told;
    }
}
