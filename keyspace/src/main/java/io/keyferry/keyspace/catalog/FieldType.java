package io.keyferry.keyspace.catalog;

/** Type of a field in Kong's schema language. */
public enum FieldType {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    ARRAY,
    SET,
    MAP,
    RECORD,
    FOREIGN,
    FUNCTION,
    ANY
}
