/**
 * Makes a keyspace that a Kong version accepts as its own, and the only place that changes schemas: keyspace, tables,
 * indexes, {@code schema_meta}, default workspace, cluster id, Kong's migration lock.
 */
@NullMarked
package io.keyferry.migrator.schema;

import org.jspecify.annotations.NullMarked;
