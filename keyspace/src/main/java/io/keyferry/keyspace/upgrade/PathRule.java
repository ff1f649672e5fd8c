package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rule T19 on a route: each of its paths as Kong 3.0 takes it, with a warning where that may match otherwise. */
final class PathRule {
    /** The rule; also what Kong 3.0 and later do by themselves to files of format 1.1 and 2.1. */
    static final Rule T19 = new Rule(
            "T19",
            Steps.TO_3_0,
            Set.of("routes"),
            "paths are normalised, regular expressions begin with ~",
            PathRule::convert);

    private PathRule() {}

    private static boolean convert(Draft draft) {
        if (!(draft.get("paths") instanceof Value.Sequence paths)) {
            return false;
        }
        List<Value> converted = new ArrayList<>();
        for (Value path : paths.values()) {
            converted.add(path instanceof Value.Text text ? Value.text(convert(text.value(), draft)) : path);
        }
        if (converted.equals(paths.values())) {
            return false;
        }
        draft.put("paths", new Value.Sequence(converted));
        return true;
    }

    private static String convert(String old, Draft draft) {
        RoutePath path = new RoutePath(old);
        String converted = path.converted()
                .orElseThrow(() -> KeyferryException.refused(draft.origin().key() + ": the path '" + old
                        + "' decodes to bytes that are no UTF-8, which Cassandra does not store as text. Kong 3 does not"
                        + " decode paths any more: write the path otherwise, or delete it, in the old gateway."));
        if (path.isRegex()) {
            draft.warn("T19: paths that are regular expressions begin with ~ in Kong 3", old + " -> " + converted);
        } else if (!converted.equals(old)) {
            draft.warn("T19: paths are normalised in Kong 3", old + " -> " + converted);
        }
        if (path.mayBeTooMuch()) {
            draft.warn(
                    "T19: a regular expression uses look-around, back references or possessive matching, which the"
                            + " default router of Kong 3 cannot take: rewrite it, or set router_flavor = traditional in"
                            + " kong.conf",
                    converted);
        }
        return converted;
    }
}
