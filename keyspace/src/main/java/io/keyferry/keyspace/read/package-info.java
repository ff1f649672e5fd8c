/**
 * Reading a Kong keyspace: which version it is, which slices its tables fall into, and their rows as entities, page by
 * page, with retries. Holds no table in memory and writes nothing.
 */
@NullMarked
package io.keyferry.keyspace.read;

import org.jspecify.annotations.NullMarked;
