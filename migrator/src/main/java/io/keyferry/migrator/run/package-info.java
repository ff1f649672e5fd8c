/**
 * A run as a whole: its steps in order, the work directory, the report. Decides what happens; others do it.
 */
@NullMarked
package io.keyferry.migrator.run;

import org.jspecify.annotations.NullMarked;
