/**
 * What must be known of all rows and memory does not hold: keys as hashes, and records by position, sorted and merged
 * on disk beyond a bound. May know entities, no driver and no file format.
 */
@NullMarked
package io.keyferry.keyspace.spill;

import org.jspecify.annotations.NullMarked;
