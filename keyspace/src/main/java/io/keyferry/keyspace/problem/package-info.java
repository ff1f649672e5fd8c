/**
 * Errors as people meet them: what failed, on what, and what to do. Knows nothing else of ours.
 */
@NullMarked
package io.keyferry.keyspace.problem;

import org.jspecify.annotations.NullMarked;
