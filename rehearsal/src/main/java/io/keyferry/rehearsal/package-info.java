/**
 * Real Cassandra nodes as child processes, and recorded keyspaces made real again on them.
 *
 * <p>Owns the life of the nodes (class path, ports, certificates, readiness, end) and the recorded form. Knows nothing
 * of Kong and nothing of the other modules; may use the driver, because everything here is about a live database.
 */
@NullMarked
package io.keyferry.rehearsal;

import org.jspecify.annotations.NullMarked;
