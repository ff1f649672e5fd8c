package io.keyferry.migrator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What we refuse although Kong takes it, each with the reason. */
final class Refusals {
    private static final Pattern PROBLEM = Pattern.compile("(?m)^ {2}- (.*)$");
    private static final Pattern LINE = Pattern.compile("^\\S+?:(\\d+): ");
    private static final Pattern LINES = Pattern.compile("^\\S+?, lines? ([\\d, ]+): ");
    private static final Map<Pattern, String> REASONS = reasons();

    private Refusals() {}

    private static Map<Pattern, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put(
                "stands more than once; Kong would keep one",
                "refused: what stands twice in a file, of which Kong silently keeps one");
        reasons.put(
                "the key '.*' stands a second time",
                "refused: a YAML key that stands twice, of which Kong silently keeps the last");
        reasons.put(
                "stands two levels deep, which Kong before 2.4",
                "refused: entities two levels deep before 2.4, which Kong takes or refuses by the order of a hash table");
        reasons.put(
                "Kong would make up a new random value",
                "refused: a secret that the file leaves out, which Kong makes up anew on each import");
        reasons.put(
                "field 'ttl' is unknown to Kong (1\\.5|2\\.0)",
                "refused: ttl before 2.1, which Kong itself exports and refuses");
        reasons.put(
                "plugins '.*': field 'config\\.\\w+' is unknown: ",
                "refused: keys of a later release of the plugin than the version's own");
        Map<Pattern, String> compiled = new LinkedHashMap<>();
        reasons.forEach((text, reason) -> compiled.put(Pattern.compile(text), reason));
        return compiled;
    }

    /** The reason for a message of ours; empty text for one that is not on the list. */
    static String reason(String message) {
        return REASONS.entrySet().stream()
                .filter(known -> known.getKey().matcher(message).find())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** The lines of entities to leave out; all problems of the message are accounted for in the findings. */
    static Set<Integer> lines(String message, Findings findings) {
        Set<Integer> lines = new TreeSet<>();
        Matcher problems = PROBLEM.matcher(message);
        while (problems.find()) {
            String problem = problems.group(1);
            String reason = reason(problem);
            if (reason.isEmpty()) {
                findings.unexplained("we refuse what Kong takes: " + problem);
                continue;
            }
            findings.meant(reason);
            Matcher line = LINE.matcher(problem);
            if (line.find()) {
                lines.add(Integer.valueOf(line.group(1)));
            }
            Matcher several = LINES.matcher(problem);
            if (several.find()) {
                TreeSet<Integer> named = new TreeSet<>();
                for (String each : several.group(1).split(", ", -1)) {
                    named.add(Integer.valueOf(each));
                }
                named.pollLast();
                lines.addAll(named);
            }
        }
        return lines;
    }
}
