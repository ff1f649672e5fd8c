/**
 * From a keyspace to kong.yml: slices read in parallel, written in order, memory flat. Writes no database.
 */
@NullMarked
package io.keyferry.migrator.export;

import org.jspecify.annotations.NullMarked;
