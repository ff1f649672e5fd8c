/**
 * Where a keyspace is, and reading it: places as users type them, connections, the schema as it really is, SELECTs.
 * Uses the driver and {@code problem}; never writes to a database, and what it hands out for the source cannot.
 */
@NullMarked
package io.keyferry.keyspace.cql;

import org.jspecify.annotations.NullMarked;
