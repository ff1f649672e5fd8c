/**
 * What the whole does: commands' runs against real Cassandra, held against what real Kong was seen to do.
 */
@NullMarked
package io.keyferry.migrator;

import org.jspecify.annotations.NullMarked;
