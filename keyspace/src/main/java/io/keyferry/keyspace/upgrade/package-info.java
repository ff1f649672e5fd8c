/**
 * The rules by which entities of one Kong version become those of a later one: each named, counted, and with the
 * version that asks for it. What is layout only (prefixes, cache keys) is the codec's. Touches no database.
 */
@NullMarked
package io.keyferry.keyspace.upgrade;

import org.jspecify.annotations.NullMarked;
