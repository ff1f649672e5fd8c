package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import java.util.Map;
import java.util.function.LongSupplier;

/** What JSON and YAML have in common when they become values: the rules that a document must keep in either. */
final class ValueBuilder {
    /** The largest entity, as text. Cassandra's own limit for one write is 16 MiB by default. */
    static final int LARGEST_ENTITY = 64 << 20;

    private static final long LARGEST_EXACT = 1L << 53;

    private ValueBuilder() {}

    static void checkDepth(int depth, LongSupplier line) throws Malformed {
        if (depth > ValueWriter.DEEPEST) {
            throw Malformed.syntax(
                    line.getAsLong(),
                    "is nested deeper than " + ValueWriter.DEEPEST + " levels: no Kong entity is; correct it");
        }
    }

    /** A string as it may stand in a document. */
    static String text(String text, LongSupplier line) throws Malformed {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw Malformed.content(
                        line.getAsLong(),
                        "holds the character U+0000, at which Kong would cut the text off: remove it");
            }
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw Malformed.content(
                            line.getAsLong(), "holds half of a character (a lone surrogate escape): correct it");
                }
                i++;
            }
        }
        return text;
    }

    /** A whole number as Kong sees it: a double beyond 2^53. */
    static Value whole(long value) {
        return Math.abs(value) <= LARGEST_EXACT && value != Long.MIN_VALUE
                ? Value.whole(value)
                : Value.number((double) value);
    }

    /**
     * Adds a member. Kong's readers let the last of two equal keys win without a word; one of the two was meant, and we
     * cannot know which.
     */
    static void add(Map<String, Value> members, String key, Value value, LongSupplier line) throws Malformed {
        if (key.length() > ValueWriter.LONGEST_KEY) {
            throw Malformed.syntax(
                    line.getAsLong(),
                    "has a key of over " + ValueWriter.LONGEST_KEY + " characters: Kong refuses it; shorten it");
        }
        if (members.put(key, value) != null) {
            throw Malformed.content(
                    line.getAsLong(),
                    "has the key '" + Labels.shortened(key)
                            + "' twice, of which Kong would silently take the last: remove one");
        }
    }

    /** Adds what a merge key brings: what is not there yet. */
    static void merge(Map<String, Value> members, Value merged, LongSupplier line) throws Malformed {
        if (merged instanceof Value.Mapping mapping) {
            mapping.values().forEach(members::putIfAbsent);
        } else if (merged instanceof Value.Sequence sequence) {
            for (Value element : sequence.values()) {
                if (!(element instanceof Value.Mapping)) {
                    throw badMerge(line);
                }
                merge(members, element, line);
            }
        } else {
            throw badMerge(line);
        }
    }

    private static Malformed badMerge(LongSupplier line) {
        return Malformed.content(
                line.getAsLong(), "has a merge key '<<' whose value is no mapping nor a list of mappings: correct it");
    }
}
