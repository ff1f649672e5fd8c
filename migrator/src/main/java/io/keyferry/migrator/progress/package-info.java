/**
 * Tells people how a run goes: a bar on a terminal, else a line every ten seconds. Only listens.
 */
@NullMarked
package io.keyferry.migrator.progress;

import org.jspecify.annotations.NullMarked;
