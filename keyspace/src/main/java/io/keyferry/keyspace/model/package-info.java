/**
 * Entities and values as Kong's users see them: independent of tables, columns, YAML and drivers.
 */
@NullMarked
package io.keyferry.keyspace.model;

import org.jspecify.annotations.NullMarked;
