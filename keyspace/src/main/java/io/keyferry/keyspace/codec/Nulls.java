package io.keyferry.keyspace.codec;

/** How absent and null fields are written. */
public enum Nulls {
    /** As null: whatever the row held is gone. Needed where a row may exist. */
    WRITTEN,
    /** Not at all: right for new rows, where a null would only leave a tombstone. */
    UNSET
}
