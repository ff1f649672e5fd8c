/**
 * Between a Cassandra row and an entity, both directions together: workspace prefix, partition column, cache key, JSON
 * text, seconds and milliseconds, time to live. Resolved once per table, used for every row. Knows no files.
 */
@NullMarked
package io.keyferry.keyspace.codec;

import org.jspecify.annotations.NullMarked;
