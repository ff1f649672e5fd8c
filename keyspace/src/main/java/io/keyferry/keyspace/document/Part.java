package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;

/**
 * A step through a document: a top-level key, then its value, or the elements of its value one by one where that is a
 * list. Every parser gives the same parts for the same document.
 *
 * @param key the top-level key
 * @param line where the part begins, from 1
 * @param value the value or element; of a key, nothing
 * @param lines where the mappings inside the value begin
 */
record Part(Kind kind, String key, long line, Value value, Lines lines) {
    enum Kind {
        KEY,
        VALUE,
        ELEMENT
    }

    static Part key(String key, long line) {
        return new Part(Kind.KEY, key, line, Value.NULL, new Lines(line));
    }
}
