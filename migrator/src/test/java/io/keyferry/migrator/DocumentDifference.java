package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.migrator.PlainDocument.Stated;
import java.util.Optional;

/**
 * One difference between what Kong exported and what we did.
 *
 * @param field empty when a whole entity differs
 * @param kongs Kong's entity; empty for one that only we have
 * @param our our entity; empty for one that only Kong has
 */
record DocumentDifference(
        String type,
        String id,
        String field,
        JsonNode kong,
        JsonNode ours,
        Optional<Stated> kongs,
        Optional<Stated> our) {
    private static final int LONGEST_VALUE = 300;

    boolean isMissing() {
        return our.isEmpty();
    }

    boolean isAdded() {
        return kongs.isEmpty();
    }

    boolean isValue() {
        return our.isPresent() && kongs.isPresent();
    }

    @Override
    public String toString() {
        String where = type + " " + id;
        if (isMissing()) {
            return where + ": Kong exported it, we did not";
        }
        return isAdded()
                ? where + ": we exported it, Kong did not"
                : where + "." + field + ": Kong has " + shown(kong) + ", we have " + shown(ours);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
    }
}
